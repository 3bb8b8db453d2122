import CAppend
import CallboxCrypto
import CallboxWire
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Measures a relay that runs, beside what the machine itself can do. `Scripts/bench relay` starts it.
///
///     BenchRelay load PORT PID FOLDER CONNECTIONS CELLS IDENTITY     deposit, collect, acknowledge
///     BenchRelay post PORT PID CONNECTIONS CELLS                     the same POST to another server
///     BenchRelay append FILE CELLS-IN-A-GROUP                        append and fdatasync
///     BenchRelay fill PORT CELLS IDENTITY                            stores cells and leaves them
@main
struct BenchRelay {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("load", 7):
            try await load(
                Target(port: number(words[1])), Server(pid: number(words[2]), folder: words[3]),
                connections: number(words[4]), cells: number(words[5]), relay: VerificationKey(base64URL: words[6]))
        case ("post", 5):
            try await post(
                Target(port: number(words[1])), Server(pid: number(words[2]), folder: "/nowhere"),
                connections: number(words[3]), cells: number(words[4]))
        case ("append", 3): append(words[1], group: number(words[2]))
        case ("fill", 4):
            try await fill(
                Target(port: number(words[1])), cells: number(words[2]), relay: VerificationKey(base64URL: words[3]))
        default: fatalError("see the comment above")
        }
    }

    private static func number(_ word: String) -> Int {
        guard let number = Int(word) else { fatalError("\(word) is no number") }
        return number
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Each connection has eight mailboxes, or more when its cells do not fit.
    private static func mailboxes(connections: Int, cells: Int) -> [[LoadMailbox]] {
        let each = max(8, cells / connections / 200 + 1)
        return (0..<connections).map { _ in (0..<each).map { _ in LoadMailbox() } }
    }

    private static func make(_ target: Target, _ all: [[LoadMailbox]], relay: VerificationKey) async throws {
        let day = UInt32(now / 86_400)
        let easy = try WorkDifficulty(bits: 0)
        _ = try await target.run(
            all.map { mailboxes in
                ListSource(
                    try mailboxes.map { mailbox in
                        var search = WorkSearch(
                            .mailbox(mailbox.key.verificationKey), at: relay, day: day, difficulty: easy)
                        guard let stamp = search.next(tries: 1) else { fatalError("the relay must ask for no work") }
                        var request = try mailbox.signed(
                            .PUT, mailbox.path, MailboxOrder(.session).bytes, relay: relay, now: now)
                        request.fields.append(("authorization", Authorization.work(stamp).fieldValue))
                        return request
                    })
            })
    }

    private static func measure(
        _ name: String, _ connections: Int, _ server: Server, each: Int = 1, _ work: () async throws -> [Int64]
    ) async throws {
        let (cpu, start) = (server.cpuSeconds, ContinuousClock.now)
        let times = try await work()
        let line = Line(
            times, seconds: (ContinuousClock.now - start) / .seconds(1), cpu: server.cpuSeconds - cpu, each: each)
        print(
            pad(name, 14), pad(String(connections), 5), pad(String(Int(line.rate)), 9), pad(String(Int(line.p50)), 9),
            pad(String(Int(line.p99)), 9), pad(String(Int(line.p99 / line.p50 * 10) / 10) + "×", 7),
            pad(String(Int(line.cpuMicroseconds)), 8), pad(String(server.residentKiB / 1_024), 7))
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Some quiet seconds, in which the relay copies its log and cuts it off: only then do its files say what they hold.
    private static func rest() async throws { try await Task.sleep(for: .seconds(3)) }

    private static func load(
        _ target: Target, _ server: Server, connections: Int, cells: Int, relay: VerificationKey
    ) async throws {
        let all = mailboxes(connections: connections, cells: cells)
        try await make(target, all, relay: relay)
        try await rest()
        let before = server.diskBytes
        try await measure("deposit", connections, server) {
            try await target.run(all.map { DepositSource($0, cells: cells / connections) })
        }
        let stored = cells / connections * connections
        try await rest()
        let grown = server.diskBytes - before
        try await measure("collect", connections, server) {
            try await target.run(all.map { try CollectSource($0, relay: relay, now: now) })
        }
        let acknowledgements = try all.map { mailboxes in
            try mailboxes.filter { !$0.waiting.isEmpty }.map { mailbox in
                let entries = mailbox.waiting.map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
                return try mailbox.signed(
                    .POST, mailbox.path + "/acknowledgements",
                    Acknowledgements(entries, slots: SlotCount(16)).bytes, relay: relay, now: now)
            }
        }
        try await measure("acknowledge", connections, server) {
            try await target.run(acknowledgements.map { ListSource($0) })
        }
        print("  \(stored) cells; the files grew by \(grown / max(1, stored)) bytes a cell")
    }

    private static func post(_ target: Target, _ server: Server, connections: Int, cells: Int) async throws {
        let all = (0..<connections).map { _ in [LoadMailbox()] }
        try await measure("the same POST", connections, server) {
            try await target.run(all.map { DepositSource($0, cells: cells / connections) })
        }
    }

    private static func append(_ path: String, group: Int) {
        var (p50, p99) = (0.0, 0.0)
        let cells = unsafe append_and_sync(path, Int32(group), 3, &p50, &p99)
        print(
            pad("append+sync", 14), pad(String(group), 5), pad(String(cells / 3), 9), pad(String(Int(p50)), 9),
            pad(String(Int(p99)), 9), pad(String(Int(p99 / p50 * 10) / 10) + "×", 7))
    }

    private static func fill(_ target: Target, cells: Int, relay: VerificationKey) async throws {
        // A relay lets a connection have 10,000 requests, so there are several rounds.
        for start in stride(from: 0, to: cells, by: 64 * 8_000) {
            let part = min(cells - start, 64 * 8_000)
            let all = mailboxes(connections: 64, cells: part)
            try await make(target, all, relay: relay)
            _ = try await target.run(all.map { DepositSource($0, cells: part / 64) })
        }
    }
}
