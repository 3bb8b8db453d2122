import CallboxClient
import CallboxTesting
import Foundation
import Testing

@Suite struct PaperFolderTests {
    let world: OfficeWorld
    let path = FileManager.default.temporaryDirectory.appending(
        path: "callbox-papers-\(UInt64.random(in: 0...UInt64.max))"
    ).path

    init() throws {
        world = try OfficeWorld()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    @Test func `papers are written, read, and gather signatures whoever writes last`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = PaperFolder(path)
        #expect(try folder.paper(.root) == nil && folder.draft() == nil)
        let begun = try await world.offices[0].begin(world.plan())
        try folder.write(begun.draft)
        #expect(try folder.draft() == begun.draft)
        try folder.write(begun.root, published: 0)
        // Both others sign the file as they got it, and bring theirs back one after the other.
        let second = try world.offices[1].sign(begun.root)
        let third = try world.offices[2].sign(begun.root)
        try folder.write(second, published: 0)
        let all = try folder.write(third, published: 0).paper
        #expect(try world.offices[0].review(all).tallies[0].signed.count == 3)
        #expect(try folder.paper(.root) == all)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: path)) == ["draft.json", "root.json"])
    }

    @Test func `another document's signatures are not written over, unless it was published`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = PaperFolder(path)
        let (_, document) = try await world.published()
        try folder.write(document, published: 0)
        let next = try world.offices[0].sign(world.offices[0].draft())
        #expect(trouble { try folder.write(next, published: 0) }?.kind == .notNow)
        #expect(try folder.paper(.program) == document)
        try folder.write(next, published: 1)
        #expect(try folder.paper(.program) == next)
        #expect(PaperFolder.root(beside: path + "/program.json") == nil)
    }

    @Test func `a file under the wrong name, a missing one and a full folder are told`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let begun = try await world.offices[0].begin(world.plan())
        try PaperFolder.write(begun.root.bytes, to: path + "/program.json")
        #expect(trouble { _ = try PaperFolder(path).paper(.program) }?.kind == .usage)
        #expect(trouble { _ = try PaperFolder.paper(at: path + "/none.json") }?.kind == .usage)
        #expect(trouble { try PaperFolder.write([1], to: path + "/no/such/folder.json") }?.kind == .disk)
        #expect(throws: Trouble.self) {
            try PaperFolder(path).write(begun.root, published: 0); try PaperFolder(path).write(begun.draft);
            _ = try Paper(parsing: begun.draft.text)
        }
    }
}
