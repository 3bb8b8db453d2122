internal import CallboxProgram
internal import CallboxWire

extension RelayPlaces {
    /// Where the relay of a vault's program answers: as the program document says, or as the invite says before that is there.
    /// - Throws: `missing` in a vault that is nobody's yet, `damaged`.
    package init(stored records: Records) throws(StateError) {
        let person = try records.existing(.person)
        let state = try records.value(.program)
        if let relays = state?.program?.document.content.relays, let first = relays.first {
            let places = relays.compactMap { relay in
                let trust = relay.tlsPin.map { RelayTrust.pin($0) } ?? (relay.url.isTLS ? .webPKI : .none)
                return try? Invite.Relay(relay.url, trust: trust)
            }
            self.init(places, identity: first.identityKey)
        } else {
            guard let invite = try? Invite(person.invite) else { throw .damaged(Record.person.name) }
            self.init(invite.relays, identity: nil)
        }
    }
}
