internal import ArgumentParser
internal import CallboxClient

/// Where the vault is and by which way the relay is reached: for every command.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the vault. Otherwise CALLBOX_HOME, or .local/share/callbox.", valueName: "folder"))
    var home: String?
    @Option(
        help: ArgumentHelp(
            "A SOCKS5 proxy on the way to the relay, for instance Tor's: 127.0.0.1:9050.", valueName: "host:port"))
    var proxy: String?
    @Flag(help: "Nothing on the screen is drawn anew: for screen readers. CALLBOX_PLAIN=1 does the same.")
    var plain = false
    @OptionGroup var passphrase: PassphraseOptions

    /// The folder.
    var place: Home {
        let device = Terminal.device
        if let path = home ?? device.environment("CALLBOX_HOME") { return Home(path) }
        let data = device.environment("XDG_DATA_HOME") ?? (device.environment("HOME") ?? ".") + "/.local/share"
        return Home(data + "/callbox")
    }
}

/// How a passphrase comes in where nobody is to type it. There is no option that is the passphrase: others could read it there.
struct PassphraseOptions: ParsableArguments {
    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp("Read the passphrase from this open descriptor.", valueName: "number"))
    var descriptor: Int32?
    @Option(
        name: .customLong("passphrase-file"),
        help: ArgumentHelp("Read the passphrase from this file.", valueName: "file"))
    var file: String?

    func validate() throws {
        guard descriptor == nil || file == nil else {
            throw ValidationError("--passphrase-fd or --passphrase-file, not both")
        }
    }

    /// What was given; nil when the person is to be asked.
    func given() throws -> String? {
        let limit = 4096
        if let descriptor {
            return String(decoding: try Terminal.device.readAll(descriptor: descriptor, limit: limit), as: UTF8.self)
        }
        return try file.map { String(decoding: try Terminal.device.readFile($0, limit: limit), as: UTF8.self) }
    }

    /// What to do where nobody can be asked.
    static let elsewhere =
        "Give the passphrase by --passphrase-fd NUMBER or --passphrase-file FILE, or run `callbox unlock` first."
}

/// For every command that reads.
struct ReadOptions: ParsableArguments {
    @Flag(help: "Print one JSON object (`callbox help json` says what is in it).")
    var json = false
}
