internal import CallboxProgram
internal import CallboxSealing

/// From the suggestion of a clinician to the closing word. Every call takes the number of a conversation of the handoff. What is to leave waits in the
/// outbox when these return; `sync` and `stayInTouch` send it.
extension Callbox {
    /// Suggests to an officer to meet a clinician. For peers.
    public func propose(_ draft: ProposalDraft, in id: Int) throws {
        try atDesk { try $0.propose(draft, in: id, records: &$1) }
    }

    /// What was suggested, for the officer to change.
    public func consentChoices(in id: Int) throws -> ConsentChoices {
        try atDeskReading { try $0.choices(in: id, records: $1) }
    }

    /// Makes the consent of what the officer chose, with the whole text, to be read before signing. Exactly this can then be signed.
    public func draftConsent(_ choices: ConsentChoices, in id: Int) throws -> ConsentDraft {
        try atDesk { try $0.draft(choices, in: id, records: &$1) }
    }

    /// Signs a consent that was read: nothing else than its text, and not when anything has changed since.
    public func sign(_ draft: ConsentDraft) throws { try atDesk { try $0.sign(draft, records: &$1) } }

    /// Says no to what was suggested, in the conversation in which it was. For officers.
    public func declineProposal(in id: Int, text: String?) throws {
        try atDesk { try $0.declineProposal(in: id, text: text, records: &$1) }
    }

    /// Takes back everything that was signed in this handoff. For officers. It counts here at once, and for the others when they get it.
    public func revoke(in id: Int) throws { try atDesk { try $0.revoke(in: id, records: &$1) } }

    /// The whole text of the consent that was signed here; nil before.
    public func consentText(in id: Int) throws -> String? {
        try atDeskReading { try $0.consentText(in: id, records: $1) }
    }

    /// Introduces the officer to the clinician, in a room of all three. For peers, when the officer has signed.
    public func introduce(in id: Int) throws { try atDesk { try $0.introduce(in: id, records: &$1) } }

    /// Takes it from here. For clinicians.
    public func acceptHandoff(in id: Int, text: String?) throws {
        try atDesk { try $0.accept(in: id, text: text, records: &$1) }
    }

    /// Cannot take it: `full`, `not-my-field`, `conflict`, `licence` or `other`. For clinicians.
    public func refuseHandoff(in id: Int, reason: String, text: String?) throws {
        try atDesk { try $0.refuse(in: id, reason: reason, text: text, records: &$1) }
    }

    /// Notes that clinician and officer have spoken. For clinicians.
    public func recordFirstContact(in id: Int) throws {
        try atDesk { try $0.recordFirstContact(in: id, records: &$1) }
    }

    /// Notes how it ended, for the officer: `engaged`, `declined`, `redirected` or `escalated`. With `items`, the kinds that are told, it tells the peer
    /// too, if the officer has signed for that. For clinicians.
    public func recordOutcome(_ outcome: String, in id: Int, tellingPeer items: [String]? = nil) throws {
        try atDesk { try $0.recordOutcome(outcome, in: id, items: items, records: &$1) }
    }

    /// Asks the officer whether the peer may be told how it went; the recipient of the draft is not looked at. For clinicians.
    public func proposeClosing(_ draft: ProposalDraft, in id: Int) throws {
        try atDesk { try $0.proposeClosing(draft, in: id, records: &$1) }
    }

    /// Tells the peer what the officer has signed for: the kinds of items that are told, `outcome` among them. For clinicians, after the outcome.
    public func tellPeer(_ items: [String], in id: Int) throws {
        try atDesk { try $0.tellPeer(items, in: id, records: &$1) }
    }

    // MARK: How

    private func atDesk<Result>(_ body: (Desk<Talk>, inout Records) throws -> Result) throws -> Result {
        try Trouble.telling {
            let result = try store.change { records in try Self.plainly { try body(talk.desk, &records) } }
            bell.ring()
            return result
        }
    }

    private func atDeskReading<Result>(_ body: (Desk<Talk>, Records) throws -> Result) throws -> Result {
        try Trouble.telling { try store.read { records in try Self.plainly { try body(talk.desk, records) } } }
    }

    /// What the desk throws, in words.
    private static func plainly<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ConsentError {
            throw Trouble.consent(error)
        } catch let error as HandoffError {
            throw Trouble.handoff(error)
        } catch is Desk<Talk>.TooEarly {
            throw Trouble(
                .notNow, "Something that is needed for this has not come yet.", meaning: "Nothing was told to anybody.",
                remedy: "Go online, and try again.")
        }
    }
}
