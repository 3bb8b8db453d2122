import CallboxCrypto
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

/// `cell.json`: cells with the mailbox's sealing key, and the mailbox's collect key with its address.
struct CellVectors: Codable {
    struct Case: Codable {
        let comment, sealingPrivate, cellB64, cellId, collectPublic, address, expect: String
        let frameB64: String?
    }
    let cases: [Case]
}

@Suite("Cell vectors", .serialized)
struct CellVectorTests {
    @Test("The cell vectors are written anew", .enabled(if: Vectors.areWritten, "CALLBOX_WRITE_VECTORS is not set"))
    func write() throws {
        var random = SeededRandom(seed: 900)
        let sealing = AgreementKey.random(from: &random)
        let collect = SigningKey.random(from: &random).verificationKey
        let frame = try Frame(.ratchet, rest: random.bytes(Frame.restByteCount))
        let cell = try frame.sealed(to: sealing.publicKey)
        func note(_ comment: String, _ cell: Cell, opens: Bool) -> CellVectors.Case {
            CellVectors.Case(
                comment: comment, sealingPrivate: sealing.privateKey.revealedToATest().hexText,
                cellB64: cell.bytes.base64Text, cellId: cell.id.bytes.hexText, collectPublic: collect.bytes.hexText,
                address: MailboxAddress(collectedBy: collect).bytes.hexText, expect: opens ? "ok" : "refused",
                frameB64: opens ? frame.bytes.base64Text : nil)
        }
        var altered = cell.bytes
        altered[8000] ^= 1
        try Vectors.write(
            CellVectors(cases: [
                note("a cell and its mailbox", cell, opens: true),
                note("one bit flipped: another cell, and it does not open", Cell(unchecked: altered), opens: false),
            ]), to: "cell.json")
    }

    @Test("Every cell vector has its id and address, and opens or not as written")
    func read() throws {
        let vectors: CellVectors = try Vectors.read("cell.json")
        #expect(vectors.cases.count > 1)
        for vector in vectors.cases {
            let cell = try Cell(base64(vector.cellB64))
            #expect(cell.id.bytes.hexText == vector.cellId)
            let collect = try VerificationKey(hex(vector.collectPublic))
            #expect(MailboxAddress(collectedBy: collect).bytes.hexText == vector.address)
            let frame = try? Frame.open(cell, with: AgreementKey(Secret(hex: vector.sealingPrivate)))
            #expect(frame?.bytes.base64Text == vector.frameB64)
            #expect((frame == nil ? "refused" : "ok") == vector.expect)
        }
    }
}
