package import CallboxProgram

/// The transcripts of every INIT that was accepted, by the day of its sheet. Without it a relay that repeats an INIT makes a second
/// session with the same first message: handshake.md section 4.
package struct ReplayCache: Equatable, Sendable {
    private var days: [Day: Set<TranscriptHash>] = [:]

    /// Nothing accepted yet.
    package init() {}

    /// Whether this INIT was accepted before.
    package func contains(_ transcript: TranscriptHash, of day: Day) -> Bool {
        days[day]?.contains(transcript) ?? false
    }

    /// Remembers an accepted INIT. Store it in one step with the session.
    package mutating func insert(_ transcript: TranscriptHash, of day: Day) {
        days[day, default: []].insert(transcript)
    }

    /// Forgets the days whose private keys are erased: no frame for them can be opened.
    package mutating func forget(before day: Day) {
        days = days.filter { $0.key >= day }
    }

    /// What to store: the days in order, each with its transcripts in order.
    package var entries: [(day: Day, transcripts: [TranscriptHash])] {
        days.sorted { $0.key < $1.key }.map { day, set in
            (day, set.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
        }
    }
}
