import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("Authorization")
struct AuthorizationTests {
    @Test("A token, a stamp and a code go into the header and come out of it")
    func roundTrip() throws {
        var random = Seeded(40)
        let token = Authorization.token(try Token(TokenVector.token))
        let stamp = Authorization.work(WorkStamp(day: 20_000, nonce: 77))
        let code = Authorization.code(EnrolmentCode.random(from: &random))
        #expect(token.fieldValue.utf8.count == 216 + 21)
        for authorization in [token, stamp, code] {
            #expect(try Authorization(fieldValue: authorization.fieldValue) == authorization)
            try Hostile.text(authorization.fieldValue) { try Authorization(fieldValue: $0).fieldValue }
        }
    }

    @Test(
        "Another scheme, another spelling or a second parameter is refused",
        arguments: [
            ("Bearer x", WireError.kind), ("", .kind), ("PrivateToken", .kind), ("PrivateToken token=", .kind),
            ("privatetoken token=\"AA==\"", .kind), ("PrivateToken token=\"\"", .length),
            ("PrivateToken token=\"", .encoding), ("PrivateToken token=\"AA==\"", .length),
            ("CallboxWork stamp=\"AA\"", .length),
            ("CallboxWork stamp=\"AAAAAAAAAAAAAAAA\", a=\"b\"", .length), ("CallboxCode code=\"\"", .length),
            ("CallboxCode code=\"0000-0000-0000-0000-0000\"", .encoding),
            ("CallboxCode code=\"0000000000000000000o\"", .encoding),
            ("CallboxCode code=\"00000000000000000001\"", .check),
        ])
    func refused(value: String, error: WireError) {
        #expect(throws: error) { try Authorization(fieldValue: value) }
    }

    @Test("A header above 512 bytes is not looked at")
    func bounded() {
        #expect(throws: WireError.length) {
            try Authorization(fieldValue: "PrivateToken token=\"\(String(repeating: "A", count: 492))\"")
        }
    }
}
