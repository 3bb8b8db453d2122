import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

@Suite("INIT and cell vectors", .serialized)
struct InitialVectorTests {
    /// The setting behind every case: the same seed makes the same program, keys and sheet.
    private static let seed: UInt64 = 700

    @Test("The INIT vectors are written anew", .enabled(if: Vectors.areWritten, "CALLBOX_WRITE_VECTORS is not set"))
    func write() throws {
        var setting = try SampleHandshake(seed: Self.seed)
        let officer = try setting.begin(by: setting.officer(), content: Array("Can we talk?".utf8)).frame
        let colleague = setting.sample.peers[1]
        let member = try setting.begin(by: setting.member(colleague), content: Array("A word?".utf8)).frame
        let consent = ConsentHash.random(from: &setting.random)
        let introduced = try setting.begin(by: setting.officer(), consent: consent, content: []).frame
        let stranger = try setting.begin(
            by: setting.member(SampleMember(.peer, from: &setting.random)), content: [1]
        ).frame
        let unknownNotice = try setting.begin(
            by: InitiatorKeys(
                .officer(notice: .random(from: &setting.random)), identity: .random(from: &setting.random),
                signingKey: colleague.signing.publicKey), content: [1]
        ).frame

        var cases: [InitialVectors.Case] = []
        func note(_ comment: String, _ frame: Frame) throws {
            cases.append(try .init(comment, frame, setting).noting(InitialOutcome.of(frame, setting)))
        }
        try note("an officer", officer)
        try note("a member, by roster keys", member)
        try note("an officer on a consent, with empty content", introduced)
        try note("a member whom the roster does not know", stranger)
        try note("an officer who names a notice that the program never gave", unknownNotice)
        try note("another day", officer.flipping(5))
        try note("another version of the program document", officer.flipping(13))
        for (name, index) in [("enc", 14), ("meta", 1134), ("header", 1423), ("body", 4000), ("last byte", 8143)] {
            try note("one bit flipped: \(name)", officer.flipping(index))
        }
        var again = ReplayCache()
        let first = try setting.accept(officer)
        again.insert(first.transcript, of: SampleProgram.today)
        var repeated = try InitialVectors.Case("accepted before", officer, setting)
        repeated.acceptedTranscripts = [first.transcript.bytes.hexText]
        cases.append(repeated.noting(try InitialOutcome.of(officer, setting, accepted: again)))
        try Vectors.write(InitialVectors(suite: 1, cases: cases), to: "initial.json")
    }

    @Test("Every INIT vector is accepted, or not, with the keys that are written")
    func read() throws {
        let setting = try SampleHandshake(seed: Self.seed)
        let vectors: InitialVectors = try Vectors.read("initial.json")
        #expect(vectors.cases.count > 10)
        for vector in vectors.cases {
            let frame = try Frame(base64(vector.frameB64))
            var accepted = ReplayCache()
            for transcript in vector.acceptedTranscripts {
                accepted.insert(TranscriptHash(unchecked: hex(transcript)), of: SampleProgram.today)
            }
            let outcome = try InitialOutcome.of(frame, setting, accepted: accepted)
            var fresh = try InitialVectors.Case(vector.comment, frame, setting)
            fresh.acceptedTranscripts = vector.acceptedTranscripts
            #expect(fresh.noting(outcome) == vector, "\(vector.comment)")
        }
    }
}

extension InitialVectors.Case: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        (try? Vectors.text(left)) == (try? Vectors.text(right))
    }
}
