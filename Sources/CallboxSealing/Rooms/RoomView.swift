package import CallboxCrypto

/// A room as one member sees it. A room is its members' pairwise sessions: each entry goes to every other member by their own session, in
/// the same bytes. The view shows what was dropped, repeated, reordered, or told to people differently. Store it in one step with what it
/// took in, and before an entry of our own leaves.
package struct RoomView: Equatable, Sendable {
    /// The room.
    package let room: RoomID
    /// Our own participant key.
    package let own: VerificationKey

    /// How many others a room has had at most, those who left counted.
    private static let historyLimit = 64

    var ownTrack: SenderTrack
    /// The others, in the order of their keys.
    var tracks: [SenderTrack]

    /// A room with its members, ourselves left out. Who joins later is given `since`: what each had said by then; nothing before it is
    /// seen or missed.
    /// - Throws: `members`.
    package init(
        _ room: RoomID, own: VerificationKey, others: [VerificationKey], since: [Seen] = []
    ) throws(RoomError) {
        let all = others + [own]
        guard all.count <= Place.memberLimit, Set(all).count == all.count, Set(since.map(\.from)).count == since.count,
            since.allSatisfy({ all.contains($0.from) })
        else { throw .members }
        self.room = room
        self.own = own
        let start = { (key: VerificationKey) in
            since.first { $0.from == key } ?? Seen(from: key, number: 0, hash: .none)
        }
        ownTrack = SenderTrack(start: start(own))
        tracks = others.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map { SenderTrack(start: start($0)) }
    }

    /// The others who are members now, in the order of their keys: to whom our next entry goes.
    package var others: [VerificationKey] { tracks.filter { $0.end == nil }.map(\.member) }

    /// What was last seen of everybody who is a member now, ourselves too: what somebody who joins is given.
    package var latest: [Seen] {
        ([ownTrack] + tracks.filter { $0.end == nil }).map(\.latest).filter { $0.number > 0 }
    }

    /// The entries that are known to be missing, by sender.
    package var missing: [(from: VerificationKey, numbers: [ClosedRange<UInt32>])] {
        tracks.filter { !$0.missing.isEmpty }.map { ($0.member, $0.missing) }
    }

    /// Where our next entry stands.
    /// - Throws: `exhausted`.
    package func next() throws(RoomError) -> Place {
        guard ownTrack.latest.number < .max else { throw .exhausted }
        let head = tracks.filter { $0.end == nil && $0.latest.number > 0 }.map(\.latest)
        return Place(
            room: room, number: ownTrack.latest.number + 1, previous: ownTrack.latest.hash, head: head)
    }

    /// Takes in an entry of our own, before it leaves.
    /// - Throws: `notNext`.
    package mutating func record(sent entry: RoomEntry) throws(RoomError) {
        guard entry.from == own, entry.place.room == room, ownTrack.latest.number < .max,
            entry.place.number == ownTrack.latest.number + 1, entry.place.previous == ownTrack.latest.hash
        else { throw .notNext }
        _ = ownTrack.receive(entry)
    }

    /// Takes in an entry of another member. The first finding says what the entry is, the others what else it shows.
    package mutating func receive(_ entry: RoomEntry) -> [RoomFinding] {
        guard entry.place.room == room else { return [.wrongRoom] }
        guard let place = tracks.firstIndex(where: { $0.member == entry.from }),
            entry.place.number <= tracks[place].end ?? .max
        else { return [.notAMember(entry.from, saidBy: entry.from)] }
        var findings = tracks[place].receive(entry)
        switch findings.first {
        // It is not the entry that we keep: what it says of others is not taken in.
        case .duplicate, .settled: return findings
        default: break
        }
        for seen in entry.place.head where seen.from != entry.from { findings += hear(seen, from: entry.from) }
        return findings
    }

    /// Lets somebody in, from here on; or, with `since`, somebody who has spoken in this room before.
    /// - Throws: `members`.
    package mutating func join(_ member: VerificationKey, since: Seen? = nil) throws(RoomError) {
        guard member != own, others.count + 1 < Place.memberLimit, !others.contains(member),
            since.map({ $0.from == member }) ?? true
        else { throw .members }
        if let place = tracks.firstIndex(where: { $0.member == member }) {
            tracks[place].end = nil
            return
        }
        guard tracks.count < Self.historyLimit else { throw .members }
        tracks.append(SenderTrack(start: since ?? Seen(from: member, number: 0, hash: .none)))
        tracks.sort { $0.member.bytes.lexicographicallyPrecedes($1.member.bytes) }
    }

    /// Lets somebody go. Entries up to `last`, the number of their goodbye, may still come; without one, only those that were seen.
    package mutating func leave(_ member: VerificationKey, after last: UInt32? = nil) {
        guard let place = tracks.firstIndex(where: { $0.member == member }) else { return }
        tracks[place].end = last ?? tracks[place].latest.number
    }

    private mutating func hear(_ seen: Seen, from witness: VerificationKey) -> [RoomFinding] {
        if seen.from == own {
            // Nobody can have seen what we have not sent: somebody speaks for us, or we work from an old copy.
            guard !ownTrack.awaits(seen.number) else {
                return [.fork(from: own, number: seen.number, saidBy: witness)]
            }
            return ownTrack.hear(seen.number, seen.hash, saidBy: witness)
        }
        guard let place = tracks.firstIndex(where: { $0.member == seen.from }) else {
            return [.notAMember(seen.from, saidBy: witness)]
        }
        return tracks[place].hear(seen.number, seen.hash, saidBy: witness)
    }
}
