internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Draft {
    /// Adds a way in to the relay, or changes the one of that address.
    /// The pin is as `callboxd init` printed it, or `web`, or `none` for an address with `http://`; the identity is the relay's key, 43 characters.
    public mutating func setRelay(_ address: String, pin: String, identity: String) throws {
        let url = try Field.address(address)
        let entry = RelayEntry(
            url: url, identityKey: try Field.identity(identity), tlsPin: try Field.pin(pin, for: url))
        if let index = content.relays.firstIndex(where: { $0.url == url }) {
            content.relays[index] = entry
        } else {
            content.relays = try Field.list(content.relays + [entry], atMost: 8, "ways in to the relay")
        }
    }

    /// Takes a way in out. One has to stay.
    public mutating func removeRelay(_ address: String) throws {
        let url = try Field.address(address)
        guard content.relays.contains(where: { $0.url == url }) else {
            throw Trouble.unusable(
                "The document names no relay at that address.", "callbox program draft show lists them.")
        }
        guard content.relays.count > 1 else {
            throw Trouble.unusable("This is the only way in to the relay.", "Add another one first.")
        }
        content.relays.removeAll { $0.url == url }
    }

    /// Copies the relay's issuing keys for tokens, and lets those go that ended more than an epoch ago. Gives the numbers that are new.
    /// - Throws: `Trouble` when the relay shows another key for an epoch that is known: that is how people are marked.
    mutating func take(_ epochs: [TokenEpoch], today: Day) throws -> [Int] {
        var next = content.tokenEpochs.filter { today.number <= $0.last.number + Self.epochDays }
        var fresh: [Int] = []
        for epoch in epochs where today <= epoch.last {
            if let known = next.first(where: { $0.number == epoch.number }) {
                guard known == epoch else { throw Trouble.changedEpoch(Int(epoch.number)) }
            } else {
                next.append(epoch)
                fresh.append(Int(epoch.number))
            }
        }
        content.tokenEpochs = next.sorted { $0.number < $1.number }
        return fresh
    }

    private static let epochDays: UInt32 = 28
}

extension Trouble {
    static func changedEpoch(_ number: Int) -> Trouble {
        Trouble(
            .notTrusted, "The relay shows another key for token epoch \(number) than the one that was signed.",
            meaning: "Nothing was changed. With keys that differ, a relay can tell people apart.",
            remedy: "Ask who runs the relay. Sign no document with the new key before you know why.")
    }
}
