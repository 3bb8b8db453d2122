import CallboxClient
import CallboxCrypto
import Glibc
import SystemPackage

/// Does to a vault what it is told to, for a harness that kills it in the middle: Tests/Client/crash.py. Every line that it says has been written when
/// the next thing begins, and whatever it says has happened must be there afterwards.
///
///     VaultHand make HOME             a vault whose count is 0
///     VaultHand change HOME TIMES     raises the count, one change for each; says `changed COUNT`, or `failed COUNT KIND` with the count that is still there
///     VaultHand show HOME             says `count COUNT` of a vault whose records all fit together
///     VaultHand passphrase HOME       another passphrase; `change`, `show` then take either
///     VaultHand chat HOME [deaf|brief] says `open`, and waits to be ended, or does not
///     VaultHand lock HOME · burn HOME
///
/// Exit codes: 0 done · 3 trouble, of the kind that it says · 4 the vault holds something that was never stored
@main
struct VaultHand {
    static func main() throws {
        _ = SelfDefence.raise()
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 2, let word = arguments.first, let path = arguments.dropFirst().first else {
            throw Usage()
        }
        do {
            try run(word, Home(path), arguments.dropFirst(2).first)
        } catch let trouble as Trouble {
            try say("trouble \(trouble.kind.rawValue)")
            exit(3)
        } catch is Torn {
            try say("torn")
            exit(4)
        }
    }

    struct Usage: Error {}
    /// Records that no change has left so.
    struct Torn: Error {}

    private static func run(_ word: String, _ home: Home, _ more: String?) throws {
        switch word {
        case "make":
            _ = try Vault.create(at: home, passphrase: passphrase(0), cost: cost()) { _ in
                var records = Records()
                store(0, in: &records)
                return records
            }
            try say("made")
        case "change":
            let vault = try open(home)
            for _ in 0..<(more.flatMap { Int($0) } ?? 1) { try change(vault) }
        case "show": try say("count \(open(home).read(count))")
        case "passphrase":
            try open(home).changePassphrase(to: passphrase(1), cost: cost())
            try say("changed")
        case "chat":
            let chat = try RunningChat(on: home)
            let vault = try open(home)
            if more == "deaf" { _ = signal(SIGTERM, SIG_IGN) }
            try say("open")
            while more != "brief" { pause() }
            withExtendedLifetime((chat, vault)) {}
        case "lock":
            try Vault.lock(home)
            try say("locked")
        case "burn":
            try Vault.burn(home)
            try say("burnt")
        default: throw Usage()
        }
    }

    private static func change(_ vault: Vault) throws {
        do {
            let new = try vault.change { records in
                let new = try count(records) + 1
                store(new, in: &records)
                return new
            }
            try say("changed \(new)")
        } catch let trouble as Trouble {
            try say("failed \(vault.read(count)) \(trouble.kind.rawValue)")
        }
    }

    // MARK: Records that show whether they belong together

    private static func store(_ count: Int, in records: inout Records) {
        var random = SystemRandom()
        let mark = random.bytes(16)
        records["count"] = Array("\(count)".utf8)
        for part in 0..<10 {
            // Sizes that grow and shrink, so that the file does too: 1 to 3 times 512 KiB.
            let filling = [UInt8](repeating: UInt8(count & 0xff), count: (count * 37 + part * 11) % 97 * 1_000)
            records["part/\(part)"] = mark + filling
        }
    }

    private static func count(_ records: Records) throws -> Int {
        guard let bytes = records["count"], let count = Int(String(decoding: bytes, as: UTF8.self)) else {
            throw Torn()
        }
        let parts = (0..<10).compactMap { records["part/\($0)"] }
        guard parts.count == 10, Set(parts.map { $0.prefix(16) }).count == 1 else { throw Torn() }
        for (part, value) in parts.enumerated() {
            let filling = value.dropFirst(16)
            guard filling.count == (count * 37 + part * 11) % 97 * 1_000,
                filling == [UInt8](repeating: UInt8(count & 0xff), count: filling.count)[...]
            else { throw Torn() }
        }
        return count
    }

    // MARK: Opening

    private static func open(_ home: Home) throws -> Vault {
        do { return try Vault.open(home, passphrase: passphrase(0)) } catch let trouble as Trouble
            where trouble.kind == .locked
        {
            return try Vault.open(home, passphrase: passphrase(1))
        }
    }

    private static func passphrase(_ number: Int) throws -> Passphrase {
        try Passphrase(reading: ["abacus abdomen", "abdominal abide"][number])
    }

    /// The least that is accepted: this is not about guessing.
    private static func cost() throws -> PassphraseHash.Cost { try PassphraseHash.Cost(memory: 8 * 1024, passes: 1) }

    private static func say(_ line: String) throws { try FileDescriptor.standardOutput.writeAll("\(line)\n".utf8) }
}
