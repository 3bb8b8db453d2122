internal import CallboxProgram

extension Label {
    /// Hash of a room's entry: bodies.md section 4.
    static let roomEntry: StaticString = "callbox/v1/room-entry"
    /// Hash of a session's name, as a consent carries it: handoff.md section 2.
    static let consentSession: StaticString = "callbox/v1/consent-session"
    /// Hash of the text that was read before signing: handoff.md section 3.
    static let consentText: StaticString = "callbox/v1/consent-text"
    /// Start of a name that is sealed to its one reader: handoff.md section 2.
    static let consentName: StaticString = "callbox/v1/consent-name"
    /// Hash of a consent that names the room opened on it: handoff.md section 6.
    static let handoffRoom: StaticString = "callbox/v1/handoff-room"
}

extension PayloadType {
    /// A consent record, at most 48 KiB: handoff.md section 2.
    static let consent = PayloadType("application/vnd.callbox.consent.v1+json", limit: 49_152)
    /// A revocation, at most 4 KiB: handoff.md section 5.
    static let revocation = PayloadType("application/vnd.callbox.revocation.v1+json", limit: 4_096)
}
