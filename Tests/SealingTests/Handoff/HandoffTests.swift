import CallboxProgram
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Handoff")
struct HandoffTests {
    private static let consent = ConsentHash(unchecked: [UInt8](repeating: 1, count: 64))
    private static let closing = ConsentHash(unchecked: [UInt8](repeating: 2, count: 64))
    private static let today = Day(100)
    private static let last = Day(110)

    private static let events: [HandoffEvent] =
        [
            .consented(consent, through: last), .declined, .introduced, .accepted, .refused, .firstContact,
            .closingConsented(closing, through: last), .revoked(consent), .dayBegan,
        ] + Outcome.allCases.map { .ended($0) }

    /// What may follow on what, written down once more.
    private static func next(_ state: HandoffState, _ event: HandoffEvent) -> HandoffState? {
        let isConsented = state != .proposed
        return switch (state, event) {
        case (_, .dayBegan): state
        case (.proposed, .consented): .consented
        case (.proposed, .declined): .declined
        case (.consented, .introduced): .introduced
        case (.introduced, .accepted): .accepted
        case (.introduced, .refused), (.accepted, .refused): .declined
        case (.accepted, .firstContact): .firstContact
        case (.firstContact, .ended(.engaged)): .engaged
        case (.firstContact, .ended(.declined)): .declined
        case (.firstContact, .ended(.redirected)): .redirected
        case (.firstContact, .ended(.escalated)): .escalated
        case (.consented, .revoked), (.introduced, .revoked), (.accepted, .revoked), (.firstContact, .revoked): .revoked
        case (.revoked, .revoked): nil
        case (_, .revoked) where isConsented: state
        case (.accepted, .closingConsented), (.firstContact, .closingConsented), (.engaged, .closingConsented),
            (.redirected, .closingConsented), (.escalated, .closingConsented):
            state
        default: nil
        }
    }

    /// A handoff in each state, come there by what leads there.
    private static func handoffs() throws -> [HandoffState: Handoff] {
        let way: [HandoffEvent] = [.consented(consent, through: last), .introduced, .accepted, .firstContact]
        var handoff = Handoff(proposedThrough: last)
        var found = [handoff.state: handoff]
        for event in way {
            _ = try handoff.apply(event, by: event.person, on: today)
            found[handoff.state] = handoff
        }
        for outcome in Outcome.allCases {
            var ended = handoff
            _ = try ended.apply(.ended(outcome), by: .clinician, on: today)
            if ended.state != .declined { found[ended.state] = ended }
        }
        // Here declined is what follows when the clinician cannot.
        var declined = try #require(found[.introduced])
        _ = try declined.apply(.refused, by: .clinician, on: today)
        found[.declined] = declined
        var revoked = handoff
        _ = try revoked.apply(.revoked(consent), by: .officer, on: today)
        found[.revoked] = revoked
        var expired = handoff
        _ = try expired.apply(.dayBegan, by: nil, on: last.later(by: 1))
        found[.expired] = expired
        return found
    }

    @Test("in every state, every event leads where the table says, or is refused and changes nothing")
    func table() throws {
        let handoffs = try Self.handoffs()
        #expect(handoffs.count == HandoffState.allCases.count)
        for state in HandoffState.allCases {
            for event in Self.events {
                var handoff = try #require(handoffs[state])
                let before = handoff
                let denied = refusal(as: HandoffError.self) {
                    try handoff.apply(event, by: event.person, on: Self.today)
                }
                let expected = Self.next(state, event)
                #expect((denied == nil) == (expected != nil), "\(event) in \(state)")
                #expect(handoff.state == expected ?? state, "\(event) in \(state)")
                if denied != nil { #expect(handoff == before) }
            }
        }
    }

    @Test("nobody does what is for another to do")
    func notTheirs() throws {
        for (state, before) in try Self.handoffs() {
            for event in Self.events {
                for person in [nil] + HandoffPerson.allCases.map(Optional.some) where person != event.person {
                    var handoff = before
                    let denied = refusal(as: HandoffError.self) { try handoff.apply(event, by: person, on: Self.today) }
                    #expect(denied == .notTheirs, "\(event) in \(state)")
                    #expect(handoff == before)
                }
            }
        }
    }

    @Test("the officer sees every change of state")
    func visible() throws {
        for before in try Self.handoffs().values {
            for event in Self.events {
                for day in [Self.today, Self.last.later(by: 1)] {
                    var handoff = before
                    guard let effects = try? handoff.apply(event, by: event.person, on: day) else { continue }
                    guard handoff.state != before.state else { continue }
                    #expect(effects.contains(.show(handoff.state, to: .officer)), "\(event)")
                    #expect(effects.contains(.show(handoff.state, to: .clinician)) == handoff.wasIntroduced)
                }
            }
        }
    }

    @Test("after its last day a handoff that is open ends, and nothing but that and taking it back happens any more")
    func expiry() throws {
        let late = Self.last.later(by: 1)
        for (state, before) in try Self.handoffs() where state.isOpen {
            var handoff = before
            let effects = try handoff.apply(.dayBegan, by: nil, on: late)
            #expect(handoff.state == .expired)
            #expect(effects.contains(.stopSharing(Self.consent)) == (state != .proposed))
            for event in Self.events {
                guard let next = Self.next(state, event), next != state else { continue }
                var copy = before
                let denied = refusal(as: HandoffError.self) { try copy.apply(event, by: event.person, on: late) }
                switch event {
                case .declined, .revoked: #expect(denied == nil)
                default: #expect(denied == .expired, "\(event) in \(state)")
                }
            }
        }
        var handoff = Handoff(proposedThrough: Self.last)
        let old = HandoffEvent.consented(Self.consent, through: Day(99))
        #expect(refusal(as: HandoffError.self) { try handoff.apply(old, by: .officer, on: Self.today) } == .expired)
    }

    @Test("taking it back stops the sharing at once, from the signature to the end and after it")
    func revocation() throws {
        for (state, before) in try Self.handoffs() where state != .proposed && state != .revoked {
            var handoff = before
            let effects = try handoff.apply(.revoked(Self.consent), by: .officer, on: Self.today)
            #expect(effects.contains(.stopSharing(Self.consent)))
            var other = before
            let denied = refusal(as: HandoffError.self) {
                try other.apply(.revoked(Self.closing), by: .officer, on: Self.today)
            }
            #expect(denied == .wrongConsent)
        }
    }

    @Test("how it ended is told to the peer only on a consent of its own, whichever comes first")
    func closingWord() throws {
        let spoken = try #require(try Self.handoffs()[.firstContact])
        let allow = HandoffEvent.closingConsented(Self.closing, through: Self.last)

        var handoff = spoken
        var effects = try handoff.apply(.ended(.engaged), by: .clinician, on: Self.today)
        #expect(effects.contains(.askToTellPeer))
        #expect(!effects.contains(.show(.engaged, to: .peer)))
        effects = try handoff.apply(allow, by: .officer, on: Self.today)
        #expect(effects == [.tellPeer(.engaged, on: Self.closing)])

        handoff = spoken
        #expect(try handoff.apply(allow, by: .officer, on: Self.today) == [])
        effects = try handoff.apply(.ended(.redirected), by: .clinician, on: Self.today)
        #expect(effects.contains(.tellPeer(.redirected, on: Self.closing)))

        handoff = spoken
        _ = try handoff.apply(allow, by: .officer, on: Self.today)
        effects = try handoff.apply(.revoked(Self.closing), by: .officer, on: Self.today)
        #expect(effects == [.stopSharing(Self.closing)])
        #expect(
            refusal(as: HandoffError.self) { try handoff.apply(allow, by: .officer, on: Self.today) } == .wrongConsent)
        effects = try handoff.apply(.ended(.engaged), by: .clinician, on: Self.today)
        #expect(effects.contains(.askToTellPeer))

        handoff = spoken
        let same = HandoffEvent.closingConsented(Self.consent, through: Self.last)
        #expect(
            refusal(as: HandoffError.self) { try handoff.apply(same, by: .officer, on: Self.today) } == .wrongConsent)
        _ = try handoff.apply(.closingConsented(Self.closing, through: Day(101)), by: .officer, on: Self.today)
        effects = try handoff.apply(.dayBegan, by: nil, on: Day(102))
        #expect(effects == [.stopSharing(Self.closing)])
        #expect(handoff.closing == nil)
    }

    @Test(
        "what was stored comes back; cut short or longer it is refused, altered it is refused or reads as something that was stored so"
    )
    func storage() throws {
        for before in try Self.handoffs().values {
            var handoff = before
            _ = try? handoff.apply(.closingConsented(Self.closing, through: Self.last), by: .officer, on: Self.today)
            let stored = handoff.stored
            #expect(try Handoff(stored: stored) == handoff)
            #expect(refusal(as: HandoffError.self) { try Handoff(stored: stored + [0]) } == .damaged)
            for length in 0..<stored.count {
                #expect(
                    refusal(as: HandoffError.self) { try Handoff(stored: [UInt8](stored.prefix(length))) } == .damaged)
            }
            for copy in damaged(stored, count: 500, seed: 3) {
                guard let read = try? Handoff(stored: copy) else { continue }
                #expect(try Handoff(stored: read.stored) == read)
            }
        }
    }
}
