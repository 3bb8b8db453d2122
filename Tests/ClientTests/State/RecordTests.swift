@testable import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Typed records")
struct RecordTests {
    private func key(_ byte: UInt8 = 7) -> StateKey {
        StateKey(Secret(copying: [UInt8](repeating: byte, count: 32).span))
    }

    @Test("A value comes back as it was put, and is gone when it is taken away")
    func value() throws {
        var records = Records()
        #expect(try records.value(.counters) == nil)
        #expect(try records.takeNext(\.conversation) == 1)
        #expect(try records.takeNext(\.conversation) == 2)
        #expect(try records.takeNext(\.out) == 1)
        #expect(try records.existing(.counters).conversation == 3)
        records.put(nil, in: .counters)
        #expect(throws: StateError.missing("counters")) { try records.existing(.counters) }
    }

    @Test("A record that is not ours is damaged, and named")
    func damaged() {
        var records = Records()
        for bytes in [[], Array("{".utf8), Array("{\"is\":{\"conversation\":-1}}".utf8)] as [[UInt8]] {
            records["counters"] = bytes
            #expect(throws: StateError.damaged("counters")) { try records.value(.counters) }
        }
    }

    @Test("What waits to leave is named in the order of its numbers")
    func outboxOrder() {
        let numbers: [UInt64] = [1, 9, 10, 99, 100, 9_007_199_254_740_991]
        let names = numbers.map { Record.out($0).name }
        #expect(names == names.sorted())
        #expect(Set(names.map(\.count)) == [24])
    }

    @Test("Keys open under their own state key and in their own record only")
    func sealed() throws {
        var random = SeededRandom(seed: 1)
        let mailbox = MailboxRecord.fresh(.session, session: 3, under: key(), random: &random)
        #expect(try mailbox.openingKey(under: key()).publicKey == mailbox.sealingKey)
        #expect(try mailbox.signer(under: key()).key == mailbox.collectKey)
        #expect(throws: StateError.self) { _ = try mailbox.openingKey(under: key(8)).publicKey }
        let name = Record.mailbox(mailbox.address).name
        #expect(throws: StateError.damaged("keys")) { _ = try key().open(mailbox.secrets, for: "keys").remaining }
        #expect(try key().open(mailbox.secrets, for: name).remaining == 64)

        var records = Records()
        let signing = SigningKey.random(from: &random)
        let agreement = AgreementKey.random(from: &random)
        #expect(throws: StateError.missing("keys")) { _ = try key().memberKeys(in: records).signing.verificationKey }
        records.put(key().seal(signing: signing, agreement: agreement, random: &random), in: .keys)
        #expect(try key().memberKeys(in: records).signing.verificationKey == signing.verificationKey)
        #expect(try key().memberKeys(in: records).agreement.publicKey == agreement.publicKey)

        key().store(officerKey: signing, in: &records, random: &random)
        #expect(
            try key().officerKey(signing.verificationKey, in: records).verificationKey == signing.verificationKey)

        let secrets = SheetSecrets.random(from: &random)
        let day = Day(20_000)
        let sheet = SheetRecord(sheet: Blob([1]), secrets: key().seal(secrets, of: day, random: &random))
        #expect(try key().sheetSecrets(sheet, of: day).kemKey.publicKey == secrets.kemKey.publicKey)
        #expect(throws: StateError.self) { _ = try key().sheetSecrets(sheet, of: Day(20_001)).kemKey.publicKey }
    }

    @Test("A taken cell is known again, the last thousand of them")
    func taken() {
        var random = SeededRandom(seed: 2)
        let cells = (0..<1_030).map { _ in CellID.random(from: &random) }
        var taken = TakenCells(stored: nil)
        for cell in cells { taken.insert(cell) }
        #expect(TakenCells(stored: taken.stored) == taken)
        #expect(cells.suffix(1_024).allSatisfy(taken.contains))
        #expect(!taken.contains(cells[0]))
    }

    @Test("A program that was read is read again only when its record changes")
    func program() throws {
        let sample = try SampleProgram(seed: 3)
        var records = Records()
        let cache = ProgramCache()
        #expect(try cache.program(in: records)?.program == nil)
        records.put(try sample.state(), in: .program)
        #expect(try cache.program(in: records)?.program?.hash == sample.program.hash)
        #expect(try cache.document(1, in: records)?.hash == sample.program.hash)
        #expect(try cache.document(2, in: records) == nil)

        var state = try sample.state()
        _ = try state.accept(program: sample.sign(sample.next()))
        records.put(DocumentRecord(sample.program), in: .document(1))
        records.put(state, in: .program)
        #expect(try cache.program(in: records)?.program?.version == 2)
        #expect(try cache.document(1, in: records)?.hash == sample.program.hash)
    }

    @Test("Until the program document is there, the relay is where the invite says")
    func places() throws {
        let sample = try SampleProgram(seed: 4)
        let invite = try Invite(
            program: sample.program.id,
            relays: [Invite.Relay(RelayURL("http://127.0.0.1:8080"), trust: .none)],
            root: HumanDigest(of: sample.root.digest))
        var records = Records()
        #expect(throws: StateError.missing("person")) { try RelayPlaces(stored: records) }
        records.put(PersonRecord(role: .officer, created: Day(20_000), invite: invite), in: .person)
        #expect(try RelayPlaces(stored: records).places == invite.relays)
        #expect(try RelayPlaces(stored: records).identity == nil)
        records.put(try sample.state(), in: .program)
        let relay = sample.program.document.content.relays[0]
        #expect(try RelayPlaces(stored: records).places.map(\.url) == [relay.url])
        #expect(try RelayPlaces(stored: records).identity == relay.identityKey)
    }
}
