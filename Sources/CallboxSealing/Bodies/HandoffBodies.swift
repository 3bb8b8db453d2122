package import CallboxProgram

/// Type `handoff.propose`: whoever would disclose suggests what, to whom and for how long. The officer's client makes the consent of it.
package struct HandoffProposal: Hashable, Sendable, Codable {
    /// To the clinician, or back to the peer.
    package let direction: ConsentDirection
    /// Who would receive it.
    package let recipient: MemberID
    /// What for.
    package let purpose: Words<2_048>
    /// What would be told, word for word; the officer may take away and change.
    package let items: Few<ConsentItem, 12>
    /// The last day suggested.
    package let expires: Day
    /// A word to the officer.
    package let text: Words<8_192>?

    /// A proposal.
    package init(
        direction: ConsentDirection, recipient: MemberID, purpose: Words<2_048>, items: Few<ConsentItem, 12>,
        expires: Day, text: Words<8_192>? = nil
    ) {
        self.direction = direction
        self.recipient = recipient
        self.purpose = purpose
        self.items = items
        self.expires = expires
        self.text = text
    }
}

/// Type `handoff.consent`: the consent with the officer's signature alone.
package struct ConsentDelivery: Hashable, Sendable, Codable {
    /// The exact envelope.
    package let envelope: ConsentEnvelope
    /// A delivery.
    package init(_ envelope: ConsentEnvelope) { self.envelope = envelope }
}

/// Type `handoff.introduce`: the consent with both signatures, and what is told. Clinician and officer get the same entry, so the officer
/// has a copy and sees every word.
package struct Introduction: Hashable, Sendable, Codable {
    /// The exact envelope.
    package let envelope: ConsentEnvelope
    /// What is told.
    package let packet: IntroductionPacket
    /// An introduction.
    package init(_ envelope: ConsentEnvelope, packet: IntroductionPacket) {
        self.envelope = envelope
        self.packet = packet
    }
}

/// Type `handoff.accept`: the clinician will take it from here.
package struct HandoffAcceptance: Hashable, Sendable, Codable {
    /// The consent.
    package let consent: ConsentHash
    /// A first word to the officer.
    package let text: Words<8_192>?
    /// An acceptance.
    package init(consent: ConsentHash, text: Words<8_192>? = nil) {
        self.consent = consent
        self.text = text
    }
}

/// Type `handoff.refuse`: the clinician cannot take it.
package struct HandoffRefusal: Hashable, Sendable, Codable {
    /// Why: never anything about the officer.
    package enum Reason: String, Sendable, CaseIterable {
        case full
        case notMyField = "not-my-field"
        case conflict
        case licence
        case other
    }
    /// The consent.
    package let consent: ConsentHash
    /// Why.
    package let reason: Choice<Reason>
    /// A word to the officer.
    package let text: Words<8_192>?
    /// A refusal.
    package init(consent: ConsentHash, reason: Choice<Reason>, text: Words<8_192>? = nil) {
        self.consent = consent
        self.reason = reason
        self.text = text
    }
}

/// Type `handoff.first-contact`: clinician and officer have spoken.
package struct FirstContact: Hashable, Sendable, Codable {
    /// The consent.
    package let consent: ConsentHash
    /// A note of it.
    package init(consent: ConsentHash) { self.consent = consent }
}

/// Type `handoff.outcome`: how it ended. To the officer; to the peer only with a closing-word consent, which it names.
package struct HandoffOutcome: Hashable, Sendable, Codable {
    /// The consent of the introduction.
    package let consent: ConsentHash
    /// How it ended.
    package let outcome: Choice<Outcome>
    /// The consent to tell the peer; absent when only the officer is told.
    package let closing: ConsentHash?
    /// The closing word, which the closing consent must permit.
    package let packet: IntroductionPacket?

    /// An outcome.
    package init(
        consent: ConsentHash, outcome: Choice<Outcome>, closing: ConsentHash? = nil, packet: IntroductionPacket? = nil
    ) {
        self.consent = consent
        self.outcome = outcome
        self.closing = closing
        self.packet = packet
    }
}

/// How a handoff ended.
package enum Outcome: String, Sendable, CaseIterable {
    /// The officer is in care.
    case engaged
    /// The officer, or the clinician after a talk, does not go on.
    case declined
    /// Somebody else fits better.
    case redirected
    /// More help was needed at once.
    case escalated
}

/// Type `handoff.revoke`: the officer takes the consent back. Final from receipt.
package struct RevocationDelivery: Hashable, Sendable, Codable {
    /// The exact envelope of the revocation.
    package let envelope: ConsentEnvelope
    /// A delivery.
    package init(_ envelope: ConsentEnvelope) { self.envelope = envelope }
}
