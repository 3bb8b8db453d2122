internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// The program's relay, as this document names it.
    func relay(of content: ProgramContent) throws -> any Relay {
        let places = content.relays.compactMap(\.invited)
        guard let first = content.relays.first else { throw ProgramError.field }
        return connector.relay(at: RelayPlaces(places, identity: first.identityKey)).relay
    }

    /// The program's relay as this office knows it: of the newest document, else of the one signed here last, else of the invite.
    func relay(in state: OfficeState) throws -> any Relay {
        if let content = state.program?.program?.document.content { return try relay(of: content) }
        if let payload = state.record.signedDocument?.unverifiedPayload,
            let content = try? ProgramDocument(parsing: payload).content
        {
            return try relay(of: content)
        }
        if let invite = state.record.invite.flatMap({ try? Invite($0) }) {
            return connector.relay(at: RelayPlaces(invite.relays, identity: nil)).relay
        }
        throw Trouble(
            .notNow, "This office knows no way to the program's relay yet.", meaning: "Nothing was fetched or sent.",
            remedy:
                "Take the newest program.json: callbox program update FILE. Or give the invite: callbox program follow INVITE"
        )
    }

    /// Who signs requests.
    func signer(_ purpose: KeyLine.Purpose) throws -> RequestSigner {
        try store.read { RequestSigner(try $0.signingKey(purpose, under: store.key)) }
    }

    /// What is there now.
    func state() throws -> OfficeState { try store.read { try OfficeState($0) } }

    /// Changes what is believed, by what is there now.
    @discardableResult
    func change<Result>(_ body: (inout OfficeState) throws -> Result) throws -> Result {
        try store.change { records in
            var state = try OfficeState(records)
            let result = try body(&state)
            state.store(in: &records)
            return result
        }
    }
}
