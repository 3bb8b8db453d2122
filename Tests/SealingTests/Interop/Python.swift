import CallboxTesting
import Foundation

/// The second implementation, in Python, where `Scripts/setup` could install what it needs.
enum Python {
    private static let interpreter = Vectors.project.appending(path: ".build/interop-venv/bin/python")
    private static let scripts = Vectors.project.appending(path: "Tests/Interop")

    /// Whether it can run.
    static let isHere = FileManager.default.isExecutableFile(atPath: interpreter.path)
    /// Why a test that needs it is skipped.
    static let absent: String =
        "the second implementation needs Python with PyNaCl and kyber-py: Scripts/setup says why not"

    /// Runs a script with bytes as its input; its output, and whether it ended well.
    static func run(_ script: String, _ arguments: [String] = [], input: Data = Data()) throws -> (Data, Bool) {
        let process = Process()
        process.executableURL = interpreter
        process.arguments = [scripts.appending(path: script).path] + arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        try process.run()
        // Each script reads all of its input before it writes, so the two do not wait for each other.
        try standardInput.fileHandleForWriting.write(contentsOf: input)
        try standardInput.fileHandleForWriting.close()
        let result = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (result, process.terminationStatus == 0)
    }
}
