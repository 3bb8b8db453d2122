internal import CallboxCrypto
internal import CallboxProgram

/// BLAKE2b-256 of the text that was read before signing, 32 bytes: handoff.md section 3.
package struct ConsentTextHash: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    /// The hash of a text, byte for byte.
    package init(of text: String) {
        self.init(unchecked: BLAKE2b256.hash(Label.consentText, [UInt8](text.utf8)))
    }
}

/// A consent whose parts go together: its terms, and the hash of the text made of them. Who signed it is for `SignedConsent`.
package struct ConsentRecord: Hashable, Sendable {
    /// The version that this build writes.
    private static let version: UInt32 = 1
    /// How long a consent may last, in days.
    package static let longestLife: UInt32 = 365

    /// What it says.
    package let terms: ConsentTerms
    /// The hash of the text that the officer read.
    package let textHash: ConsentTextHash

    /// A consent, with its text in these words.
    /// - Throws: `field`, `bothDirections`, `lifetime`; `textMismatch` when the words are of another language.
    package init(_ terms: ConsentTerms, in words: ConsentWords) throws(ConsentError) {
        guard words.language == terms.language else { throw .textMismatch }
        self.terms = terms
        textHash = ConsentTextHash(of: words.text(of: terms))
        try check()
    }

    /// Reads a payload.
    /// - Throws: `malformed`, `field`, `bothDirections`, `lifetime`.
    package init(reading payload: [UInt8]) throws(ConsentError) {
        do {
            self = try DocumentCoding.decode(from: payload, limit: PayloadType.consent.limit)
        } catch {
            throw ConsentError(error)
        }
        try check()
    }

    /// The payload to sign.
    package var payload: [UInt8] { DocumentCoding.encode(self) }

    private func check() throws(ConsentError) {
        let items = terms.items.all
        guard terms.kind.direction == terms.direction, items.allSatisfy({ $0.kind.direction == terms.direction }) else {
            throw .bothDirections
        }
        guard !items.isEmpty, Set(items.map(\.kind)).count == items.count,
            terms.substanceUse || !items.contains(where: { $0.kind == .substanceUse }),
            (terms.subject.tier == .identified) == (terms.subject.sealedName != nil),
            terms.kind == .introduction || terms.subject.tier == .pseudonymous,
            (terms.kind == .introduction) == (terms.binding.introductionKey != nil),
            (terms.kind == .closingWord) == (terms.binding.introduction != nil),
            Set([terms.subject.key, terms.discloser.key, terms.recipient.key]).count == 3,
            terms.discloser.id != terms.recipient.id
        else { throw .field }
        guard terms.date <= terms.end.day, terms.end.day <= terms.date.later(by: Self.longestLife) else {
            throw .lifetime
        }
    }
}

extension ConsentRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case version = "v"
        case textHash = "text_hash"
    }

    /// Reads the members, unchecked: only for `init(reading:)`.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(UInt32.self, forKey: .version) == Self.version else { throw ProgramError.version }
        textHash = try values.decode(ConsentTextHash.self, forKey: .textHash)
        terms = try ConsentTerms(from: decoder)
    }

    /// Writes the members of the terms and the two beside them.
    package func encode(to encoder: any Encoder) throws {
        try terms.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.version, forKey: .version)
        try values.encode(textHash, forKey: .textHash)
    }
}
