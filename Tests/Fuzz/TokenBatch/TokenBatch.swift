import CallboxCrypto
import CallboxWire
import Fuzzing

/// Both messages of the issuing of tokens.
@main
struct TokenBatchTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let kind = rest.choice()
        guard kind & 0x80 != 0 else {
            RoundTrip.exact(rest, { try TokenRequest($0) }, \.bytes)
            return
        }
        let element = BlindedElement(unchecked: [UInt8](repeating: 0, count: BlindedElement.byteCount))
        let request = fixture {
            try TokenRequest(
                to: TokenKeyID(unchecked: [UInt8](repeating: 0, count: TokenKeyID.byteCount)),
                blinded: [BlindedElement](repeating: element, count: 1 + Int(kind & 63)))
        }
        RoundTrip.exact(rest, { try TokenResponse($0, to: request) }, \.bytes)
    }
}
