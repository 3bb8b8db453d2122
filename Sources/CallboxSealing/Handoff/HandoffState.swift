/// Where a handoff stands.
package enum HandoffState: String, Hashable, Sendable, CaseIterable {
    /// The peer has suggested it.
    case proposed
    /// The officer has signed.
    case consented
    /// All three are in one room.
    case introduced
    /// The clinician takes it.
    case accepted
    /// Clinician and officer have spoken.
    case firstContact = "first-contact"
    /// The officer is in care.
    case engaged
    /// Somebody of the two did not want it, before or after they spoke.
    case declined
    /// Somebody else fits better.
    case redirected
    /// More help was needed at once.
    case escalated
    /// The proposal or the consent has passed its last day.
    case expired
    /// The officer has taken the consent back.
    case revoked

    /// Whether something can still come of it.
    package var isOpen: Bool {
        switch self {
        case .proposed, .consented, .introduced, .accepted, .firstContact: true
        case .engaged, .declined, .redirected, .escalated, .expired, .revoked: false
        }
    }
}

extension Outcome {
    /// The state that it ends a handoff in.
    package var state: HandoffState {
        switch self {
        case .engaged: .engaged
        case .declined: .declined
        case .redirected: .redirected
        case .escalated: .escalated
        }
    }
}
