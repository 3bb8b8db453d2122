package import CallboxWire

/// What a program document says, to be read and to be edited. Only `ProgramDocument` says that it may be said.
package struct ProgramContent: Hashable, Sendable, Codable {
    /// The program's name for good, 16 bytes.
    package var programID: ProgramID
    /// Higher than in the document before, normally by one.
    package var version: UInt64
    /// The hash of the document before; absent in the first.
    package var previous: RosterHash?
    /// When it was signed.
    package var issued: Instant
    /// The first instant at which no new session may rest on it.
    package var expires: Instant
    /// What the program calls itself.
    package var name: Line<120>
    /// The IANA name of the time zone of on-call hours.
    package var timeZone: Line<64>
    /// The ways in to the relay, 1 to 8.
    package var relays: [RelayEntry]
    /// The roster, at most 5,000.
    package var members: [Member]
    /// The limits notice, 1 to 16 languages.
    package var notices: [LimitsNotice]
    /// Where else there is help, at most 64.
    package var resources: [Resource]
    /// The issuing keys of anonymous tokens, at most 64 epochs.
    package var tokenEpochs: [TokenEpoch]
    /// What clients keep to.
    package var policy: ProgramPolicy

    private enum CodingKeys: String, CodingKey {
        case version, previous, issued, expires, name, relays, members, notices, resources, policy
        case programID = "program_id"
        case timeZone = "time_zone"
        case tokenEpochs = "token_epochs"
    }

    /// The first version of a program, without members, resources and token epochs.
    package init(
        programID: ProgramID, issued: Instant, expires: Instant, name: Line<120>, timeZone: Line<64>,
        relays: [RelayEntry], notices: [LimitsNotice]
    ) {
        self.programID = programID
        version = 1
        previous = nil
        self.issued = issued
        self.expires = expires
        self.name = name
        self.timeZone = timeZone
        self.relays = relays
        members = []
        self.notices = notices
        resources = []
        tokenEpochs = []
        policy = ProgramPolicy()
    }
}
