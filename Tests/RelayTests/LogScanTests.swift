import CallboxProgram
@testable import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import Testing

@Suite("SQLite's log, before SQLite opens it")
struct LogScanTests {
    /// The log of a store that has not been cut off, as a killed relay leaves it.
    private func log() async throws -> [UInt8] {
        let relay = try await SampleRelay()
        let address = SampleRelay.address()
        try await relay.core.store.make(address, .session, paidBy: .work, today: relay.today)
        for _ in 0..<6 {
            try await relay.core.store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: relay.today)
        }
        return [UInt8](try Data(contentsOf: URL(filePath: relay.folder.path + "/relay.sqlite-wal")))
    }

    @Test("A log that a killed relay left is whole, wherever its last group was cut short")
    func killed() async throws {
        let log = try await log()
        #expect(LogScan.verdict(log.span) == .whole)
        for cut in [1, 4_000, 4_120, 9_000, 12_360] {
            #expect(LogScan.verdict(Array(log.dropLast(cut)).span) == .whole, "\(cut)")
        }
        #expect(LogScan.verdict([UInt8]().span) == .whole)
    }

    @Test(
        "A bit that turned anywhere in it is noticed, but in the last frame, which nobody can tell from one half written"
    )
    func turned() async throws {
        let log = try await log()
        let frame = 4_120
        let frames = (log.count - 32) / frame
        #expect(frames > 12)
        for place in stride(from: 0, to: 32 + (frames - 1) * frame, by: 331) {
            var turned = log
            turned[place] ^= 1 << (place % 8)
            #expect(LogScan.verdict(turned.span) == .damaged, "byte \(place)")
        }
    }

    @Test("Frames that are left over from an earlier round are not of the log")
    func earlierRound() async throws {
        let log = try await log()
        var older = Array(log[32..<32 + 4_120])
        for place in 8..<16 { older[place] ^= 0xFF }
        #expect(LogScan.verdict((log + older).span) == .whole)
    }

    @Test("A damaged log is set aside as it is, and said to be, and the relay goes on with what can be read")
    func aside() async throws {
        let first = try await SampleRelay()
        let address = SampleRelay.address()
        try await first.core.store.make(address, .session, paidBy: .work, today: first.today)
        for _ in 0..<6 {
            try await first.core.store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: first.today)
        }
        // What a killed relay leaves, with a bit turned.
        let left = try ScratchFolder()
        for name in ["relay.sqlite", "relay.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: first.folder.path + "/" + name, toPath: left.path + "/" + name)
        }
        let path = left.path + "/relay.sqlite-wal"
        var log = try Data(contentsOf: URL(filePath: path))
        log[log.count - 3 * 4_120] ^= 1
        try log.write(to: URL(filePath: path))
        let relay = try await SampleRelay(folder: left)
        #expect(FileManager.default.contents(atPath: left.path + "/relay.sqlite-wal.damaged") == log)
        var events = relay.core.store.events.makeAsyncIterator()
        #expect(await events.next() == .damage)
        #expect(try await relay.core.store.counts().sessionMailboxes == 1)
    }
}
