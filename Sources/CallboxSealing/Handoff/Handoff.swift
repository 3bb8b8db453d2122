package import CallboxProgram

/// A handoff, from the proposal to its end, the same in all three clients: handoff.md section 6. Signatures and packets are checked
/// before; this says what may follow on what. A refused event leaves it as it was.
package struct Handoff: Equatable, Sendable {
    /// Where it stands.
    package internal(set) var state = HandoffState.proposed
    /// The consent it rests on, once there is one.
    package internal(set) var consent: ConsentHash?
    /// The last day: of the proposal, then of the consent.
    package internal(set) var through: Day
    /// How it ended, once it has.
    package internal(set) var outcome: Outcome?
    /// The consent to tell the peer how it ended, while it holds, and its last day.
    package internal(set) var closing: Closing?
    /// Whether the clinician knows of it.
    package internal(set) var wasIntroduced = false
    /// Closing-word consents that were taken back, the latest 64.
    var revokedClosings: [ConsentHash] = []

    /// A consent to a closing word.
    package struct Closing: Hashable, Sendable {
        /// Its name.
        package let consent: ConsentHash
        /// Its last day.
        package let through: Day
    }

    /// A proposal, with the last day on which it can be taken up.
    package init(proposedThrough day: Day) { through = day }

    /// Takes in what `person` did; nil for the passing of time.
    /// - Throws: `outOfTurn`, `notTheirs`, `expired`, `wrongConsent`; nothing was changed then.
    package mutating func apply(
        _ event: HandoffEvent, by person: HandoffPerson?, on today: Day
    ) throws(HandoffError) -> [HandoffEffect] {
        guard person == event.person else { throw .notTheirs }
        switch event {
        case .dayBegan: return pass(to: today)
        case .revoked(let consent): return try revoke(consent)
        case .declined: return try decline()
        case .closingConsented(let consent, let through): return try allowClosing(consent, through: through, on: today)
        default: break
        }
        let next = try next(after: event)
        guard today <= through else { throw .expired }
        return try advance(to: next, by: event, on: today)
    }

    /// What follows on what: the table of handoff.md section 6.
    private func next(after event: HandoffEvent) throws(HandoffError) -> HandoffState {
        switch (state, event) {
        case (.proposed, .consented): .consented
        case (.consented, .introduced): .introduced
        case (.introduced, .accepted): .accepted
        case (.introduced, .refused), (.accepted, .refused): .declined
        case (.accepted, .firstContact): .firstContact
        case (.firstContact, .ended(let outcome)): outcome.state
        default: throw .outOfTurn
        }
    }

    private mutating func advance(
        to next: HandoffState, by event: HandoffEvent, on today: Day
    ) throws(HandoffError) -> [HandoffEffect] {
        var effects: [HandoffEffect] = []
        switch event {
        case .consented(let hash, let last):
            guard today <= last else { throw .expired }
            consent = hash
            through = last
            effects = [.introduce]
        case .introduced:
            wasIntroduced = true
            effects = [.introduceThemself]
        case .ended(let how):
            outcome = how
            effects = stopped + [tellOrAsk(how, on: today)]
        case .refused: effects = stopped
        default: break
        }
        state = next
        return shown + effects
    }

    private mutating func decline() throws(HandoffError) -> [HandoffEffect] {
        guard state == .proposed else { throw .outOfTurn }
        state = .declined
        return shown
    }

    private mutating func pass(to today: Day) -> [HandoffEffect] {
        var effects: [HandoffEffect] = []
        if let closing, closing.through < today {
            self.closing = nil
            effects.append(.stopSharing(closing.consent))
        }
        guard state.isOpen, through < today else { return effects }
        state = .expired
        return shown + stopped + effects
    }

    private mutating func revoke(_ hash: ConsentHash) throws(HandoffError) -> [HandoffEffect] {
        if let closing, closing.consent == hash {
            self.closing = nil
            revokedClosings = revokedClosings.suffix(63) + [hash]
            return [.stopSharing(hash)]
        }
        guard let consent, consent == hash else { throw .wrongConsent }
        // Also of a handoff that has ended: what was told then is told, but nothing more goes out on it. What ended as it did stays so.
        guard state != .revoked else { throw .outOfTurn }
        if state.isOpen { state = .revoked }
        return shown + [.stopSharing(hash)]
    }

    private mutating func allowClosing(
        _ hash: ConsentHash, through last: Day, on today: Day
    ) throws(HandoffError) -> [HandoffEffect] {
        guard state == .accepted || state == .firstContact || outcome != nil else { throw .outOfTurn }
        guard hash != consent, !revokedClosings.contains(hash) else { throw .wrongConsent }
        guard today <= last else { throw .expired }
        closing = Closing(consent: hash, through: last)
        guard let outcome else { return [] }
        return [tellOrAsk(outcome, on: today)]
    }

    private var stopped: [HandoffEffect] { consent.map { consent in [.stopSharing(consent)] } ?? [] }

    private func tellOrAsk(_ outcome: Outcome, on today: Day) -> HandoffEffect {
        guard let closing, today <= closing.through else { return .askToTellPeer }
        return .tellPeer(outcome, on: closing.consent)
    }

    /// Who sees where it stands now: the officer always; the clinician once there was an introduction; the peer as long as it has not come to
    /// how it ended, which needs a consent of its own.
    private var shown: [HandoffEffect] {
        let audience: [HandoffPerson] =
            [.officer] + (outcome == nil ? [.peer] : []) + (wasIntroduced ? [.clinician] : [])
        return audience.map { .show(state, to: $0) }
    }
}
