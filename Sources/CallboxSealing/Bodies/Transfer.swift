package import CallboxProgram

/// Type `transfer.propose`: a peer suggests another peer. Nothing of the conversation goes to them: the officer, who agrees, begins anew.
package struct TransferProposal: Hashable, Sendable, Codable {
    /// Why.
    package enum Reason: String, Sendable, CaseIterable {
        case away
        case caseload
        case betterFit = "better-fit"
        case conflict
        case leaving
        case other
    }
    /// The peer suggested.
    package let to: MemberID
    /// Why.
    package let reason: Choice<Reason>
    /// More, if the peer likes.
    package let text: Words<8_192>?

    /// A proposal.
    package init(to: MemberID, reason: Choice<Reason>, text: Words<8_192>? = nil) {
        self.to = to
        self.reason = reason
        self.text = text
    }
}

/// Type `transfer.accept`: the officer agrees, and will begin with the other peer themself.
package struct ProposalAcceptance: Hashable, Sendable, Codable {
    /// The body that proposed it.
    package let proposal: BodyID
    /// An agreement.
    package init(to proposal: BodyID) { self.proposal = proposal }
}

/// Types `transfer.decline` and `handoff.decline`: the officer does not want it, and need not say why.
package struct ProposalDecline: Hashable, Sendable, Codable {
    /// The body that proposed it.
    package let proposal: BodyID
    /// Why, if the officer likes.
    package let text: Words<8_192>?
    /// A refusal.
    package init(of proposal: BodyID, text: Words<8_192>? = nil) {
        self.proposal = proposal
        self.text = text
    }
}
