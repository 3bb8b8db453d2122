import Foundation
import Testing

/// Sessions of people at their terminals, as text: `Tests/Transcripts/README.md`. Real programs, a real relay, real vaults.
@Suite("What people see", .serialized)
struct TranscriptTests {
    @Test(
        "is what the transcripts say, line by line",
        .enabled(if: Stage.isHere, "needs Python 3.9, a terminal for it, and the programs built"))
    func all() throws {
        let transcripts = try FileManager.default.contentsOfDirectory(atPath: Stage.folder.path)
            .filter { $0.hasSuffix(".txt") }.sorted()
        #expect(!transcripts.isEmpty)
        let (output, isGood) = try Stage.play(transcripts)
        #expect(isGood, "\(output)")
        for transcript in transcripts {
            if Stage.wantsDisk(transcript), output.contains("transcripts: \(transcript): LEFT OUT") {
                // A small disk can be mounted by root only. It is said, so that nobody takes it for played.
                print("\(transcript) was LEFT OUT: it wants a disk of its own, which needs root")
                continue
            }
            #expect(output.contains("transcripts: \(transcript): good"))
        }
    }

    @Test("is what README shows")
    func readme() throws {
        let root = Stage.folder.deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let story = try String(contentsOf: Stage.folder.appending(path: "story.txt"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("What it looks like") })
        let shown = section.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        #expect(shown.count == 3)
        for screen in shown { #expect(story.contains(screen), "not in the story: \(screen)") }
    }
}

private enum Stage {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Transcripts")
    /// Where this build puts its programs, beside the test bundle.
    static let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    static var isHere: Bool {
        let names = ["callbox", "callboxd"]
        let areBuilt = names.allSatisfy {
            FileManager.default.isExecutableFile(atPath: programs.appending(path: $0).path)
        }
        return areBuilt
            && ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
                FileManager.default.isExecutableFile(atPath: $0)
            }
    }

    /// Whether it is played on a disk of its own.
    static func wantsDisk(_ transcript: String) -> Bool {
        let text = try? String(contentsOf: folder.appending(path: transcript), encoding: .utf8)
        return text?.contains("\n# disk: ") ?? false
    }

    static func play(_ transcripts: [String]) throws -> (output: String, isGood: Bool) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "python3", folder.appending(path: "play.py").path, "--programs", programs.path, "--morning", "--jobs",
                "2",
            ]
            + transcripts.map { folder.appending(path: $0).path }
        // Other tests have the processors meanwhile: a step may take long, and is not wrong for that.
        process.environment = ProcessInfo.processInfo.environment.merging(["CALLBOX_PATIENCE": "300"]) { $1 }
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus == 0)
    }
}
