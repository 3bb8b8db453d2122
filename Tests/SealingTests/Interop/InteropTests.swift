import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Foundation
import Testing

@Suite(
    "A second implementation, written from the text alone", .serialized, .enabled(if: Python.isHere, "\(Python.absent)")
)
struct InteropTests {
    @Test("derives every INIT, RATCHET and cell vector again")
    func vectors() throws {
        let (output, isGood) = try Python.run("check.py", [Vectors.folder.path])
        let text = String(decoding: output, as: UTF8.self)
        #expect(isGood, "\(text)")
        for name in ["cell.json", "initial.json", "ratchet.json"] {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name): ") } ?? "\(name): no line"
            #expect(line.hasSuffix(" passed, 0 failed, 0 skipped") && !line.hasPrefix("\(name): 0 "))
        }
    }

    @Test("is at one with itself and with the published vectors")
    func itself() throws {
        let (output, isGood) = try Python.run("test_self.py")
        #expect(isGood, "\(String(decoding: output, as: UTF8.self))")
    }

    @Test("begins a conversation that this one accepts and answers, turn by turn")
    func conversation() throws {
        var setting = try SampleHandshake(seed: 40)
        let begun: Begun = try ask(
            Beginning(setting, texts: ["first", "second, before any answer"].map { Array($0.utf8).hexText }))
        let intake = try setting.intakeKey()
        let first = try Frame.open(Cell(base64(begun.cellsB64[0])), with: intake)
        var accepted = try setting.accept(first)
        #expect(accepted.opened.content == Array("first".utf8))
        #expect(accepted.session.id.bytes.hexText == begun.sid)
        #expect(accepted.transcript.bytes.hexText == begun.transcript)
        #expect(try open(begun.cellsB64[1], &accepted.session, setting) == "second, before any answer")

        var state = begun.state
        for turn in 0..<3 {
            let texts = (0...turn).map { "turn \(turn), answer \($0)" }
            let cells = try texts.map { text in
                try accepted.session.seal(Array(text.utf8), to: accepted.reply.address, random: &setting.random)
                    .sealed(to: accepted.reply.sealingKey).bytes.base64Text
            }
            // Delivered last first: the other side keeps skipped keys too.
            let answer: Answer = try ask(
                Question(state: state, cellsB64: cells.reversed(), texts: [Array("reply \(turn)".utf8).hexText]),
                "--reply")
            #expect(answer.contents == texts.reversed().map { Array($0.utf8).hexText })
            #expect(try open(answer.cellsB64[0], &accepted.session, setting) == "reply \(turn)")
            state = answer.state
        }
    }

    private func open(_ cell: String, _ session: inout Session, _ setting: SampleHandshake) throws -> String {
        let frame = try Frame.open(Cell(base64(cell)), with: setting.intakeKey())
        let opened = try session.open(frame, at: setting.sheet.intakeAddress, today: SampleProgram.today)
        return String(decoding: opened.content, as: UTF8.self)
    }

    private func ask<A: Decodable>(_ question: some Encodable, _ arguments: String...) throws -> A {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let (output, isGood) = try Python.run("make.py", arguments, input: encoder.encode(question))
        #expect(isGood)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(A.self, from: output)
    }
}

/// What `make.py` is asked and answers.
private struct Beginning: Encodable {
    struct Responder: Encodable {
        let id, sigk, ikx: String
        let day: UInt32
        let spk, pqspk, intakeAddress, intakeSealingKey: String
    }
    let programId: String
    let rosterVersion: UInt64
    let rosterHash, noticeHash: String
    let responder: Responder
    let initiator = ["kind": 0]
    let texts: [String]

    init(_ setting: SampleHandshake, texts: [String]) throws {
        let program = setting.sample.program
        let sheet = setting.sheet
        programId = program.id.bytes.hexText
        rosterVersion = program.version
        rosterHash = program.hash.bytes.hexText
        noticeHash = setting.notice.bytes.hexText
        responder = Responder(
            id: setting.entry.id.bytes.hexText, sigk: setting.entry.verificationKey.bytes.hexText,
            ikx: setting.entry.agreementKey.bytes.hexText, day: sheet.day.number,
            spk: sheet.agreementKey.bytes.hexText, pqspk: sheet.kemKey.bytes.hexText,
            intakeAddress: sheet.intakeAddress.bytes.hexText, intakeSealingKey: sheet.sealingKey.bytes.hexText)
        self.texts = texts
    }
}
private struct Begun: Decodable {
    let cellsB64: [String]
    let sid, transcript: String
    let state: Opaque
}
private struct Question: Encodable {
    let state: Opaque
    let cellsB64, texts: [String]
}
private struct Answer: Decodable {
    let contents: [String?]
    let cellsB64: [String]
    let state: Opaque
}
