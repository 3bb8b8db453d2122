import CallboxTesting
import Foundation
import Testing

/// Labels and payload types keep hashes, keys and signatures of different purposes apart. So each stands in the code once, and the tables of
/// `Protocol/README.md` are all of them.
@Suite("Labels and payload types")
struct LabelTests {
    private static let prefixes = ["callbox/v1/", "application/vnd.callbox."]

    /// What begins with `prefix` among the string literals of the sources, as often as it stands there. Comments do not count.
    private func inSources(_ prefix: String) throws -> [String] {
        let sources = Vectors.project.appending(path: "Sources")
        var found: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for line in text.components(separatedBy: "\n") {
                if line.trimmingCharacters(in: .whitespaces).hasPrefix("//") { continue }
                found += line.components(separatedBy: "\"").filter { $0.hasPrefix(prefix) }
            }
        }
        return found.sorted()
    }

    /// What begins with `prefix` in the first column of the tables.
    private func inTables(_ prefix: String) throws -> [String] {
        let file = Vectors.project.appending(path: "Protocol/README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let rows = text.components(separatedBy: "\n").filter { $0.hasPrefix("| `" + prefix) }
        return rows.map { $0.components(separatedBy: "`")[1] }.sorted()
    }

    @Test("each stands in the sources once", arguments: prefixes)
    func once(_ prefix: String) throws {
        let found = try inSources(prefix)
        #expect(!found.isEmpty)
        #expect(found == Set(found).sorted())
    }

    @Test("the tables have all of them, each once, and nothing else", arguments: prefixes)
    func listed(_ prefix: String) throws {
        #expect(try inTables(prefix) == Set(inSources(prefix)).sorted())
    }

    @Test("none is the beginning of another, so what follows one cannot be read as more of it", arguments: prefixes)
    func prefixFree(_ prefix: String) throws {
        let found = try Set(inSources(prefix))
        for one in found { #expect(!found.contains { $0 != one && $0.hasPrefix(one) }, "\(one)") }
    }
}
