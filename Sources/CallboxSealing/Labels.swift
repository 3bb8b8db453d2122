/// Every label of the end-to-end half, once. The paragraph that fixes each is named beside it; `Protocol/README.md` has the whole list.
enum Label {
    /// HPKE info of an INIT: handshake.md section 2.
    static let initialInfo: StaticString = "callbox/v1/init"
    /// HPKE export that becomes `ss`: handshake.md section 2.
    static let sharedSecret: StaticString = "callbox/v1/ss"
    /// Start of the transcript: handshake.md section 2.
    static let transcript: StaticString = "callbox/v1/transcript"
    /// Salt of the handshake's extraction: handshake.md section 2.
    static let handshake: StaticString = "callbox/v1/handshake"
    /// Expansion of a session's first keys: handshake.md section 2.
    static let sessionKeys: StaticString = "callbox/v1/keys"
    /// Expansion of a root step: ratchet.md section 1.
    static let rootStep: StaticString = "callbox/v1/rk"
    /// Expansion of a message key: ratchet.md section 1.
    static let messageKey: StaticString = "callbox/v1/mk"
    /// Associated data of headers and messages: ratchet.md section 1.
    static let associatedData: StaticString = "callbox/v1/ad"
    /// Associated data of a stored session: `Session+Storage.swift`.
    static let storedSession: StaticString = "callbox/v1/session"
}
