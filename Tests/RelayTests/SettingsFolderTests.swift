import CallboxCrypto
import CallboxWire
import Foundation
import Testing

@testable import CallboxRelay

@Suite("State folder and backups")
struct SettingsFolderTests {
    private let scratch: ScratchFolder
    private let state: StateFolder

    init() throws {
        scratch = try ScratchFolder()
        state = StateFolder(scratch.path + "/state")
    }

    private func makeRelay() throws {
        try state.make()
        try state.write(StateFolder.FileName.seed, [UInt8](repeating: 7, count: 32))
        try state.write(StateFolder.FileName.environment, [UInt8]("#\n".utf8))
        try SQLiteStore(folder: state.path, limits: RelayLimits()).close()
    }

    @Test("A folder and its files are for the owner alone, and what others can read is refused")
    func permissions() throws {
        try makeRelay()
        #expect(StateFolder.isPrivate(state.path))
        #expect(StateFolder.isPrivate(state.seed))
        #expect(try state.readSeed().byteCount == 32)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: state.seed)
        #expect(throws: SettingsError.permissions(state.seed)) { _ = try state.readSeed().byteCount }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: state.path)
        #expect(throws: SettingsError.permissions(state.path)) { try state.make() }
    }

    @Test("Nothing that is there is overwritten, and a folder without a relay is said to be one")
    func noOverwriting() throws {
        #expect(throws: SettingsError.noState(state.path)) { _ = try state.readSeed().byteCount }
        #expect(throws: SettingsError.noState(state.path)) { try OperatorDesk(state) }
        try makeRelay()
        #expect(throws: SettingsError.alreadyThere(state.seed)) { try state.write("relay.key", [1]) }
        #expect(FileManager.default.contents(atPath: state.seed) == Data(repeating: 7, count: 32))
    }

    @Test("A seed of another length is no seed", arguments: [0, 31, 33])
    func seedLength(length: Int) throws {
        try state.make()
        try state.write(StateFolder.FileName.seed, [UInt8](repeating: 7, count: length))
        #expect(throws: SettingsError.file(state.seed)) { _ = try state.readSeed().byteCount }
    }

    @Test("A relay comes back from its backup with what the operator allowed, and only where there is none")
    func backup() throws {
        try makeRelay()
        let root = try HumanDigest("Y5CE-J0WJ-SCFW-CE4W-Y65D-SPWD-CQ")
        #expect(try OperatorDesk(state).allow(root))
        let copy = StateFolder(scratch.path + "/copy")
        try Backup.make(of: state, to: copy)
        #expect(StateFolder.isPrivate(copy.path) && StateFolder.isPrivate(copy.seed))
        #expect(throws: SettingsError.alreadyThere(copy.path)) { try Backup.make(of: state, to: copy) }

        let other = StateFolder(scratch.path + "/other")
        try Backup.restore(from: copy, to: other)
        #expect(try OperatorDesk(other).allowed() == [root])
        #expect(FileManager.default.contents(atPath: other.seed) == Data(repeating: 7, count: 32))
        #expect(throws: SettingsError.self) { try Backup.restore(from: copy, to: other) }
    }

    @Test("A copy with a damaged database is not restored")
    func damagedBackup() throws {
        try makeRelay()
        let copy = StateFolder(scratch.path + "/copy")
        try Backup.make(of: state, to: copy)
        var bytes = try #require(FileManager.default.contents(atPath: copy.database))
        for offset in 4_096..<5_000 { bytes[offset] ^= 0x55 }
        try bytes.write(to: URL(fileURLWithPath: copy.database))
        let other = StateFolder(scratch.path + "/other")
        #expect(throws: (any Error).self) { try Backup.restore(from: copy, to: other) }
        #expect(!other.has(StateFolder.FileName.seed))
    }

    @Test("What an operator allows, a serving relay's database takes, and takes back")
    func allow() throws {
        try state.make()
        let store = try SQLiteStore(folder: state.path, limits: RelayLimits())
        defer { try? store.close() }
        let desk = try OperatorDesk(state)
        let root = try HumanDigest("Y5CE-J0WJ-SCFW-CE4W-Y65D-SPWD-CQ")
        #expect(try desk.allow(root))
        #expect(try !desk.allow(root))
        #expect(try desk.allowed() == [root])
        #expect(try desk.disallow(root))
        #expect(try !desk.disallow(root))
        #expect(try desk.counts().cells == 0)
        #expect(try desk.damage().isEmpty)
    }
}
