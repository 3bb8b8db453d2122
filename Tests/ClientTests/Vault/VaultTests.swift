import CallboxCrypto
import CallboxTesting
import FoundationEssentials
import Testing

@testable import CallboxClient

@Suite("The vault")
struct VaultTests {
    @Test("What was changed is there when it is opened again, and keys that were sealed open with its state key")
    func roundTrip() throws {
        try withHome { home in
            let sealed = try Vault.create(at: home, passphrase: .right(), cost: .least) { key in
                var random = SystemRandom()
                var writer = SecretWriter()
                writer.put([1, 2, 3])
                var records = Records()
                records["keys"] = writer.sealed(under: key.secret, authenticating: [], random: &random)
                return records
            }.change { records in
                records["a"] = [1]
                return records["keys"]
            }
            let vault = try Vault.open(home, passphrase: .right())
            #expect(try vault.read { $0["a"] } == [1])
            let stored = try #require(try vault.read { $0["keys"] })
            #expect(stored == sealed)
            var reader = try SecretReader.open(stored, under: vault.key.secret, authenticating: [])
            #expect(try reader.take(3) == [1, 2, 3])
        }
    }

    @Test("The folder and all files are for their owner alone, and nothing but vault and lock is left")
    func permissions() throws {
        try withHome { home in
            try Vault.made(at: home).change { $0["a"] = [1] }
            #expect(try home.names == ["lock", "vault"])
            #expect(try home.permissions() == 0o700)
            for name in try home.names { #expect(try home.permissions(name) == 0o600) }
            #expect(home.bytes().count == 512 * 1024)
        }
    }

    @Test("A wrong passphrase and a damaged file are the same trouble, word for word")
    func oneAnswer() throws {
        try withHome { home in
            _ = try Vault.made(at: home)
            let bytes = home.bytes()
            var answers: [Trouble] = []
            func ask(_ passphrase: consuming Passphrase) {
                do { _ = try Vault.open(home, passphrase: passphrase) } catch {
                    if let trouble = error as? Trouble { answers.append(trouble) }
                }
            }
            ask(.wrong())
            for place in [0, 15, 16, 30, 50, 80, 100, 170, 176, 300, bytes.count - 1] {
                var altered = bytes
                altered[place] ^= 1
                try home.put(altered)
                ask(.right())
            }
            for length in [0, 1, 176, bytes.count - 1] {
                try home.put(Array(bytes.prefix(length)))
                ask(.right())
            }
            try home.put(bytes + bytes)
            ask(.right())
            #expect(answers.count == 17)
            #expect(Set(answers.map(\.happened)).count == 1)
            #expect(answers.allSatisfy { $0 == answers.first && $0.kind == .locked })
            try home.put(bytes)
            _ = try Vault.open(home, passphrase: .right())
        }
    }

    @Test("Nothing of names, values, passphrase or keys stands in the file in the clear")
    func secrecy() throws {
        try withHome { home in
            var random = SystemRandom()
            let value = random.bytes(64)
            var records = Records()
            records["conversation/marker"] = value
            let vault = try Vault.made(at: home, records)
            try vault.change { $0["other"] = value + value }
            let file = home.bytes()
            let words = Passphrase.right().revealedForPaper()
            let keys = vault.keys.both.revealedToATest()
            for secret in [
                Array("conversation/marker".utf8), value, Array(words.utf8), Array(keys.prefix(32)),
                Array(keys.suffix(32)),
            ] {
                #expect(!file.contains(secret))
            }
            for word in words.split(separator: " ") where word.count > 5 { #expect(!file.contains(Array(word.utf8))) }
        }
    }

    @Test("A body that throws changes nothing, in the file or in memory")
    func throwing() throws {
        struct Stop: Error {}
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            let before = home.bytes()
            #expect(throws: Stop.self) {
                try vault.change { records in
                    records["a"] = [2]
                    throw Stop()
                }
            }
            #expect(try vault.read { $0["a"] } == [1])
            #expect(home.bytes() == before)
        }
    }

    @Test("A change that changes nothing writes nothing")
    func idle() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            let before = home.bytes()
            try vault.change { $0["a"] = [1] }
            #expect(home.bytes() == before)
        }
    }

    @Test("When storing fails nothing has changed, in the file or in memory, and the next change goes through")
    func failing() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            let before = home.bytes()
            // A folder stands where the next version is to be written.
            let obstacle = "\(home.path)/vault.new"
            try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
            #expect(trouble { try vault.change { $0["a"] = [2] } } == .disk)
            #expect(try vault.read { $0["a"] } == [1])
            #expect(home.bytes() == before)
            try FileManager.default.removeItem(atPath: obstacle)
            try vault.change { $0["a"] = [3] }
            #expect(try Vault.open(home, passphrase: .right()).read { $0["a"] } == [3])
        }
    }

    @Test("What a crash left beside the vault is removed by the next change")
    func leftovers() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try home.put(Array("half a vault".utf8), "vault.new")
            #expect(try Vault.open(home, passphrase: .right()).read(\.names) == [])
            try vault.change { $0["a"] = [1] }
            #expect(try home.names == ["lock", "vault"])
        }
    }

    @Test("The version that was replaced cannot be opened any more, with whatever keys")
    func wiped() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            let old = try FileHandleOfVault(home)
            let bytes = home.bytes()
            try vault.change { $0["a"] = [1] }
            let left = try old.bytes()
            #expect(left.count == bytes.count)
            #expect(left.dropFirst(4096) == bytes.dropFirst(4096))
            #expect(zip(left, bytes).prefix(4096).count { $0 == $1 } < 100)
        }
    }

    @Test("There is one vault in a home: another is not made over it")
    func twice() throws {
        try withHome { home in
            _ = try Vault.made(at: home, Records())
            let before = home.bytes()
            #expect(trouble { try Vault.made(at: home) } == .home)
            #expect(home.bytes() == before)
        }
    }

    @Test("Where there is no vault, every call says so and makes nothing")
    func nothing() throws {
        try withHome { home in
            #expect(trouble { try Vault.open(home, passphrase: .right()) } == .home)
            #expect(trouble { try Vault.openRemembered(home) } == .home)
            #expect(trouble { try Vault.lock(home) } == .home)
            #expect(trouble { try Vault.burn(home) } == .home)
            #expect(!FileManager.default.fileExists(atPath: home.path))
            try VaultFolder.make(home)
            #expect(trouble { try Vault.open(home, passphrase: .right()) } == .home)
            #expect(try home.names == [])
        }
    }

    @Test("A folder into which others may look is not used", arguments: [0o701, 0o710, 0o740, 0o777])
    func privacy(mode: Int) throws {
        try withHome { home in
            _ = try Vault.made(at: home)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home.path)
            #expect(trouble { try Vault.open(home, passphrase: .right()) } == .home)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: home.path)
            _ = try Vault.open(home, passphrase: .right())
        }
    }

    @Test("What first records throw, throws, and there is no vault")
    func firstRecords() throws {
        struct Stop: Error {}
        try withHome { home in
            #expect(throws: Stop.self) {
                try Vault.create(at: home, passphrase: .right(), cost: .least) { _ in throw Stop() }
            }
            #expect(trouble { try Vault.open(home, passphrase: .right()) } == .home)
        }
    }

    // MARK: Another passphrase

    @Test("After a new passphrase the old one opens nothing, the records and sealed keys are as they were")
    func newPassphrase() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            let key = vault.key.secret.revealedToATest()
            try vault.changePassphrase(to: .wrong(), cost: .least)
            #expect(try vault.read { $0["a"] } == [1])
            #expect(trouble { try Vault.open(home, passphrase: .right()) } == .locked)
            let opened = try Vault.open(home, passphrase: .wrong())
            #expect(try opened.read { $0["a"] } == [1])
            #expect(opened.key.secret.revealedToATest() == key)
            try vault.change { $0["a"] = [2] }
            #expect(try opened.read { $0["a"] } == [2])
        }
    }

    @Test(
        "An old copy of the file and the old passphrase give no key to what was stored after the change of passphrase")
    func oldCopy() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            let copy = home.bytes()
            try vault.changePassphrase(to: .wrong(), cost: .least)
            let old = try VaultKeys(
                unwrapping: VaultFormat.header(of: copy.span), with: Passphrase.right().secret())
            let bytes = home.bytes()
            #expect(throws: VaultError.refused) {
                try VaultFormat.open(bytes.span, header: VaultFormat.header(of: bytes.span), keys: old)
            }
        }
    }

    @Test("A process that had it open before a new passphrase is told so, and writes nothing")
    func passphraseElsewhere() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            let other = try Vault.open(home, passphrase: .right())
            try other.changePassphrase(to: .wrong(), cost: .least)
            let before = home.bytes()
            #expect(throws: Trouble.passphraseChanged) { try vault.read(\.names) }
            #expect(throws: Trouble.passphraseChanged) { try vault.change { $0["a"] = [1] } }
            #expect(home.bytes() == before)
        }
    }
}

/// A file that is kept open while another takes its name.
private struct FileHandleOfVault: ~Copyable {
    private let link: String

    init(_ home: Home) throws {
        link = "\(home.path.dropLast("/home".count))/kept"
        try FileManager.default.linkItem(atPath: "\(home.path)/vault", toPath: link)
    }

    func bytes() throws -> [UInt8] { [UInt8](try #require(FileManager.default.contents(atPath: link))) }
}
