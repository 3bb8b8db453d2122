internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// Tells everybody something, signed by this coordinator alone. Goes to the relay.
    ///
    /// A bulletin that was signed and did not reach the relay goes out first, so that no place in the feed is signed twice. An incident has the time at which
    /// it happened, in seconds since 1970: clients ask 24 and 72 hours later how people are. News have none. Gives the bulletin's number.
    public func post(title: String, text: String, incidentAt incident: Int?) async throws -> Int {
        try await Trouble.spoken {
            let title: Line<120> = try Field.line(title, "the title")
            let text: Passage<8_192> = try Field.passage(text, "the text of the bulletin")
            let occurred = try incident.map { try Field.number($0, 0...4_000_000_000, "the time of the incident") }
            if let occurred, UInt64(occurred) > clock.now.seconds + 3_600 {
                throw Trouble.unusable(
                    "The incident is in the future.", "Give the time at which it happened, in UTC or with an offset.")
            }
            guard let program = try state().program else { throw ProgramError.unknownRoot }
            let id = program.root.document.programID
            let relay = try relay(in: state())
            let signer = try signer(.coordinator)
            try await sendUnsent(through: relay, to: id, by: signer)
            try await fetchBulletins(from: relay, of: id)
            let (envelope, index) = try store.change { records in
                var state = try OfficeState(records)
                let bulletin = Bulletin(
                    programID: id, after: state.program?.bulletins.head, issued: clock.now,
                    incidentAt: occurred.map { Instant(seconds: UInt64($0)) }, title: title, text: text)
                let key = try records.signingKey(.coordinator, under: store.key)
                let envelope = try state.sign(bulletin.payload, as: .bulletin, by: key)
                state.record.unsentBulletin = envelope
                state.store(in: &records)
                return (envelope, Int(bulletin.index))
            }
            try await bring(envelope, through: relay, to: id, by: signer)
            try await fetchBulletins(from: relay, of: id)
            return index
        }
    }

    private func sendUnsent(through relay: any Relay, to program: ProgramID, by signer: RequestSigner) async throws {
        guard let envelope = try state().record.unsentBulletin else { return }
        do {
            try await bring(envelope, through: relay, to: program, by: signer)
        } catch RelayFailure.refused(.documentOutOfOrder, _), RelayFailure.refused(.documentRollback, _) {
            // Its place in the feed went to somebody else's.
            try change { $0.record.unsentBulletin = nil }
        }
    }

    private func bring(
        _ envelope: SignedEnvelope, through relay: any Relay, to program: ProgramID, by signer: RequestSigner
    ) async throws {
        try await relay.bring(envelope, as: .bulletin, to: program, by: signer)
        try change { if $0.record.unsentBulletin == envelope { $0.record.unsentBulletin = nil } }
    }
}
