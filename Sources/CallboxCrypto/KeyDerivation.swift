internal import CSodium

/// HMAC-SHA-512 (RFC 2104, RFC 4231), by libsodium, over as many pieces as needed; its output is a secret.
package struct HMAC512: ~Copyable {
    /// The length of a tag in bytes.
    package static let byteCount = 64
    /// The library's state. It is as good as the key, and a `deinit` could wipe only a copy of a stored property: so it
    /// stands in guarded memory itself.
    private let memory = Secret(byteCount: MemoryLayout<crypto_auth_hmacsha512_state>.size)
    @unsafe private var state: UnsafeMutablePointer<crypto_auth_hmacsha512_state> {
        unsafe memory.start.assumingMemoryBound(to: crypto_auth_hmacsha512_state.self)
    }

    /// A tag under a public key: the salt of an extraction.
    package init(key: Span<UInt8>) {
        unsafe key.octets { unsafe _ = crypto_auth_hmacsha512_init(state, $0, $1) }
    }

    /// A tag under a secret key.
    package init(key: borrowing Secret) {
        unsafe _ = crypto_auth_hmacsha512_init(state, key.octets, key.byteCount)
    }

    /// Adds public bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.octets { unsafe _ = crypto_auth_hmacsha512_update(state, $0, UInt64($1)) }
    }

    /// Adds public bytes.
    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// Adds one public byte.
    package mutating func update(_ byte: UInt8) {
        var byte = byte
        unsafe _ = crypto_auth_hmacsha512_update(state, &byte, 1)
    }

    /// Adds secret bytes.
    package mutating func update(_ secret: borrowing Secret) {
        unsafe _ = crypto_auth_hmacsha512_update(state, secret.octets, UInt64(secret.byteCount))
    }

    /// The tag, 64 bytes.
    package mutating func finish() -> Secret {
        let tag = Secret(byteCount: Self.byteCount)
        unsafe _ = crypto_auth_hmacsha512_final(state, tag.octets)
        return tag
    }
}

/// HKDF-SHA-512 (RFC 5869). Written over HMAC because libsodium 1.0.18 has none.
package enum HKDF512 {
    /// HKDF-Expand: a stream of key material, cut off piece by piece; 16,320 bytes at most.
    package struct Expansion: ~Copyable {
        private let key: Secret
        private let info: [UInt8]
        private var block: Secret
        private var used = HMAC512.byteCount
        private var counter: UInt8 = 0

        /// Expands a pseudorandom key.
        package init(_ key: consuming Secret, info: [UInt8]) {
            self.key = key
            self.info = info
            self.block = Secret(byteCount: 0)
        }

        /// The next `count` bytes of the stream.
        package mutating func next(_ count: Int) -> Secret {
            let output = Secret(byteCount: count)
            var filled = 0
            while filled < count {
                if used == HMAC512.byteCount { advance() }
                let taken = min(count - filled, HMAC512.byteCount - used)
                unsafe (output.start + filled).copyMemory(from: block.start + used, byteCount: taken)
                used += taken
                filled += taken
            }
            return output
        }

        private mutating func advance() {
            precondition(counter < 255, "HKDF gives at most 255 blocks: no caller asks for that much")
            counter += 1
            var mac = HMAC512(key: key)
            mac.update(block)
            mac.update(info)
            mac.update(counter)
            block = mac.finish()
            used = 0
        }
    }
}
