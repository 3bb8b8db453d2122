internal import CallboxClient
internal import CallboxTransport

/// Makes and opens the vaults of coordinators.
protocol OfficeDoor: Sendable {
    func isVault(in home: Home) -> Bool
    func make(_ home: Home, passphrase: String) throws -> Office
    func open(_ home: Home, passphrase: String) throws -> Office
    func openRemembered(_ home: Home) throws -> Office?
    /// As a person's door has it.
    func announce(_ home: Home) throws -> any Sendable
}

/// The real one.
struct HTTPSOfficeDoor: OfficeDoor {
    private let connector: HTTPSConnector

    init(proxy: String?) throws { connector = HTTPSConnector(proxy: try proxy.map { try SOCKSProxy($0) }) }

    func isVault(in home: Home) -> Bool { Office.isVault(in: home) }
    func make(_ home: Home, passphrase: String) throws -> Office {
        try Office.make(home, passphrase: passphrase, by: connector)
    }
    func open(_ home: Home, passphrase: String) throws -> Office {
        try Office.open(home, passphrase: passphrase, by: connector)
    }
    func openRemembered(_ home: Home) throws -> Office? { try Office.openRemembered(home, by: connector) }
    func announce(_ home: Home) throws -> any Sendable { try Callbox.announceChat(on: home) }
}

/// Opens offices for commands.
enum OfficeDesk {
    /// How the world is reached; tests have another. The text is the SOCKS proxy that the person named.
    @TaskLocal static var door: @Sendable (_ proxy: String?) throws -> any OfficeDoor = {
        try HTTPSOfficeDoor(proxy: $0)
    }

    /// Opens the coordinator's vault: by keys that were remembered, by a passphrase that was given, or by asking, three times.
    static func open(_ options: GlobalOptions) throws -> Office {
        let door = try door(options.proxy)
        try Desk.hold(options.place, door.announce)
        if let office = try door.openRemembered(options.place) { return office }
        if let given = try options.passphrase.given() { return try door.open(options.place, passphrase: given) }
        var attempts = 1
        while true {
            do {
                return try door.open(options.place, passphrase: askPassphrase())
            } catch let trouble as Trouble
                where [.locked, .usage].contains(trouble.kind) && trouble != Terminal.givenUp
            {
                guard Terminal.device.hasPerson, attempts < 3 else { throw trouble }
                attempts += 1
                Terminal.complain(trouble)
            }
        }
    }

    /// Opens the coordinator's vault, or makes one where there is none.
    static func openOrMake(_ options: GlobalOptions) throws -> Office {
        let door = try door(options.proxy)
        guard !door.isVault(in: options.place) else { return try open(options) }
        let passphrase = try Desk.newPassphrase(options.passphrase, words: 7)
        return try door.make(options.place, passphrase: passphrase)
    }

    private static func askPassphrase() throws -> String {
        try Terminal.askSecret("Your passphrase", elsewhere: PassphraseOptions.elsewhere)
    }
}
