/// How current the program document is, where a new session may be opened.
package enum Standing: String, Sendable, CaseIterable {
    /// Vouched for within the last three days, or in a program without an online key not expired.
    case fresh
    /// Nobody has vouched for it for more than three days: say so.
    case aging
    /// A newer one was announced and is not here: say so, and fetch it.
    case behind
}

extension ProgramState {
    /// Without a word for longer than this, clients warn, in seconds: 3 days.
    package static let agingAfter = 3 * Seconds.day
    /// Without a word for longer than this, no new session is opened, in seconds: 7 days.
    package static let frozenAfter = 7 * Seconds.day

    /// Whether a new session may be opened now. Running ones go on whatever this says.
    ///
    /// The document must still satisfy the root in force, so that everybody who holds that root judges alike. Its own date
    /// of issue counts as a word for it: a quorum signed that.
    /// - Throws: `noDocument`, `quorum`, `keyReused`, `lifetime`, `clockBackwards`, `expired`, `frozen`.
    package func checkNewSession(at now: Instant) throws(ProgramError) -> Standing {
        guard let program else { throw .noDocument }
        try program.check(under: root)
        let content = program.document.content
        let signedTimes = [root.document.issued, content.issued] + (statement.map { [$0.time] } ?? [])
        for time in signedTimes where time > now.later(by: Self.clockTolerance) { throw .clockBackwards }
        guard now < content.expires else { throw .expired }
        guard root.document.onlineKey != nil else { return .fresh }
        let last = max(content.issued, lastWord ?? content.issued)
        guard now <= last.later(by: Self.frozenAfter) else { throw .frozen }
        if isBehind { return .behind }
        return now <= last.later(by: Self.agingAfter) ? .fresh : .aging
    }

    /// When the online key last vouched for the very document that we have.
    private var lastWord: Instant? {
        guard let statement, let program, statement.version == program.version else { return nil }
        return statement.hash == program.hash ? statement.time : nil
    }
}
