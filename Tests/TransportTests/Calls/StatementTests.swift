import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("What a relay says of itself")
struct StatementTests {
    private static let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
    private static let members = [
        "batch_tokens": "16", "cell_bytes": "8192", "intake_token_cells": "4096", "intake_work_cells": "256",
        "retention_days": "14", "session_cells": "256", "slots": "16", "version": "1", "wait_seconds": "55",
        "work_difficulty": "22", "identity": "\"\(key)\"", "software": "\"callbox/0.1.0\"",
        "epochs": "[\(epoch)]",
    ]
    private static let epoch = #"{"first":20720,"key":"\#(key)=","last":20747,"number":740}"#

    private func text(_ changes: [String: String?] = [:]) -> [UInt8] {
        let members = Self.members.merging(changes.compactMapValues { $0 }) { $1 }
            .filter { changes[$0.key] != .some(nil) }
        return Array("{\(members.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ","))}".utf8)
    }

    @Test("All that a client or a coordinator goes by is read")
    func whole() throws {
        let statement = try StatementDocument.parse(text())
        #expect(statement.identity.bytes == [UInt8](repeating: 1, count: 32))
        #expect(statement.retentionDays == 14 && statement.batchTokens == 16 && statement.difficulty.bits == 22)
        #expect(statement.epochs.map(\.number) == [740])
        #expect(try StatementDocument.parse(text(["new_member": "[1]"])) == statement)
    }

    @Test("Without one of its members it is none", arguments: members.keys.sorted())
    func missing(name: String) {
        #expect(throws: (any Error).self) { try StatementDocument.parse(text([name: nil])) }
    }

    @Test(
        "A member out of its bounds, of another kind or another version makes it none",
        arguments: [
            ("version", "2"), ("version", "\"1\""), ("cell_bytes", "4096"), ("slots", "8"), ("wait_seconds", "60"),
            ("retention_days", "0"), ("retention_days", "91"), ("batch_tokens", "0"), ("batch_tokens", "65"),
            ("work_difficulty", "41"), ("work_difficulty", "-1"), ("session_cells", "0"), ("intake_token_cells", "0"),
            ("intake_work_cells", "-1"), ("software", "\"nginx\""), ("identity", "\"AQ\""), ("identity", "\"\(key)=\""),
            ("epochs", "[]"), ("epochs", "[\(epoch),\(epoch),\(epoch),\(epoch)]"), ("retention_days", "1.5"),
        ])
    func bounds(name: String, value: String) {
        #expect(throws: (any Error).self) { try StatementDocument.parse(text([name: value])) }
    }

    @Test("Longer than 8,192 bytes, twice the same member or anything after it makes it none")
    func strict() {
        #expect(throws: (any Error).self) {
            try StatementDocument.parse(text(["x": "\"\(String(repeating: "x", count: 8_000))\""]))
        }
        #expect(throws: (any Error).self) { try StatementDocument.parse(text() + [0x7D]) }
        let twice = Array("{\"version\":1,".utf8) + text().dropFirst()
        #expect(throws: (any Error).self) { try StatementDocument.parse(twice) }
    }
}
