import ArgumentParser
@testable import callbox
import ArgumentParser
import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTerminal
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Foundation
import Synchronization

/// Coordinators with a home each, papers on the disk, and a relay that is strict about documents. Vaults are in memory.
final class OfficeStage: OfficeDoor {
    let clock = GivenClock(Instant(seconds: 1_800_040_800))
    let relay: StrictRelay
    let identity: SampleKey
    let folder: String
    private let stores = Mutex<[Home: MemoryStore]>([:])
    private let connector: OneRelay

    static let address = "https://relay.example:8443"
    static let pin = CrockfordBase32.encode([UInt8](repeating: 7, count: 32))

    init() throws {
        var random = SeededRandom(seed: 3)
        identity = SampleKey(from: &random)
        relay = StrictRelay(identity: identity.publicKey, clock: clock)
        connector = OneRelay(relay)
        let number: UInt32 = 744
        relay.issue([
            try TokenEpoch(
                number: number, first: Day(number * 28), last: Day(number * 28 + 27), key: .random(from: &random))
        ])
        folder =
            FileManager.default.temporaryDirectory.appending(
                path: "callbox-office-\(UInt64.random(in: 0...UInt64.max))"
            )
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }
    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }
    func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path(name)) ?? Data(), as: UTF8.self)
    }

    func announce(_ home: Home) throws -> any Sendable { 0 }
    func isVault(in home: Home) -> Bool { stores.withLock { $0[home] != nil } }
    func make(_ home: Home, passphrase: String) throws -> Office {
        office(
            stores.withLock { stores in
                let store = MemoryStore(seed: UInt64(stores.count + 1))
                stores[home] = store
                return store
            })
    }
    func open(_ home: Home, passphrase: String) throws -> Office {
        guard let office = try openRemembered(home) else {
            throw Trouble(.home, "There is no vault.", meaning: "Nothing was changed.", remedy: "Make one.")
        }
        return office
    }
    func openRemembered(_ home: Home) throws -> Office? { stores.withLock { $0[home] }.map(office) }

    private func office(_ store: MemoryStore) -> Office { Office(store: store, connector: connector, clock: clock) }

    /// Runs a command as somebody. Papers are in the stage's folder.
    @discardableResult
    func run(
        _ who: String, _ line: String..., answers: [String] = [], input: String? = nil, takesPapers: Bool = true
    ) async -> (code: Int32, result: String, screen: String) {
        await run(who, answers: answers, input: input, line: line + (takesPapers ? ["--papers", folder] : []))
    }

    /// The same for a line that was put together.
    func run(
        _ who: String, answers: [String] = [], input: String? = nil, line: [String]
    ) async -> (code: Int32, result: String, screen: String) {
        let terminal = ScriptedTerminal(
            answers: answers, hasPerson: !answers.isEmpty, input: input, variables: ["HOME": "/home/\(who)"])
        let code = await Terminal.$device.withValue(FileTerminal(terminal)) {
            await Desk.$door.withValue({ _ in PaperDoor() }) {
                await OfficeDesk.$door.withValue({ _ in self }) {
                    await CallboxCommand.perform(["program"] + line)?.rawValue ?? 0
                }
            }
        }
        return (code, terminal.written(.result), terminal.screen)
    }
}

/// A scripted terminal that reads real files.
struct FileTerminal: TerminalDevice {
    let scripted: ScriptedTerminal
    init(_ scripted: ScriptedTerminal) { self.scripted = scripted }

    func write(_ text: String, to destination: Destination) { scripted.write(text, to: destination) }
    var columns: Int { scripted.columns }
    var rows: Int { scripted.rows }
    var hasPerson: Bool { scripted.hasPerson }
    var canRedraw: Bool { scripted.canRedraw }
    var isInputPiped: Bool { scripted.isInputPiped }
    func readLine(asking question: String, isShown: Bool) throws -> String? {
        try scripted.readLine(asking: question, isShown: isShown)
    }
    func readAll(descriptor: Int32, limit: Int) throws -> [UInt8] {
        try scripted.readAll(descriptor: descriptor, limit: limit)
    }
    func readFile(_ path: String, limit: Int) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= limit else {
            throw Trouble(.usage, "The file cannot be read.", meaning: "Nothing was done.", remedy: "Check its name.")
        }
        return [UInt8](data)
    }
    func environment(_ name: String) -> String? { scripted.environment(name) }
    func edit(_ text: String) throws -> String? { try scripted.edit(text) }
    var when: When { scripted.when }
    func live(isPlain: Bool, _ body: (LiveTerminal) async throws -> Void) async throws -> Bool {
        try await scripted.live(isPlain: isPlain, body)
    }
}
