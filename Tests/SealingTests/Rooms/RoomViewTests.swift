import CallboxCrypto
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Rooms")
struct RoomViewTests {
    private let officer = RoomWorld.keys[0]
    private let peer = RoomWorld.keys[1]
    private let clinician = RoomWorld.keys[2]

    private func view(of own: VerificationKey, with others: [VerificationKey], since: [Seen] = []) throws -> RoomView {
        try RoomView(RoomWorld.room, own: own, others: others, since: since)
    }

    private func say(_ text: String, _ view: inout RoomView) throws -> RoomEntry {
        let place = try view.next()
        let line = [UInt8]("\(text) \(place)".utf8)
        let entry = RoomEntry(from: view.own, place: place, hash: EntryHash(of: line, from: view.own))
        try view.record(sent: entry)
        return entry
    }

    @Test("a member who was told something else finds out from the next word of another")
    func fork() throws {
        var (mine, theirs) = (
            try view(of: officer, with: [peer, clinician]), try view(of: clinician, with: [officer, peer])
        )
        var liar = try view(of: peer, with: [officer, clinician])
        var twin = liar
        let (toMe, toThem) = (try say("a", &liar), try say("b", &twin))
        #expect(mine.receive(toMe) == [.inOrder(from: peer, number: 1)])
        #expect(theirs.receive(toThem) == [.inOrder(from: peer, number: 1)])
        let word = try say("c", &theirs)
        #expect(
            mine.receive(word) == [
                .inOrder(from: clinician, number: 1), .fork(from: peer, number: 1, saidBy: clinician),
            ])
    }

    @Test("what another has seen and has not come here is waited for, and settled when it comes")
    func pending() throws {
        var (mine, theirs) = (
            try view(of: officer, with: [peer, clinician]), try view(of: clinician, with: [officer, peer])
        )
        var third = try view(of: peer, with: [officer, clinician])
        let late = try say("a", &third)
        _ = theirs.receive(late)
        let word = try say("b", &theirs)
        #expect(
            mine.receive(word) == [
                .inOrder(from: clinician, number: 1), .pending(from: peer, number: 1, saidBy: clinician),
            ])
        #expect(
            mine.receive(late) == [
                .inOrder(from: peer, number: 1), .resolved(from: peer, number: 1, saidBy: clinician),
            ])
    }

    @Test(
        "a copy of our own state that was restored shows: to us by what others have seen, to them by two entries of one number"
    )
    func restored() throws {
        var (mine, theirs) = (try view(of: officer, with: [peer]), try view(of: peer, with: [officer]))
        let backup = mine
        _ = theirs.receive(try say("first", &mine))
        mine = backup
        let answer = try say("answer", &theirs)
        #expect(
            mine.receive(answer) == [
                .inOrder(from: peer, number: 1), .fork(from: officer, number: 1, saidBy: peer),
            ])
        #expect(theirs.receive(try say("again", &mine)).first == .fork(from: officer, number: 1, saidBy: officer))
    }

    @Test("somebody who joins misses nothing from before, and sees a drop from then on")
    func joining() throws {
        var peerView = try view(of: peer, with: [officer])
        var officerView = try view(of: officer, with: [peer])
        for text in ["a", "b", "c"] { _ = officerView.receive(try say(text, &peerView)) }
        try officerView.join(clinician)
        try peerView.join(clinician)
        var joined = try view(of: clinician, with: [officer, peer], since: peerView.latest)
        #expect(joined.latest.isEmpty == false)

        let dropped = try say("d", &peerView)
        let next = try say("e", &peerView)
        #expect(joined.receive(next).first == .gap(from: peer, missing: 4...4))
        #expect(joined.receive(dropped) == [.filled(from: peer, number: 4)])
        #expect(joined.missing.isEmpty)
        #expect(officerView.others == [peer, clinician])
        #expect(officerView.receive(try say("hello", &joined)).first == .inOrder(from: clinician, number: 1))
    }

    @Test("a joiner who was told a false start sees it at the first entry")
    func falseStart() throws {
        var peerView = try view(of: peer, with: [officer])
        _ = try say("a", &peerView)
        let start = Seen(from: peer, number: 1, hash: EntryHash(unchecked: [UInt8](repeating: 9, count: 32)))
        var joined = try view(of: clinician, with: [officer, peer], since: [start])
        let findings = joined.receive(try say("b", &peerView))
        #expect(findings == [.inOrder(from: peer, number: 2), .fork(from: peer, number: 1, saidBy: peer)])
    }

    @Test("who has left is heard up to their goodbye, and no further, and is sent nothing")
    func leaving() throws {
        var peerView = try view(of: peer, with: [officer])
        var officerView = try view(of: officer, with: [peer])
        let first = try say("a", &peerView)
        let goodbye = try say("goodbye", &peerView)
        let after = try say("and another thing", &peerView)
        _ = officerView.receive(goodbye)
        officerView.leave(peer, after: goodbye.place.number)
        #expect(officerView.others.isEmpty)
        #expect(officerView.receive(first) == [.filled(from: peer, number: 1)])
        #expect(officerView.receive(after) == [.notAMember(peer, saidBy: peer)])
        #expect(try officerView.next().head.isEmpty)
        try officerView.join(peer)
        #expect(officerView.receive(after).first == .inOrder(from: peer, number: 3))
    }

    @Test("a stranger, our own words coming back, and another room are not taken in")
    func strangers() throws {
        var officerView = try view(of: officer, with: [peer])
        var stranger = try view(of: clinician, with: [officer])
        let before = officerView
        #expect(officerView.receive(try say("x", &stranger)) == [.notAMember(clinician, saidBy: clinician)])
        let own = try say("mine", &officerView)
        #expect(officerView.receive(own) == [.notAMember(officer, saidBy: officer)])
        var elsewhere = try RoomView(RoomID(unchecked: [UInt8](repeating: 9, count: 16)), own: peer, others: [officer])
        #expect(officerView.receive(try say("x", &elsewhere)) == [.wrongRoom])
        #expect(officerView.tracks == before.tracks)
    }

    @Test("somebody who is heard by a member and unknown to us is named")
    func unknownHead() throws {
        var officerView = try view(of: officer, with: [peer])
        var peerView = try view(of: peer, with: [officer, clinician])
        var clinicianView = try view(of: clinician, with: [officer, peer])
        _ = peerView.receive(try say("psst", &clinicianView))
        #expect(
            officerView.receive(try say("x", &peerView)) == [
                .inOrder(from: peer, number: 1), .notAMember(clinician, saidBy: peer),
            ])
    }

    @Test("our own entries go one after the other")
    func ownOrder() throws {
        var mine = try view(of: officer, with: [peer])
        let copy = mine
        let first = try say("a", &mine)
        #expect(throws: RoomError.notNext) { try mine.record(sent: first) }
        var other = copy
        try other.record(sent: first)
        #expect(other == mine)
        let last = Seen(from: officer, number: .max, hash: .none)
        #expect(throws: RoomError.exhausted) { try view(of: officer, with: [peer], since: [last]).next() }
    }

    @Test("a room has at most eight members, each once")
    func members() throws {
        let many = (10..<18).map { VerificationKey(unchecked: [UInt8](repeating: $0, count: 32)) }
        #expect(throws: RoomError.members) { try view(of: officer, with: many) }
        #expect(throws: RoomError.members) { try view(of: officer, with: [officer]) }
        #expect(throws: RoomError.members) { try view(of: officer, with: [peer, peer]) }
        var full = try view(of: officer, with: Array(many.prefix(7)))
        #expect(throws: RoomError.members) { try full.join(peer) }
        #expect(throws: RoomError.members) { try full.join(many[0]) }
    }

    @Test("a member who makes others say much, or skips much, costs a bounded amount")
    func bounded() throws {
        var mine = try view(of: officer, with: [peer, clinician])
        for number in UInt32(1)...3_000 {
            let hash = EntryHash(unchecked: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32))
            let head = [Seen(from: clinician, number: number * 1_000, hash: hash)]
            let place = Place(room: RoomWorld.room, number: number * 3, previous: hash, head: head)
            _ = mine.receive(RoomEntry(from: peer, place: place, hash: hash))
        }
        #expect(mine.stored.count < 120_000)
        #expect(try RoomView(stored: mine.stored) == mine)
        let forgotten = Place(room: RoomWorld.room, number: 3, previous: .none, head: [])
        #expect(
            mine.receive(RoomEntry(from: peer, place: forgotten, hash: .none)) == [.settled(from: peer, number: 3)])
    }

    @Test(
        "what was stored comes back; cut short, longer or altered it is refused or reads as something that was stored so"
    )
    func storage() throws {
        var mine = try view(of: officer, with: [peer, clinician])
        var theirs = try view(of: peer, with: [officer, clinician])
        var third = try view(of: clinician, with: [officer, peer])
        _ = theirs.receive(try say("z", &third))
        _ = try say("a", &theirs)
        _ = mine.receive(try say("b", &theirs))
        _ = try say("mine", &mine)
        mine.leave(clinician)
        let stored = mine.stored
        #expect(try RoomView(stored: stored) == mine)
        #expect(refusal(as: RoomError.self) { try RoomView(stored: stored + [0]) } == .damaged)
        for length in 0..<stored.count {
            #expect(refusal(as: RoomError.self) { try RoomView(stored: [UInt8](stored.prefix(length))) } == .damaged)
        }
        for copy in damaged(stored, count: 4_000, seed: 1) {
            guard var read = try? RoomView(stored: copy) else { continue }
            #expect(try RoomView(stored: read.stored) == read)
            _ = read.receive(try say("c", &theirs))
        }
    }
}
