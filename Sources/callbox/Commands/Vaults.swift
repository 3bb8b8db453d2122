internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox unlock`
struct Unlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open your vault for a while, so that commands do not ask for the passphrase.",
        discussion: """
            The key is kept by the system's kernel, in no file, and goes by itself. Until then whoever sits at your machine as you can read everything: \
            lock when you stand up.
            """)

    @OptionGroup var period: UnlockPeriod
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try Desk.open(options).remember(minutes: period.minutes)
        Terminal.say(period.said)
    }
}

/// For how long a vault is open.
struct UnlockPeriod: ParsableArguments {
    @Option(name: .customLong("for"), help: ArgumentHelp("For so many minutes, 1 to 1440.", valueName: "minutes"))
    var minutes = 15

    func validate() throws {
        guard (1...1440).contains(minutes) else { throw ValidationError("--for is 1 to 1440 minutes") }
    }

    /// What is said of it.
    var said: String {
        "Open for \(minutes == 1 ? "1 minute" : "\(minutes) minutes"). To lock it before: callbox lock"
    }
}

/// `callbox lock`
struct Lock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lock your vault now, and end every chat and every command that has it open.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        // After it, for whoever did not listen left a room.
        defer { EditorRoom.sweep(device: Terminal.device) }
        try Desk.door(options.proxy).lock(options.place)
        Terminal.say("Locked: the passphrase is needed again. What your terminal still shows, you can clear yourself.")
    }
}

/// `callbox passphrase`
struct PassphraseChange: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase", abstract: "Change the passphrase of your vault.",
        discussion: "An old copy of the vault, in a backup perhaps, still opens with the old one.")

    @OptionGroup var new: NewPassphraseOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        try client.changePassphrase(to: Desk.newPassphrase(new.options, words: client.me == .officer ? 6 : 7))
        Terminal.say(NewPassphraseOptions.said)
    }
}

/// How a new passphrase comes in where nobody is to type it.
struct NewPassphraseOptions: ParsableArguments {
    @Option(
        name: .customLong("new-passphrase-fd"),
        help: ArgumentHelp("Read the new one from this open descriptor.", valueName: "number"))
    var newDescriptor: Int32?
    @Option(
        name: .customLong("new-passphrase-file"),
        help: ArgumentHelp("Read the new one from this file.", valueName: "file"))
    var newFile: String?

    /// As any passphrase.
    var options: PassphraseOptions {
        var options = PassphraseOptions()
        (options.descriptor, options.file) = (newDescriptor, newFile)
        return options
    }

    /// What is said when it is so.
    static let said = "The vault has its new passphrase. The old one opens it no more."
}

/// `callbox burn`
struct Burn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Destroy your vault: keys first, then everything. Nothing brings it back.",
        discussion: """
            It needs no passphrase. Nobody is told; whoever you talked with keeps what they have. Copies in backups, and what a flash disk keeps of what was \
            overwritten, are out of reach, but open only with your passphrase.
            """)

    @Flag(help: "Does not ask.") var yes = false
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        if !yes {
            let isSure = try Terminal.confirm(
                byWord: "BURN",
                "This destroys your keys and all your conversations in \(options.place.path). Nobody can bring them back.",
                elsewhere: "Say --yes if you are sure.")
            guard isSure else { return Terminal.tell("Nothing was destroyed.") }
        }
        defer { EditorRoom.sweep(device: Terminal.device) }
        try Desk.door(options.proxy).burn(options.place)
        Terminal.say("It is gone. What your terminal still shows, you can clear yourself.")
    }
}
