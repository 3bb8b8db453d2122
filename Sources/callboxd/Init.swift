internal import ArgumentParser
internal import CallboxCertificate
internal import CallboxCrypto
internal import CallboxRelay
internal import CallboxWire
internal import FoundationEssentials

/// `callboxd init`
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new relay: its keys, its certificate, its settings.",
        discussion: """
            Without --proxy or --onion the relay speaks TLS itself, with a certificate of its own that clients know by its
            pin. Nothing that is there is overwritten.
            """)

    @OptionGroup var state: StateOption
    @Option(help: "What clients will call it: https://host[:port]. Usually https://localhost:8443.")
    var url: String?
    @Flag(help: "Behind a proxy on this machine that speaks TLS: plain HTTP at 127.0.0.1:8080.")
    var proxy = false
    @Option(help: "Behind Tor on this machine: the address of the onion service, ….onion.")
    var onion: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard !(proxy && onion != nil) else { throw ValidationError("--proxy or --onion, not both") }
        guard !proxy || url != nil else { throw ValidationError("--proxy needs --url: what the proxy is called") }
        guard onion == nil || url == nil else { throw ValidationError("--onion is the address: leave --url out") }
    }

    func run() throws {
        let folder = state.folder
        let address = try address()
        for name in ["tls.crt", "tls.key"] + StateFolder.FileName.all where folder.has(name) {
            throw SettingsError.alreadyThere(folder.path(name))
        }
        try folder.make()
        var trust = "none"
        if proxy { trust = "web" }
        if !proxy, onion == nil { trust = try makeCertificate(in: folder, for: address) }
        try folder.write(StateFolder.FileName.environment, [UInt8](environment(address).utf8))
        try SQLiteStore(folder: folder.path, limits: RelayLimits()).close()
        // Last: with it there is a relay.
        let identity = try makeSeed(in: folder)
        try tell(Made(state: folder.path, relay: address.text, pin: trust, identity: identity))
    }

    private func address() throws -> RelayURL {
        let text =
            onion.map { "http://" + ($0.hasSuffix(".onion") ? $0 : $0 + ".onion") } ?? url ?? "https://localhost:8443"
        guard let address = try? RelayURL(text), address.isTLS == (onion == nil), onion == nil || address.isOnion else {
            throw SettingsError.url(text)
        }
        return address
    }

    /// Returns what an invite says of the certificate.
    private func makeCertificate(in folder: StateFolder, for address: RelayURL) throws -> String {
        let made = try RelayCertificate.make(host: address.host, now: Date())
        try folder.write("tls.crt", [UInt8](made.certificate.pem.utf8))
        try folder.write("tls.key", [UInt8](made.keyPEM.utf8))
        return CrockfordBase32.encode(made.certificate.pin.bytes)
    }

    /// Returns the identity key.
    private func makeSeed(in folder: StateFolder) throws -> String {
        var random = SystemRandom()
        let seed = Secret(random: RelayKeys.seedByteCount, from: &random)
        var bytes: [UInt8] = []
        seed.appendInTheClear(to: &bytes)
        try folder.write(StateFolder.FileName.seed, bytes)
        return try RelayKeys(seed: seed).identity.base64URL
    }

    /// All settings with their usual values as comments, and those that this relay needs.
    private func environment(_ address: RelayURL) -> String {
        var needed: [Setting: String] = [.url: address.text]
        if proxy || onion != nil {
            needed[.tls] = "off"
            needed[.listen] = "127.0.0.1:8080"
        } else {
            needed[.listen] = "0.0.0.0:\(address.port)"
        }
        var text = "# The settings of callboxd. An environment variable of the same name counts more, a flag most.\n"
        for setting in Setting.allCases {
            let line = needed[setting].map { "\(setting.variable)=\($0)" } ?? "#\(setting.variable)=\(setting.usual)"
            text += "\n# \(setting.comment)\n\(line)\n"
        }
        return text
    }

    private func tell(_ made: Made) throws {
        guard !json else { return try Terminal.json(made) }
        Terminal.say(
            """
            A new relay is in \(made.state).

            Into an invite:     relay=\(made.relay)&pin=\(made.pin)
            Into the document:  \(made.identity)

            Keep a copy of \(made.state)/relay.key where nobody else looks: without it, this relay's mailboxes and tokens are lost.
            Next:               callboxd serve --state \(made.state)
            """)
    }
}

private struct Made: Encodable {
    let state: String
    let relay: String
    let pin: String
    let identity: String
}
