import CallboxCrypto
import CallboxTesting
import CallboxWire
import Foundation
import Testing

/// Test vector 1 for token type 0x0005 of draft-ietf-privacypass-batched-tokens.
enum TokenVector {
    static let challenge = [UInt8](
        hex: "0005000e6973737565722e6578616d706c65208278149d3094c9138347d7a2bcbf1188a262a10b1a5696c41549eabed84c129d"
            + "000e6f726967696e2e6578616d706c65")
    static let issuerKey = [UInt8](hex: "28c68b4c454bb67e0138e2ca3ce77a4a92bb570de7023a1d0fc885f9b6fa7d44")
    static let nonce = [UInt8](hex: "678dd032dc3dd290a524c9525b59e9fa2a1426f2ebe07d71be44e410235c5bc9")
    static let requestWithoutLength = [UInt8](
        hex: "0005a3987bcba79eb7bb4afbdd3acd2500417f68eb109b420f871ae0964481d1cfc64c")
    static let responseWithoutLength = [UInt8](
        hex: "a85598dd8eeb0e4e8ad61672a1b60cb879dcb6e2bb577f53a6c5799605adad73fc085894a651a29be45d10431eb3a60948f594eb"
            + "1a0b82fdb21fa1bcba1bd20e7e16d160b6ae31c1e3b612145b406920f9d206a2213b8b13beea076c2ed4dd05")
    static let token = [UInt8](
        hex: "0005678dd032dc3dd290a524c9525b59e9fa2a1426f2ebe07d71be44e410235c5bc9ead0d1e696ccbef94da0dd33e0e265d97a80"
            + "15532f429d968fa41fb0af0cb38547fe05e1fd8dac4eb493924ea617a4d5b950e2d6deec99806bce058929d0d3a386b38c783958"
            + "b8f975795b2e3544cb58ea24eadb236c970641bb275095aedfa5da76bb808f55ba51aa407be433d5598fe708cfc3d2a1f6c9b40f"
            + "a9d9a7fa65c5")

    /// The larger file of vectors that may lie beside the repository.
    static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "shared/vectors/privacy-pass-type5.json")
    static var isThere: Bool { FileManager.default.fileExists(atPath: file.path) }
}

@Suite("Tokens")
struct TokenTests {
    @Test("The draft's vector: challenge, key id, token, and the token's parts")
    func vector() throws {
        let challenge = try TokenChallenge(TokenVector.challenge)
        #expect(challenge.issuerName == "issuer.example" && challenge.originInfo == "origin.example")
        #expect(challenge.redemptionContext.count == 32)
        #expect(challenge.bytes == TokenVector.challenge)
        let keyID = TokenKeyID(of: try VOPRFPublicKey(TokenVector.issuerKey))
        let token = try Token(TokenVector.token)
        #expect(token.input.nonce.bytes == TokenVector.nonce)
        #expect(token.input.challenge == challenge.digest)
        #expect(token.input.keyID == keyID)
        #expect(token.bytes == TokenVector.token)
        #expect(token.input.bytes == [UInt8](TokenVector.token.prefix(98)))
        #expect(Token(input: token.input, authenticator: token.authenticator) == token)
    }

    @Test("The draft's vector: request and response, with the length that the vector leaves out")
    func batchVector() throws {
        let keyID = TokenKeyID(of: try VOPRFPublicKey(TokenVector.issuerKey))
        let blinded = try BlindedElement([UInt8](TokenVector.requestWithoutLength.dropFirst(3)))
        let request = try TokenRequest(to: keyID, blinded: [blinded])
        #expect(request.bytes == TokenVector.requestWithoutLength.prefix(3) + [32] + blinded.bytes)
        #expect(try TokenRequest(request.bytes) == request)
        let response = try TokenResponse([32] + TokenVector.responseWithoutLength, to: request)
        #expect(response.evaluation.elements.map(\.bytes) == [[UInt8](TokenVector.responseWithoutLength.prefix(32))])
        #expect(response.evaluation.proof.bytes == [UInt8](TokenVector.responseWithoutLength.suffix(64)))
        #expect(response.bytes == [32] + TokenVector.responseWithoutLength)
    }

    @Test(
        "The vector is the one in the shared file",
        .enabled(if: TokenVector.isThere, "the file of shared vectors does not lie beside this repository"))
    func sharedFile() throws {
        let members = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: TokenVector.file))
        let expected = [
            "token_challenge": TokenVector.challenge, "issuer_public_key": TokenVector.issuerKey,
            "nonce": TokenVector.nonce, "token_request_without_length_prefix": TokenVector.requestWithoutLength,
            "evaluated_element_and_proof": TokenVector.responseWithoutLength, "token": TokenVector.token,
        ]
        for (name, bytes) in expected { #expect(members[name].map { [UInt8](hex: $0) } == bytes, "\(name)") }
    }

    @Test("Token, challenge, request and response stand truncation, tails and alteration")
    func hostile() throws {
        try Hostile.bytes(TokenVector.token) { try Token($0).bytes }
        try Hostile.bytes([UInt8](TokenVector.token.prefix(98))) { try TokenInput($0).bytes }
        try Hostile.bytes(TokenVector.challenge) { try TokenChallenge($0).bytes }
        var random = Seeded(30)
        for count in [1, 2, 64] {
            let request = try TokenRequest(to: random.value(), blinded: (0..<count).map { _ in random.value() })
            #expect(request.bytes.count == 3 + (count == 1 ? 1 : 2) + 32 * count)
            try Hostile.bytes(request.bytes) { try TokenRequest($0).bytes }
            let response = try TokenResponse(evaluation(of: request.blinded))
            try Hostile.bytes(response.bytes) { try TokenResponse($0, to: request).bytes }
        }
    }

    @Test("A batch has 1 to 64 elements, and a response as many as its request")
    func limits() throws {
        var random = Seeded(31)
        let key: TokenKeyID = random.value()
        let elements: [BlindedElement] = (0..<65).map { _ in random.value() }
        for wrong in [[], elements] {
            #expect(throws: WireError.length) { try TokenRequest(to: key, blinded: wrong) }
            #expect(throws: WireError.length) { try TokenResponse(evaluation(of: wrong)) }
        }
        let head = [UInt8]([0, 5, 9])
        #expect(throws: WireError.length) { try TokenRequest(head + [0]) }
        #expect(throws: WireError.length) { try TokenRequest(head + [31] + [UInt8](repeating: 0, count: 31)) }
        #expect(throws: WireError.length) { try TokenRequest(head + [0x48, 0x20] + elements.flatMap(\.bytes)) }
        #expect(throws: WireError.encoding) { try TokenRequest(head + [0x40, 0x20] + elements[0].bytes) }
        #expect(throws: WireError.kind) { try TokenRequest([0, 1, 9, 32] + elements[0].bytes) }
        #expect(throws: WireError.kind) { try Token([0, 2] + TokenVector.token.dropFirst(2)) }
        let two = try TokenRequest(to: key, blinded: [elements[0], elements[1]])
        let one = try TokenResponse(evaluation(of: [elements[0]]))
        #expect(throws: WireError.length) { try TokenResponse(one.bytes, to: two) }
    }

    @Test("A relay's own challenge names its key and nothing else, so that all its tokens answer the same")
    func ownChallenge() throws {
        var random = Seeded(32)
        let relay: VerificationKey = random.value()
        let challenge = TokenChallenge(of: relay)
        #expect(challenge == TokenChallenge(of: relay))
        #expect(challenge.issuerName.utf8.count == 52 && challenge.originInfo == challenge.issuerName)
        #expect(challenge.redemptionContext.isEmpty)
        #expect(try TokenChallenge(challenge.bytes) == challenge)
        #expect(TokenChallenge(of: random.value()).digest != challenge.digest)
        let key = try VOPRFPublicKey(TokenVector.issuerKey)
        #expect(
            challenge.authenticateValue(issuingKey: key)
                == "PrivateToken challenge=\"\(Base64.encode(challenge.bytes, .url))\", "
                + "token-key=\"KMaLTEVLtn4BOOLKPOd6SpK7Vw3nAjodD8iF-bb6fUQ=\"")
    }

    @Test("A challenge with a context of another length, an empty issuer or a foreign letter is refused")
    func refusedChallenges() {
        #expect(throws: WireError.length) { try TokenChallenge(issuerName: "", redemptionContext: [], originInfo: "") }
        #expect(throws: WireError.length) {
            try TokenChallenge(issuerName: "a", redemptionContext: [1], originInfo: "")
        }
        #expect(throws: WireError.field) { try TokenChallenge(issuerName: "é", redemptionContext: [], originInfo: "") }
        #expect(throws: WireError.field) {
            try TokenChallenge(issuerName: "a", redemptionContext: [], originInfo: "a b")
        }
        #expect(throws: WireError.length) {
            try TokenChallenge(issuerName: String(repeating: "a", count: 256), redemptionContext: [], originInfo: "")
        }
        #expect(throws: WireError.field) { try TokenChallenge([0, 5, 0, 1, 0xC3, 0, 0, 1, 0xA9]) }
    }

    @Test("A batch goes to the relay and back as bytes, and its tokens verify under the key that their id names")
    func issuance() throws {
        var random = Seeded(33)
        let issuer = VOPRFPrivateKey.random(from: &random)
        let keyID = TokenKeyID(of: issuer.publicKey)
        let challenge = TokenChallenge(of: random.value()).digest
        let inputs = (0..<3).map { _ in TokenInput(nonce: random.value(), challenge: challenge, keyID: keyID) }
        let blinding = try Blinding(inputs.map(\.bytes), random: &random)

        let request = try TokenRequest(to: keyID, blinded: blinding.elements)
        let arrived = try TokenRequest(request.bytes)
        #expect(arrived.truncatedKeyID == keyID.truncated)
        let response = try TokenResponse(issuer.evaluate(arrived.blinded, random: &random))

        let evaluation = try TokenResponse(response.bytes, to: request).evaluation
        let outputs = try blinding.finalize(evaluation, under: issuer.publicKey)
        for (input, output) in zip(inputs, outputs) {
            let token = try Token(Token(input: input, authenticator: output).bytes)
            try issuer.verify(token.authenticator, for: token.input.bytes)
        }
    }

    private func evaluation(of blinded: [BlindedElement]) -> BatchEvaluation {
        BatchEvaluation(
            elements: blinded.map { EvaluatedElement(unchecked: $0.bytes) },
            proof: BatchProof(unchecked: [UInt8](repeating: 9, count: 64)))
    }
}
