package import CallboxCrypto

/// What a client sends to have a batch of tokens issued (`AmortizedBatchTokenRequest` of
/// draft-ietf-privacypass-batched-tokens): type (2) ‖ truncated key id (1) ‖ length (1 or 2) ‖ blinded elements (32
/// each).
package struct TokenRequest: Equatable, Sendable {
    /// The media type of the request.
    package static let mediaType = "application/private-token-amortized-batch-request"
    /// How many tokens one batch may have: 64.
    package static let batchLimit = VOPRF.maximumBatch

    /// The last byte of the id of the key that is asked.
    package let truncatedKeyID: UInt8
    /// One for each token, 1 to 64.
    package let blinded: [BlindedElement]

    /// A request for as many tokens as there are elements.
    /// - Throws: `length` for none, or more than 64.
    package init(to key: TokenKeyID, blinded: [BlindedElement]) throws(WireError) {
        guard (1...Self.batchLimit).contains(blinded.count) else { throw .length }
        self.truncatedKeyID = key.truncated
        self.blinded = blinded
    }

    /// Takes a request that came in.
    /// - Throws: `truncated`, `trailing`, `encoding`, `length`, or `kind` for another token type.
    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.integer(UInt16.self) == Token.type else { throw .kind }
        self.truncatedKeyID = try reader.integer()
        self.blinded = try reader.elements()
        try reader.finish()
    }

    /// The request, 36 to 2,053 bytes.
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.put(Token.type)
        writer.put(truncatedKeyID)
        writer.put(blinded)
        return writer.bytes
    }
}

/// What the relay answers (`AmortizedBatchTokenResponse`): length (1 or 2) ‖ evaluated elements (32 each) ‖ proof (64).
package struct TokenResponse: Equatable, Sendable {
    /// The media type of the response.
    package static let mediaType = "application/private-token-amortized-batch-response"

    /// One evaluated element for each blinded one, in their order, and the proof that one key evaluated them all.
    package let evaluation: BatchEvaluation

    /// What the key's holder answers.
    /// - Throws: `length` for no elements, or more than 64.
    package init(_ evaluation: BatchEvaluation) throws(WireError) {
        guard (1...TokenRequest.batchLimit).contains(evaluation.elements.count) else { throw .length }
        self.evaluation = evaluation
    }

    /// Takes the response to a request.
    /// - Throws: `truncated`, `trailing`, `encoding`, or `length`, also when it has not one element for each that was
    ///   sent.
    package init(_ bytes: [UInt8], to request: TokenRequest) throws(WireError) {
        var reader = ByteReader(bytes)
        self.evaluation = BatchEvaluation(elements: try reader.elements(), proof: try reader.value())
        try reader.finish()
        guard evaluation.elements.count == request.blinded.count else { throw .length }
    }

    /// The response, 97 to 2,114 bytes.
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.put(evaluation.elements)
        writer.put(evaluation.proof)
        return writer.bytes
    }
}

extension ByteReader {
    fileprivate mutating func elements<Element: FixedBytes>() throws(WireError) -> [Element] {
        let field = try variableField(limit: TokenRequest.batchLimit * Element.byteCount)
        guard !field.isEmpty, field.count % Element.byteCount == 0 else { throw .length }
        return stride(from: 0, to: field.count, by: Element.byteCount).map {
            Element(unchecked: [UInt8](field[$0..<$0 + Element.byteCount]))
        }
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ elements: [some FixedBytes]) {
        do {
            try putVariableField(elements.flatMap(\.bytes))
        } catch {
            fatalError("a batch of at most 64 elements has a length that fits")
        }
    }
}
