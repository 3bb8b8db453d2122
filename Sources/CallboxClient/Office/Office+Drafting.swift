internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// Copies the relay's issuing keys for tokens into a draft. Gives the numbers of the epochs that are new in it. Goes to the relay.
    public func copyEpochs(into draft: inout Draft) async throws -> [Int] {
        let content = draft.content
        let epochs = try await Trouble.spoken {
            guard let identity = content.relays.first?.identityKey else { throw ProgramError.field }
            let statement = try await relay(of: content).statement()
            guard statement.identity == identity else { throw RelayFailure.refused(.wrongRelay, after: nil) }
            return statement.epochs
        }
        return try draft.take(epochs, today: Day(of: clock.now))
    }

    /// Adds a way in to the relay, or changes the one of that address. Without an identity it asks what answers there who it is, and believes that only if
    /// a relay of the draft has the same one. Goes to the relay then.
    public func setRelay(_ address: String, pin: String, identity: String?, in draft: inout Draft) async throws {
        if let identity { return try draft.setRelay(address, pin: pin, identity: identity) }
        let known = draft.content.relays.map(\.identityKey)
        let found = try await Trouble.spoken {
            let url = try Field.address(address)
            let way = try Invite.Relay(url, trust: url.trust(Field.pin(pin, for: url)))
            return try await connector.relay(at: RelayPlaces([way], identity: nil)).relay.statement().identity
        }
        guard known.contains(found) else {
            throw Trouble(
                .notTrusted, "What answers there is another relay than the program's: \(found.base64URL).",
                meaning: "Nothing was changed.",
                remedy:
                    "If the program moves to another relay, give its identity key, as `callboxd init` printed it: --relay-identity KEY"
            )
        }
        try draft.setRelay(address, pin: pin, identity: found.base64URL)
    }

    /// The day it is, as people write it.
    public var today: String { Day(of: clock.now).written }
}
