internal import CallboxClient
internal import CallboxTransport

/// The real one: vaults on this machine, and relays over HTTPS.
struct HTTPSDoor: Door {
    private let connector: HTTPSConnector

    init(proxy: String?) throws { connector = HTTPSConnector(proxy: try proxy.map { try SOCKSProxy($0) }) }

    func open(_ home: Home, passphrase: String) throws -> any Client {
        try Callbox.open(home, passphrase: passphrase, by: connector)
    }
    func openRemembered(_ home: Home) throws -> (any Client)? { try Callbox.openRemembered(home, by: connector) }
    func joinAsOfficer(invite: String, code: String?, home: Home, passphrase: String) async throws -> any Client {
        try await Callbox.joinAsOfficer(
            invite: invite, code: code, home: home, passphrase: passphrase, by: connector)
    }
    func becomeMember(
        invite: String, home: Home, passphrase: String, name: String, role: Role
    ) async throws -> any Client {
        try await Callbox.becomeMember(
            invite: invite, home: home, passphrase: passphrase, name: name, role: role, by: connector)
    }
    func checkBeginning(invite: String, code: String?, home: Home) throws {
        try Callbox.checkBeginning(invite: invite, code: code, home: home)
    }
    func announce(_ home: Home) throws -> any Sendable { try Callbox.announceChat(on: home) }
    func lock(_ home: Home) throws { try Callbox.lock(home) }
    func burn(_ home: Home) throws { try Callbox.burn(home) }
    func freshPassphrase(words: Int) throws -> String { try Callbox.freshPassphrase(words: words) }
    func check(passphrase: String) throws { try Callbox.check(passphrase: passphrase) }
}

extension Callbox: Client {}
