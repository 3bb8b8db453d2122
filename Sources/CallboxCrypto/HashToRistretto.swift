internal import CSodium

/// Bytes of any length, spread evenly over 64 bytes, over the group or over the scalars (RFC 9380, appendix B; RFC 9497,
/// section 4.1). Written by hand because libsodium 1.0.18 has no `expand_message_xmd`.
enum HashToRistretto {
    /// The group element of a message, under a domain separation tag of at most 255 bytes.
    static func element(_ message: Span<UInt8>, tag: StaticString) -> RistrettoElement {
        RistrettoElement(mapping: expand(message, tag: tag.bytes, byteCount: 64))
    }

    /// The scalar of a message, under a domain separation tag of at most 255 bytes.
    static func scalar(_ message: Span<UInt8>, tag: StaticString) -> RistrettoScalar {
        RistrettoScalar(reducing: expand(message, tag: tag.bytes, byteCount: 64))
    }

    /// `expand_message_xmd` with SHA-512 (RFC 9380, section 5.3.1). The message may be secret: the hash state is wiped by
    /// libsodium at each end, and what comes out stands in guarded memory.
    static func expand(_ message: Span<UInt8>, tag: [UInt8], byteCount: Int) -> Secret {
        let blockByteCount = SHA512.byteCount
        let blocks = (byteCount + blockByteCount - 1) / blockByteCount
        precondition(tag.count <= 255 && (1...255).contains(blocks), "tags and lengths are constants of this module")
        let ending = tag + [UInt8(tag.count)]
        let output = Secret(byteCount: blocks * blockByteCount)

        // b_0 = H(Z_pad ‖ msg ‖ l_i_b_str ‖ 0 ‖ DST_prime); Z_pad is one input block of SHA-512.
        let first = Secret(byteCount: blockByteCount)
        let preamble = [UInt8](repeating: 0, count: 128)
        let middle = [UInt8(byteCount >> 8), UInt8(byteCount & 0xff), 0]
        var state = crypto_hash_sha512_state()
        unsafe _ = crypto_hash_sha512_init(&state)
        unsafe _ = crypto_hash_sha512_update(&state, preamble, UInt64(preamble.count))
        unsafe message.octets { unsafe _ = crypto_hash_sha512_update(&state, $0, UInt64($1)) }
        unsafe _ = crypto_hash_sha512_update(&state, middle, UInt64(middle.count))
        unsafe _ = crypto_hash_sha512_update(&state, ending, UInt64(ending.count))
        unsafe _ = crypto_hash_sha512_final(&state, first.octets)

        // b_1 = H(b_0 ‖ 1 ‖ DST_prime), b_i = H((b_0 xor b_(i-1)) ‖ i ‖ DST_prime)
        let mixed = first.clone()
        for index in 0..<blocks {
            let block = unsafe output.octets + index * blockByteCount
            unsafe _ = crypto_hash_sha512_init(&state)
            unsafe _ = crypto_hash_sha512_update(&state, mixed.octets, UInt64(blockByteCount))
            unsafe _ = crypto_hash_sha512_update(&state, [UInt8(index + 1)], 1)
            unsafe _ = crypto_hash_sha512_update(&state, ending, UInt64(ending.count))
            unsafe _ = crypto_hash_sha512_final(&state, block)
            for offset in 0..<blockByteCount { unsafe mixed.octets[offset] = first.octets[offset] ^ block[offset] }
        }
        return byteCount == output.byteCount ? output : output.part(0..<byteCount)
    }
}
