import CallboxTesting
import Testing

@testable import CallboxCrypto

@Suite("expand_message_xmd with SHA-512 (RFC 9380)")
struct HashToRistrettoTests {
    static let tag = Array("QUUX-V01-CS02-with-expander-SHA512-256".utf8)

    // RFC 9380, appendix K.3: the first and the last of each length.
    @Test(
        "The bytes are those of appendix K.3",
        arguments: [
            ("", "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba"),
            ("abc", "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"),
            (
                "",
                """
                41b037d1734a5f8df225dd8c7de38f851efdb45c372887be655212d07251b921
                b052b62eaed99b46f72f2ef4cc96bfaf254ebbbec091e1a3b9e4fb5e5b619d2e
                0c5414800a1d882b62bb5cd1778f098b8eb6cb399d5d9d18f5d5842cf5d13d7e
                b00a7cff859b605da678b318bd0e65ebff70bec88c753b159a805d2c89c55961
                """
            ),
        ])
    func vector(_ message: String, _ uniform: String) {
        let expected = hex(uniform)
        let message = Array(message.utf8)
        let expanded = HashToRistretto.expand(message.span, tag: Self.tag, byteCount: expected.count)
        #expect(expanded.revealedToATest() == expected)
    }

    @Test(
        "All published vectors hold",
        .enabled(
            if: SharedVectors.have("expand-message-xmd-sha512.json"), "the shared vectors are not beside this tree"))
    func sharedVectors() throws {
        let set = try SharedVectors.load("expand-message-xmd-sha512.json", as: VectorSet.self)
        #expect(set.tests.count == 10)
        for vector in set.tests {
            let length = try #require(Int(vector.len_in_bytes.dropFirst(2), radix: 16))
            let message = Array(vector.msg.utf8)
            let expanded = HashToRistretto.expand(message.span, tag: Array(set.DST.utf8), byteCount: length)
            #expect(expanded.revealedToATest() == vector.uniform_bytes.bytes)
        }
    }

    @Test("Another tag, another message and another length give other bytes")
    func separation() {
        func expand(_ message: [UInt8], _ tag: [UInt8], _ count: Int) -> [UInt8] {
            Array(HashToRistretto.expand(message.span, tag: tag, byteCount: count).revealedToATest().prefix(32))
        }
        let outputs = [
            expand([1], [2], 32), expand([1], [3], 32), expand([2], [2], 32), expand([1, 2], [], 32),
            expand([1], [2], 33),
        ]
        #expect(Set(outputs).count == outputs.count)
    }

    private struct VectorSet: Decodable {
        struct Vector: Decodable {
            let msg: String
            let len_in_bytes: String
            let uniform_bytes: HexBytes
        }
        let DST: String
        let tests: [Vector]
    }
}
