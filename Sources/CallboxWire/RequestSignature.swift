package import CallboxCrypto
internal import RawStructuredFieldValues

/// What makes a signature single: 16 random bytes. The relay remembers them while the signature could still be
/// accepted.
package struct RequestNonce: FixedBytes {
    /// 16.
    package static let byteCount = 16
    /// The random bytes.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// A request whose signature holds. Only `RequestSignature.verify` makes one.
package struct VerifiedRequest: Equatable, Sendable {
    /// The request.
    package let request: SignableRequest
    /// Who signed it.
    package let key: VerificationKey
    /// The signature's nonce: a request whose nonce this key has used before is a replay.
    package let nonce: RequestNonce
    /// The last second, since 1970, at which this signature would be accepted: until then its nonce is remembered.
    package let acceptableUntil: Int64

    fileprivate init(_ request: SignableRequest, key: VerificationKey, nonce: RequestNonce, acceptableUntil: Int64) {
        self.request = request
        self.key = key
        self.nonce = nonce
        self.acceptableUntil = acceptableUntil
    }
}

/// How owners, members and coordinators sign requests: HTTP message signatures (RFC 9421), Ed25519, in one form.
/// `Protocol/relay.md`.
package enum RequestSignature {
    /// The one label of the signature.
    static let label = "callbox"
    /// What the signature is for: it is covered, so it is of use nowhere else.
    static let tag = "callbox/v1/request"

    /// Signs a request. The time is in seconds since 1970.
    /// - Throws: `encoding` when the time has more than 15 digits.
    package static func sign(
        _ request: SignableRequest, with key: borrowing SigningKey, created: Int64, nonce: RequestNonce
    ) throws(WireError) -> SignedFields {
        let base = try base(of: request, key: key.verificationKey, created: created, nonce: nonce)
        let signature = key.sign(base.bytes.span)
        return SignedFields(
            contentDigest: request.contentDigest?.fieldValue,
            relay: SignedFields.relayValue(request.relay),
            signatureInput: "\(label)=\(base.parameters)",
            signature: StructuredField.text(label, signature.bytes))
    }

    /// Checks everything that the fields say against the request, and then the signature. Times are in seconds since
    /// 1970; `tolerance` is how many seconds old, or ahead, the signature may be.
    /// - Throws: `relay`, `missing`, `components`, `digest`, `field`, `key`, `stale`, `signature`, `encoding`,
    ///   `length`.
    package static func verify(
        _ request: SignableRequest, _ fields: SignedFields, by key: VerificationKey, now: Int64, tolerance: UInt32
    ) throws(WireError) -> VerifiedRequest {
        try check(relay: fields.relay, is: request.relay)
        try check(digest: fields.contentDigest, of: request)
        let claim = try claim(fields.signatureInput, covering: components(of: request).map(\.name))
        guard claim.key == key else { throw .key }
        let (age, overflow) = now.subtractingReportingOverflow(claim.created)
        guard !overflow, age.magnitude <= UInt64(tolerance) else { throw .stale }
        let bytes = try StructuredField.bytes(StructuredField.onlyMember(label, of: fields.signature))
        guard bytes.count == Signature.byteCount else { throw .length }
        let base = try base(of: request, key: key, created: claim.created, nonce: claim.nonce)
        do {
            try key.verify(Signature(unchecked: bytes), over: base.bytes.span)
        } catch {
            throw .signature
        }
        return VerifiedRequest(
            request, key: key, nonce: claim.nonce, acceptableUntil: claim.created + Int64(tolerance))
    }

    /// The key that the fields claim, to look up whether it is one of several that may sign. It is not verified by
    /// this.
    /// - Throws: `encoding`, `missing`, `field`, `length`.
    package static func claimedKey(_ fields: SignedFields) throws(WireError) -> VerificationKey {
        try claim(fields.signatureInput, covering: nil).key
    }

    /// The same of a request that says it is for this relay: all that can be refused before the content is there.
    /// - Throws: `relay`, `encoding`, `missing`, `field`, `length`.
    package static func claimedKey(
        _ fields: SignedFields, at relay: VerificationKey
    ) throws(WireError) -> VerificationKey {
        try check(relay: fields.relay, is: relay)
        return try claimedKey(fields)
    }

    // MARK: What is covered

    private static func components(of request: SignableRequest) -> [SignatureComponent] {
        var components = [
            SignatureComponent("@method", request.method),
            SignatureComponent("@path", request.path),
            SignatureComponent("@query", "?" + request.query),
            SignatureComponent(SignedFields.relayName, SignedFields.relayValue(request.relay)),
        ]
        if let digest = request.contentDigest {
            components.append(SignatureComponent("content-digest", digest.fieldValue))
        }
        return components
    }

    private static func base(
        of request: SignableRequest, key: VerificationKey, created: Int64, nonce: RequestNonce
    ) throws(WireError) -> SignatureBase {
        try SignatureBase(
            components(of: request),
            [.created(created), .nonce(nonce.base64URL), .keyid(key.base64URL), .tag(tag)])
    }

    // MARK: What came in

    private static func check(relay value: String, is relay: VerificationKey) throws(WireError) {
        guard [UInt8](value.utf8) != [UInt8](SignedFields.relayValue(relay).utf8) else { return }
        // Another relay's key is told apart from a damaged field: the client then knows that its address book is wrong.
        guard value.utf8.count == 46, value.utf8.first == UInt8(ascii: ":"), value.utf8.last == UInt8(ascii: ":"),
            try Base64.decode(String(value.dropFirst().dropLast()), .standard).count == VerificationKey.byteCount
        else { throw .encoding }
        throw .relay
    }

    private static func check(digest value: String?, of request: SignableRequest) throws(WireError) {
        switch (value, request.contentDigest) {
        case (nil, nil): return
        case (nil, .some), (.some, nil): throw .components
        case (.some(let value), .some(let digest)):
            guard try ContentDigest(fieldValue: value) == digest else { throw .digest }
        }
    }

    private struct Claim {
        let created: Int64
        let nonce: RequestNonce
        let key: VerificationKey
    }

    /// Reads a `Signature-Input`; with `names`, it must list exactly those, in that order.
    private static func claim(_ input: String, covering names: [String]?) throws(WireError) -> Claim {
        guard case .innerList(let list) = try StructuredField.onlyMember(label, of: input) else { throw .field }
        let listed = list.bareInnerList.map { item -> String? in
            guard item.rfc9651Parameters.isEmpty, case .string(let name) = item.rfc9651BareItem else { return nil }
            return name
        }
        if let names { guard listed == names else { throw .components } }
        let parameters = Array(list.rfc9651Parameters)
        guard parameters.map(\.0) == ["created", "nonce", "keyid", "tag"],
            case .integer(let created) = parameters[0].1, case .string(let nonce) = parameters[1].1,
            case .string(let key) = parameters[2].1, case .string(tag) = parameters[3].1
        else { throw .field }
        return Claim(
            created: created, nonce: try RequestNonce(base64URL: nonce), key: try VerificationKey(base64URL: key))
    }
}
