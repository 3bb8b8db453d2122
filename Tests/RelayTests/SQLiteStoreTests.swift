import CallboxCrypto
import CallboxProgram
@testable import CallboxRelay
import CallboxTesting
import CallboxWire
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

/// What only a file on a disk can show.
@Suite("The store in one SQLite file")
struct SQLiteStoreTests {
    let relay: SampleRelay
    var store: SQLiteStore { relay.core.store }
    var today: Day { relay.today }
    let two = SlotCount.usual

    init() async throws { relay = try await SampleRelay() }

    private func mailbox() async throws -> MailboxAddress {
        let address = SampleRelay.address()
        try await store.make(address, .session, paidBy: .work, today: today)
        return address
    }

    /// A cell that says in the clear what it is.
    private func marked(_ marker: String) -> (cell: Cell, marker: [UInt8]) {
        var bytes = SampleRelay.cell().bytes
        let marker = [UInt8]("\(marker)-\(UUID().uuidString)".utf8)
        // At the beginning, on the border of two pages, and at the end.
        for place in [0, 4_080, Cell.byteCount - marker.count] {
            bytes.replaceSubrange(place..<place + marker.count, with: marker)
        }
        return (Cell(unchecked: bytes), marker)
    }

    @Test("Every commit is synced, what is erased is overwritten, and free pages can be given back")
    func pragmas() async throws {
        let values = try await store.pool.write { db in
            try ["synchronous", "secure_delete", "auto_vacuum", "page_size", "wal_autocheckpoint"]
                .map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(values == [2, 1, 2, 4_096, 0])
        let log = try await store.pool.read { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") }
        #expect(log == "wal")
    }

    @Test("Two relays cannot have one folder")
    func lock() async throws {
        await #expect(throws: DatabaseError.self) { _ = try await SampleRelay(folder: relay.folder) }
    }

    @Test("What was stored is there when the relay comes back")
    func reopening() async throws {
        let address = try await mailbox()
        let cell = SampleRelay.cell()
        try await store.deposit(cell, in: address, paidBy: nil, today: today)
        try store.close()
        let again = try await SampleRelay(folder: relay.folder, clock: relay.clock)
        let there = try await again.core.store.waiting(in: address, slots: two, today: today)
        #expect(there.map(\.cell) == [cell])
    }

    @Test("An acknowledged, an expired and a deleted cell leave no byte in any file, and a waiting one does")
    func gone() async throws {
        let (one, other) = (try await mailbox(), try await mailbox())
        let (kept, read, deleted) = (marked("kept"), marked("read"), marked("deleted"))
        try await store.deposit(read.cell, in: one, paidBy: nil, today: today)
        try await store.deposit(kept.cell, in: one, paidBy: nil, today: today)
        try await store.deposit(deleted.cell, in: other, paidBy: nil, today: today)
        for marker in [kept.marker, read.marker, deleted.marker] { #expect(try relay.folder.holds(marker)) }
        let first = try await store.waiting(in: one, slots: two, today: today)[0]
        try await store.acknowledge([.init(first.sequence, first.cell.id)], in: one, today: today)
        try await store.delete(other)
        #expect(try await store.cutLog())
        #expect(try !relay.folder.holds(read.marker) && !relay.folder.holds(deleted.marker))
        #expect(try relay.folder.holds(kept.marker))
        _ = try await store.sweep(today: today.later(by: 100), firstEpoch: 0)
        #expect(try await store.cutLog())
        #expect(try !relay.folder.holds(kept.marker))
    }

    @Test("A bit that turned in a row is noticed: the cell is kept and not served, those behind it are served")
    func damage() async throws {
        for column in ["bytes", "name", "expires", "mailbox", "sequence", "lane"] {
            let address = try await mailbox()
            let cells = [SampleRelay.cell(), SampleRelay.cell()]
            for cell in cells { try await store.deposit(cell, in: address, paidBy: nil, today: today) }
            try await store.pool.write { db in
                let value =
                    ["bytes", "name"].contains(column)
                    ? "zeroblob(length(\(column)))" : "\(column) + 1000"
                try db.execute(
                    sql: """
                        UPDATE cell SET \(column) = \(value) WHERE id = (SELECT min(cell.id) FROM cell JOIN mailbox
                        ON mailbox.id = cell.mailbox WHERE address = ?)
                        """, arguments: [Data(address.bytes)])
            }
            let there = try await store.waiting(in: address, slots: two, today: today)
            #expect(there.map(\.cell) == [cells[1]], "\(column)")
        }
        let counts = try await store.counts()
        let swept = try await store.sweep(today: today.later(by: 5_000), firstEpoch: 0)
        // Served by nobody and erased by nobody: a row that cannot be believed cannot say that it is over either. One whose
        // own bytes turned can: its place is believed.
        #expect(swept.cells == 7)
        #expect(try await store.counts().cells == counts.cells - swept.cells)
    }

    @Test("However many damaged rows there are, what is over behind them goes, and they stay")
    func sweepsPastDamage() async throws {
        let address = try await mailbox()
        for _ in 0..<140 { try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today) }
        try await store.pool.write { db in try db.execute(sql: "UPDATE cell SET guard = 0, expires = 5") }
        for _ in 0..<10 { try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today) }
        let end = today.later(by: 100)
        var gone = 0
        for _ in 0..<4 { gone += try await store.sweep(today: end, firstEpoch: 0).cells }
        #expect(gone == 10)
        #expect(try await store.counts().cells == 140)
    }

    @Test("A mailbox whose row turned is not said to be gone: nobody can say, and it stays")
    func damagedMailbox() async throws {
        let (address, other) = (try await mailbox(), try await mailbox())
        try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        try await store.pool.write { db in
            try db.execute(
                sql: "UPDATE mailbox SET expires = expires - 400 WHERE address = ?", arguments: [Data(address.bytes)])
        }
        await #expect(throws: Problem.uncertain) {
            try await store.waiting(in: address, slots: two, today: today)
        }
        // Both may stand in one group: the damage of one is not the other's.
        async let taken: Void = store.deposit(SampleRelay.cell(), in: other, paidBy: nil, today: today)
        await #expect(throws: Problem.uncertain) {
            try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        }
        try await taken
        _ = try await store.sweep(today: today, firstEpoch: 0)
        let counts = try await store.counts()
        #expect(counts.sessionMailboxes == 2 && counts.cells == 2)
    }

    @Test("When there is no room, deposits are refused, and what makes room goes on")
    func full() async throws {
        let address = try await mailbox()
        let cell = SampleRelay.cell()
        try await store.deposit(cell, in: address, paidBy: nil, today: today)
        // SQLite says that the disk is full when a database may not grow.
        try await store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        var refused = 0
        for _ in 0..<8 {
            do {
                try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
            } catch Problem.diskFull {
                refused += 1
            }
        }
        #expect(refused > 0)
        let there = try await store.waiting(in: address, slots: two, today: today)
        #expect(there.first?.cell == cell)
        try await store.acknowledge(there.map { .init($0.sequence, $0.cell.id) }, in: address, today: today)
        #expect(try await store.waiting(in: address, slots: two, today: today).first?.cell != cell)
    }

    @Test("A damaged row is no end either when there is no room: it is refused, and the store goes on")
    func damagedAndFull() async throws {
        let (address, damaged) = (try await mailbox(), try await mailbox())
        for _ in 0..<4 { try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today) }
        let there = try await store.waiting(in: address, slots: two, today: today)
        let isHeld = Mutex(false)
        let mayGo = DispatchSemaphore(value: 0)
        async let held: Void = store.pool.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE mailbox SET guard = 0 WHERE address = ?", arguments: [Data(damaged.bytes)])
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            isHeld.withLock { $0 = true }
            mayGo.wait()
        }
        while !isHeld.withLock({ $0 }) { await Task.yield() }
        // All of one group, in this order: first the disk is full, then, among what makes room, a row is damaged.
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    try? await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
                }
            }
            while store.writer.waitingCount < 8 { await Task.yield() }
            group.addTask {
                await #expect(throws: Problem.uncertain) {
                    try await store.acknowledge([], in: damaged, today: today)
                }
            }
            while store.writer.waitingCount < 9 { await Task.yield() }
            mayGo.signal()
        }
        try await held
        #expect(!store.ballast.hasRoom)
        try await store.acknowledge(there.map { .init($0.sequence, $0.cell.id) }, in: address, today: today)
        #expect(try await store.counts().cells == 2)
    }

    @Test("While somebody else has the database, changes are put off and not failed, and afterwards go on")
    func busy() async throws {
        let address = try await mailbox()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: relay.folder.path + "/relay.sqlite", configuration: configuration)
        try await store.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA busy_timeout = 50") }
        try other.inDatabase { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: Problem.busy) {
            try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        }
        try other.inDatabase { db in try db.execute(sql: "COMMIT") }
        try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        #expect(try await store.counts().cells == 1)
    }

    @Test("A backup is made while the store goes on, and holds what was there")
    func backup() async throws {
        let address = try await mailbox()
        let cell = SampleRelay.cell()
        try await store.deposit(cell, in: address, paidBy: nil, today: today)
        let other = try ScratchFolder()
        try await store.backup(to: other.path + "/relay.sqlite")
        let copy = try await SampleRelay(folder: other)
        #expect(try await copy.core.store.waiting(in: address, slots: two, today: today).map(\.cell) == [cell])
        await #expect(throws: DatabaseError.self) { try await store.backup(to: other.path + "/relay.sqlite") }
    }

    @Test("The reckoning of time is stored, and gone on from")
    func reckoning() async throws {
        relay.clock.pass(86_400 * 3)
        let time = relay.core.time.advance()
        try await store.store(time)
        try store.close()
        let again = try await SampleRelay(folder: relay.folder, clock: relay.clock)
        #expect(again.today == today.later(by: 3) || again.today == time.day)
        #expect(again.core.time.today == time.day)
    }

    @Test("A look at the house erases what is over and cuts off the log, and leaves what is not over")
    func housekeeping() async throws {
        let address = try await mailbox()
        let old = marked("old")
        try await store.deposit(old.cell, in: address, paidBy: nil, today: today)
        let keeper = Housekeeping(relay.core)
        var rounds = Housekeeping.Rounds()
        await keeper.keep(&rounds)
        #expect(try await store.waiting(in: address, slots: two, today: today).map(\.cell) == [old.cell])
        relay.clock.set(ClockReading(wall: SampleProgram.now.seconds + 86_400 * 30, boot: "one", uptime: 1_010))
        await keeper.keep(&rounds)
        #expect(try await store.counts().cells == 1)
        relay.clock.pass(86_400 * 17)
        await keeper.keep(&rounds)
        await keeper.keep(&rounds)
        #expect(try await store.counts().cells == 0)
        #expect(try !relay.folder.holds(old.marker))
    }
}
