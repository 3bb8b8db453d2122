internal import CallboxCrypto

/// What a token paid for, 32 bytes: BLAKE2b-256 over label ‖ method ‖ path ‖ query (each with its two-byte length) ‖
/// SHA-512 of the content. The relay keeps it beside the spent nonce: the same request again is a retry, any other is
/// a second spending. Signature and time are no part of it, so a retry may be signed anew.
package struct PaidRequestHash: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// What stands for this request.
    package init(of request: SignableRequest) {
        var writer = ByteWriter()
        for part in [request.method, request.path, request.query] {
            writer.put(UInt16(part.utf8.count))
            writer.put([UInt8](part.utf8))
        }
        writer.put(request.contentDigest ?? ContentDigest(of: []))
        self.init(unchecked: BLAKE2b256.hash("callbox/v1/paid-request", writer.bytes))
    }
}
