import CallboxCrypto
import CallboxTesting

@testable import CallboxSealing

/// Three members, the network between them, and what each has good reason to know: an oracle that keeps every word ever said, and looks
/// for two that do not go together.
struct RoomWorld {
    /// An entry on its way to one member, or there already: it can come again.
    struct Copy: Hashable {
        let entry: RoomEntry
        let to: Int
    }

    /// Somebody's word that an entry of a member has this hash.
    struct Word: Hashable {
        let about: VerificationKey
        let number: UInt32
        let hash: EntryHash
    }

    static let room = RoomID(unchecked: [UInt8](repeating: 1, count: 16))
    static let keys = (0..<3).map { VerificationKey(unchecked: [UInt8](repeating: UInt8($0 + 1), count: 32)) }

    var views: [RoomView]
    var copies: [Copy] = []
    private var received: [Set<RoomEntry>] = [[], [], []]
    private var words: [Set<Word>] = [[], [], []]
    private var sawFork = [false, false, false]
    private(set) var sent = 0

    init() throws {
        views = try (0..<3).map { member in
            try RoomView(Self.room, own: Self.keys[member], others: Self.keys.filter { $0 != Self.keys[member] })
        }
    }

    /// A member says something to the two others; `forked`, something else to each of them.
    mutating func send(_ member: Int, forked: Bool) throws -> [String] {
        let place = try views[member].next()
        sent += 1
        let others = (0..<3).filter { $0 != member }
        let entries = (forked ? [0, 1] : [0, 0]).map { entry(member, place, variant: $0) }
        try views[member].record(sent: entries[0])
        words[member].insert(Word(about: Self.keys[member], number: place.number, hash: entries[0].hash))
        for (other, entry) in zip(others, entries) { copies.append(Copy(entry: entry, to: other)) }
        return []
    }

    /// A copy arrives. What the view says of it that the oracle does not, or the other way round.
    mutating func deliver(_ copy: Copy) -> [String] {
        let (entry, reader) = (copy.entry, copy.to)
        let findings = views[reader].receive(entry)
        var wrong = findings.first == expected(entry, at: reader) ? [] : ["\(reader) says \(findings) first"]
        if !received[reader].contains(where: { $0.from == entry.from && $0.place.number == entry.place.number }) {
            received[reader].insert(entry)
        }
        hear(entry, at: reader)
        sawFork[reader] = sawFork[reader] || findings.contains { if case .fork = $0 { true } else { false } }
        if sawFork[reader] != contradicts(reader) { wrong.append("\(reader) sees a fork: \(sawFork[reader])") }
        if Set(views[reader].missing.flatMap { gap in gap.numbers.flatMap { $0.map { "\(gap.from.bytes[0]):\($0)" } } })
            != missing(reader)
        {
            wrong.append("\(reader) misses \(views[reader].missing)")
        }
        if Set(open(reader)) != unseen(reader) { wrong.append("\(reader) waits for \(open(reader))") }
        return wrong
    }

    /// What the entry is, from the list of all that came.
    private func expected(_ entry: RoomEntry, at reader: Int) -> RoomFinding {
        let (from, number) = (entry.from, entry.place.number)
        let before = received[reader].filter { $0.from == from }
        if let same = before.first(where: { $0.place.number == number }) {
            return same.hash == entry.hash
                ? .duplicate(from: from, number: number) : .fork(from: from, number: number, saidBy: from)
        }
        let highest = before.map(\.place.number).max() ?? 0
        if number < highest { return .filled(from: from, number: number) }
        return number == highest + 1
            ? .inOrder(from: from, number: number) : .gap(from: from, missing: highest + 1...number - 1)
    }

    /// Everything that an entry says: its own hash, its sender's entry before it, and what its sender saw of others.
    private mutating func hear(_ entry: RoomEntry, at reader: Int) {
        let (from, place) = (entry.from, entry.place)
        words[reader].insert(Word(about: from, number: place.number, hash: entry.hash))
        words[reader].insert(Word(about: from, number: place.number - 1, hash: place.previous))
        words[reader].insert(Word(about: from, number: 0, hash: .none))
        for seen in place.head { words[reader].insert(Word(about: seen.from, number: seen.number, hash: seen.hash)) }
    }

    /// Whether two of the words it has heard give one entry two hashes.
    private func contradicts(_ reader: Int) -> Bool {
        var hashes: [String: EntryHash] = [:]
        for word in words[reader] {
            let name = "\(word.about.bytes[0]):\(word.number)"
            if let other = hashes.updateValue(word.hash, forKey: name), other != word.hash { return true }
        }
        return false
    }

    private func missing(_ reader: Int) -> Set<String> {
        var missing: Set<String> = []
        for (member, key) in Self.keys.enumerated() where member != reader {
            let numbers = Set(received[reader].filter { $0.from == key }.map(\.place.number))
            for number in 1..<(max(numbers.max() ?? 1, 1)) where !numbers.contains(number) {
                missing.insert("\(key.bytes[0]):\(number)")
            }
        }
        return missing
    }

    /// Entries that the view has heard of from others and has not got.
    private func open(_ reader: Int) -> [String] {
        views[reader].tracks.flatMap { track in track.claims.map { "\(track.member.bytes[0]):\($0.number)" } }
    }

    private func unseen(_ reader: Int) -> Set<String> {
        let here = Set(received[reader].map { "\($0.from.bytes[0]):\($0.place.number)" })
        let heard = words[reader].filter { $0.number > 0 && $0.about != Self.keys[reader] }
        return Set(heard.map { "\($0.about.bytes[0]):\($0.number)" }).subtracting(here)
    }

    private func entry(_ member: Int, _ place: Place, variant: Int) -> RoomEntry {
        // The hash of an entry covers its place; here the place as text, and which of two versions it is.
        let line = [UInt8]("\(variant) \(place.number) \(place.previous.bytes) \(place.head)".utf8)
        return RoomEntry(from: Self.keys[member], place: place, hash: EntryHash(of: line, from: Self.keys[member]))
    }
}
