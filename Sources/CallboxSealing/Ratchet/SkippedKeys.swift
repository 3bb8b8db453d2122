internal import CallboxCrypto
internal import CallboxProgram

/// Message keys of messages that have not arrived, oldest first: ratchet.md section 5, limits.
struct SkippedKeys {
    /// The most steps that one message may make us walk. Far beyond what a mailbox holds, so that a long loss does not end a session.
    static let walk: UInt32 = 65_536
    /// The most keys that one message makes us keep of one chain; what lies further back counts as missing and cannot be opened.
    static let perChain: UInt32 = 256
    /// The most that a session keeps.
    static let perSession = 1024
    /// How many days a key is kept.
    static let days: UInt32 = 30

    /// The key of one message that has not arrived.
    final class Entry: Sendable {
        let headerKey: HeaderKey
        let number: UInt32
        let day: Day
        let messageKey: Secret
        init(headerKey: HeaderKey, number: UInt32, day: Day, messageKey: consuming Secret) {
            self.headerKey = headerKey
            self.number = number
            self.day = day
            self.messageKey = messageKey
        }
    }

    private(set) var entries: [Entry] = []

    /// The header keys of all chains but `current` that keys are kept of, each once.
    func headerKeys(except current: HeaderKey?) -> [HeaderKey] {
        var found: [HeaderKey] = []
        for entry in entries
        where entry.headerKey !== current && !found.contains(where: { $0 === entry.headerKey }) {
            found.append(entry.headerKey)
        }
        return found
    }

    func entry(under headerKey: HeaderKey, number: UInt32) -> Entry? {
        entries.first { $0.headerKey === headerKey && $0.number == number }
    }

    mutating func remove(_ entry: Entry) { entries.removeAll { $0 === entry } }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// Gives up what is over the limit or too old.
    mutating func prune(today: Day) {
        entries.removeAll { $0.day.later(by: Self.days) < today }
        entries.removeFirst(max(0, entries.count - Self.perSession))
    }
}
