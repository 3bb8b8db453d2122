import CLinux
import CallboxClient
import CallboxCrypto
import CallboxTesting
import FoundationEssentials
import Glibc
import SystemPackage

/// Prints what opening and storing a large vault costs, beside what the disk takes for the same bytes, and fails when a goal is missed.
///
/// `BenchClient fill HOME` makes a vault that is unlocked as large as years make it, for what Tests/Bench/client.py measures of the real programs.
@main
struct BenchClient {
    static func main() throws {
        _ = SelfDefence.raise()
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "fill" {
            guard let vault = try Vault.openRemembered(Home(CommandLine.arguments[2])) else {
                print("the vault is not unlocked")
                exit(2)
            }
            print(try FillVault(conversations: 200, messages: 20_000).fill(vault))
            return
        }
        var held = true
        for (name, count, size) in [
            ("20,000 records of 500 bytes", 20_000, 500), ("320 records of 32 KiB", 320, 32_768),
        ] {
            held = try vault(name, count: count, size: size) && held
        }
        guard held else {
            print("a goal was missed")
            exit(1)
        }
    }

    private static func vault(_ name: String, count: Int, size: Int) throws -> Bool {
        let root = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let home = Home(root)
        var random = SeededRandom(seed: 1)
        let value = random.bytes(size)
        let one = try Vault.create(
            at: home, passphrase: passphrase(), cost: PassphraseHash.Cost(memory: 8 * 1024, passes: 1)
        ) {
            _ in
            var records = Records()
            for number in 0..<count { records["entries/\(10_000_000 + number)"] = value }
            return records
        }
        let other = try Vault.open(home, passphrase: passphrase())
        let bytes = [UInt8](FileManager.default.contents(atPath: root + "/vault") ?? Data())
        var opening: [Double] = []
        var storing: [Double] = []
        var disk: [Double] = []
        for round in 0..<21 {
            storing.append(try time { try one.change { $0["round"] = [UInt8(round)] } })
            // What another process stored is opened as a vault is: all but the passphrase's hash.
            opening.append(try time { try other.read { precondition($0["round"] == [UInt8(round)]) } })
            disk.append(try time { try write(bytes, to: root + "/floor") })
        }
        let (open, store) = (median(opening), median(storing))
        print("\(name), \(bytes.count / 1024) KiB in the file; milliseconds, median (worst) of 21")
        print("  open without the passphrase's hash  \(shown(opening))   goal 150: \(open < 150 ? "held" : "MISSED")")
        print("  change one record, durably          \(shown(storing))   goal  40: \(store < 40 ? "held" : "MISSED")")
        print("  the disk: write, fsync, as many     \(shown(disk))")
        return open < 150 && store < 40
    }

    private static func passphrase() throws -> Passphrase { try Passphrase(reading: "abacus abdomen") }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter {
            try file.writeAll(bytes)
            guard linux_sync(file.rawValue) == 0 else { throw Errno.ioError }
        }
    }

    private static func time(_ body: () throws -> Void) throws -> Double {
        let duration = try ContinuousClock().measure(body)
        return Double(duration.components.attoseconds) / 1e15 + Double(duration.components.seconds) * 1e3
    }

    private static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }

    private static func shown(_ times: [Double]) -> String {
        "\((median(times) * 10).rounded() / 10) (\(((times.max() ?? 0) * 10).rounded() / 10))"
    }
}
