internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

extension Callbox {
    /// What an invite leads to, verified: the roots from the pinned one on, the program document they vouch for, and the online key's word on it.
    /// - Throws: `Trouble`: `notTrusted` when the relay shows another program than the invite's.
    package static func program(
        of invite: Invite, from relay: any Relay, at now: Instant
    ) async throws -> ProgramState {
        try await Trouble.telling {
            let chain = try await relay.roots(of: invite.program)
            var state = try ProgramState(joining: chain) { invite.root.matches($0) }
            guard state.root.document.programID == invite.program else { throw ProgramError.wrongProgram }
            _ = try state.accept(program: try await relay.document(of: invite.program, version: nil))
            if state.root.document.onlineKey != nil {
                do {
                    let statement = try await relay.freshness(of: invite.program)
                    _ = try state.accept(freshness: statement, at: now)
                } catch RelayFailure.refused(.noSuchDocument, _) {
                    // None yet: `checkNewSession` goes by the document's own date then.
                }
            }
            return state
        }
    }

    /// The first records of an officer's vault. An officer has no mailbox and no name before the first conversation.
    package static func records(
        ofOfficer invite: Invite, in state: ProgramState, language: LanguageTag?, at now: Instant
    ) -> Records {
        var records = Records()
        let person = PersonRecord(role: .officer, created: Day(of: now), invite: invite, language: language)
        records.put(person, in: .person)
        records.put(state, in: .program)
        return records
    }

    /// An invite that a person pasted or typed.
    /// - Throws: `Trouble.usage`.
    package static func invite(_ text: String) throws -> Invite {
        do {
            return try Invite(text)
        } catch {
            throw Trouble(
                .usage, error.explanation ?? "This is no Callbox invite.", meaning: "Nothing was asked of anybody.",
                remedy: "Copy the invite from the poster again, from callbox: to its end.")
        }
    }
}
