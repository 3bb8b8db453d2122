import CallboxTesting
import Testing

@testable import CallboxCrypto

/// RFC 9497, appendix A.1.2: ristretto255-SHA512 in mode 1 (VOPRF).
enum RFC9497 {
    static let seed = hex("a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3")
    static let keyInfo = hex("74657374206b6579")
    static let privateKey = hex("e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909")
    static let publicKey = hex("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e")

    struct Vector: CustomTestStringConvertible, Sendable {
        let inputs: [String]
        let blinds: [String]
        let blindedElements: [String]
        let evaluatedElements: [String]
        let proof: String
        let proofScalar: String
        let outputs: [String]

        var testDescription: String { "a batch of \(inputs.count) with first input \(inputs[0])" }
    }

    static let vectors = [
        Vector(
            inputs: ["00"],
            blinds: ["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
            blindedElements: ["863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"],
            evaluatedElements: ["aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"],
            proof: """
                ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06
                6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d
                """,
            proofScalar: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
            outputs: [
                """
                b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d
                a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c
                """
            ]),
        Vector(
            inputs: ["5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
            blinds: ["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
            blindedElements: ["cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"],
            evaluatedElements: ["60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"],
            proof: """
                401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a
                67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02
                """,
            proofScalar: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
            outputs: [
                """
                8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60
                356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6
                """
            ]),
        Vector(
            inputs: ["00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
            blinds: [
                "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
                "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
            ],
            blindedElements: [
                "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
                "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
            ],
            evaluatedElements: [
                "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
                "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
            ],
            proof: """
                cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a
                5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08
                """,
            proofScalar: "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
            outputs: [
                """
                b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d
                a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c
                """,
                """
                8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60
                356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6
                """,
            ]),
    ]
}

@Suite("VOPRF vectors (RFC 9497)")
struct VOPRFVectorTests {
    @Test("The key pair of a seed and its purpose is the one of appendix A.1.2")
    func keyPair() throws {
        let key = try VOPRFPrivateKey(seed: Secret(copying: RFC9497.seed.span), info: RFC9497.keyInfo)
        #expect(key.stored.revealedToATest() == RFC9497.privateKey)
        #expect(key.publicKey.bytes == RFC9497.publicKey)
    }

    @Test("Blinding, evaluation, proof and output are those of appendix A.1.2", arguments: RFC9497.vectors)
    func vector(_ vector: RFC9497.Vector) throws {
        let key = try VOPRFPrivateKey(stored: Secret(copying: RFC9497.privateKey.span))
        let inputs = vector.inputs.map(hex)
        let blinding = try Blinding(
            inputs, blindsOnlyForPublishedVectorsAndStorage: Secret(hex: vector.blinds.joined()))
        #expect(blinding.elements.map(\.bytes) == vector.blindedElements.map(hex))

        let answer = try key.evaluate(
            blinding.elements,
            proofScalarOnlyForPublishedVectors: RistrettoScalar(canonical: Secret(hex: vector.proofScalar)))
        #expect(answer.elements.map(\.bytes) == vector.evaluatedElements.map(hex))
        #expect(answer.proof.bytes == hex(vector.proof))

        let outputs = try blinding.finalize(answer, under: key.publicKey)
        #expect(outputs.map(\.bytes) == vector.outputs.map(hex))
        for (input, output) in zip(inputs, outputs) { try key.verify(output, for: input) }
    }

    // draft-ietf-privacypass-batched-tokens, token type 0x0005: a whole token. The draft gives no proof scalar, so the
    // server's side is checked by its evaluated element alone and the given proof is verified.
    @Test(
        "A published Privacy Pass token of type 5 comes out",
        .enabled(if: SharedVectors.have("privacy-pass-type5.json"), "the shared vectors are not beside this tree"))
    func privacyPassToken() throws {
        let vector = try SharedVectors.load("privacy-pass-type5.json", as: PrivacyPassToken.self)
        let key = try VOPRFPrivateKey(stored: Secret(copying: vector.issuer_secret_key.bytes.span))
        #expect(key.publicKey.bytes == vector.issuer_public_key.bytes)

        // The input is the token without its authenticator: type ‖ nonce ‖ challenge digest ‖ key id.
        let input = Array(vector.token.bytes.prefix(98))
        let blinding = try Blinding(
            [input], blindsOnlyForPublishedVectorsAndStorage: Secret(copying: vector.blind.bytes.span))
        #expect(blinding.elements[0].bytes == Array(vector.token_request_without_length_prefix.bytes.dropFirst(3)))

        let given = vector.evaluated_element_and_proof.bytes
        var random = SeededRandom(seed: 1)
        let own = try key.evaluate(blinding.elements, random: &random)
        #expect(own.elements[0].bytes == Array(given.prefix(32)))
        let answer = BatchEvaluation(
            elements: [try EvaluatedElement(Array(given.prefix(32)))],
            proof: try BatchProof(Array(given.dropFirst(32))))
        let output = try blinding.finalize(answer, under: key.publicKey)[0]
        #expect(output.bytes == Array(vector.token.bytes.dropFirst(98)))
        try key.verify(output, for: input)
    }

    private struct PrivacyPassToken: Decodable {
        let issuer_secret_key: HexBytes
        let issuer_public_key: HexBytes
        let blind: HexBytes
        let token_request_without_length_prefix: HexBytes
        let evaluated_element_and_proof: HexBytes
        let token: HexBytes
    }
}
