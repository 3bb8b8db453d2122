package import CallboxProgram
package import CallboxSealing

/// A program document that is not the newest any more, believed by the hash that was stored when it was.
package struct DocumentRecord: Sendable, Codable {
    /// The document as it came.
    package let envelope: SignedEnvelope
    /// Its hash.
    package let hash: RosterHash

    /// A document that was accepted.
    package init(_ program: VerifiedProgram) {
        envelope = program.envelope
        hash = program.hash
    }
}

/// A member's sheet of one day: the sheet that was signed, and its private halves until they are erased.
package struct SheetRecord: Equatable, Sendable, Codable {
    /// The sheet, as it is sent.
    package let sheet: Blob
    /// SPK and PQSPK: `StateKey.sheetSecrets`.
    package let secrets: Sealed
    /// Whether the relay has it.
    package var isPublished = false
}

/// The handshakes that were accepted, by day: the stored form of a `ReplayCache`.
package struct ReplayRecord: Equatable, Sendable, Codable {
    /// Those of one day.
    package struct OfDay: Equatable, Sendable, Codable {
        /// The day of the sheet.
        package let day: Day
        /// What was agreed on.
        package let transcripts: [TranscriptHash]
    }

    /// By day.
    package let days: [OfDay]

    /// What to store of a cache.
    package init(_ cache: ReplayCache) { days = cache.entries.map { OfDay(day: $0.day, transcripts: $0.transcripts) } }

    /// The cache.
    package var cache: ReplayCache {
        var cache = ReplayCache()
        for day in days {
            for transcript in day.transcripts { cache.insert(transcript, of: day.day) }
        }
        return cache
    }
}

extension TranscriptHash: Codable {}
