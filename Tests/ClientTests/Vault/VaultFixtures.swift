import CallboxCrypto
import CallboxTesting
import FoundationEssentials
import Testing

@testable import CallboxClient

/// A folder for one test, gone afterwards.
func withHome<Result>(_ body: (Home) throws -> Result) throws -> Result {
    let home = Home.scratch()
    defer { home.discard() }
    return try body(home)
}

/// As above, for a test that waits.
func withHome<Result>(_ body: (Home) async throws -> Result) async throws -> Result {
    let home = Home.scratch()
    defer { home.discard() }
    return try await body(home)
}

extension Home {
    static func scratch() -> Home {
        let root = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        return Home("\(root)/callbox-\(UUID().uuidString)/home")
    }

    func discard() {
        try? FileManager.default.removeItem(atPath: String(path.dropLast("/home".count)))
    }

    /// The bytes of a file in it.
    func bytes(_ name: String = "vault") -> [UInt8] {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) } ?? []
    }

    /// Puts bytes into a file in it, as `cp` would.
    func put(_ bytes: [UInt8], _ name: String = "vault") throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    func permissions(_ name: String = "") throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }
}

extension Passphrase {
    static func right() -> Passphrase { fixed(1) }
    static func wrong() -> Passphrase { fixed(2) }

    private static func fixed(_ seed: UInt64) -> Passphrase {
        var random = SeededRandom(seed: seed)
        return .random(wordCount: 6, from: &random)
    }
}

extension PassphraseHash.Cost {
    /// The least that is accepted: tests are about other things.
    static var least: PassphraseHash.Cost { get throws { try PassphraseHash.Cost(memory: 8 * 1024, passes: 1) } }
}

extension Vault {
    static func made(at home: Home, patience: Int32 = 10_000, _ records: Records = Records()) throws -> Vault {
        try create(at: home, passphrase: .right(), cost: .least, patience: patience) { _ in records }
    }
}

/// The kind of trouble that `body` makes.
func trouble<Result>(_ body: () throws -> Result) -> Trouble.Kind? {
    do { _ = try body() } catch { return (error as? Trouble)?.kind }
    return nil
}
