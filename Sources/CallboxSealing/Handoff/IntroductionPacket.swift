/// What is told on a consent, and nothing beside it: there is no room for a word that the officer has not read.
package struct IntroductionPacket: Hashable, Sendable, Codable {
    /// The consent that permits it.
    package let consent: ConsentHash
    /// Some or all of its items, word for word.
    package let items: Few<ConsentItem, 12>

    /// What is told.
    package init(consent: ConsentHash, items: Few<ConsentItem, 12>) {
        self.consent = consent
        self.items = items
    }
}

extension VerifiedConsent {
    /// All that may be told.
    package var wholePacket: IntroductionPacket { IntroductionPacket(consent: hash, items: terms.items) }

    /// Whether every item of a packet is one that the officer agreed to, byte for byte, and none is there twice.
    /// - Throws: `wrongConsent`, `exceedsItems`; show nothing of it then.
    package func permits(_ packet: IntroductionPacket) throws(ConsentError) {
        guard packet.consent == hash else { throw .wrongConsent }
        let items = packet.items.all
        guard Set(items).count == items.count, items.allSatisfy(terms.items.all.contains) else { throw .exceedsItems }
    }
}
