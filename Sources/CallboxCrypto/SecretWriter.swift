/// Writes a state, public fields and secrets one after the other, into guarded memory, and seals it.
///
/// What stands in it never leaves guarded memory in the clear: growing wipes the memory that was outgrown. There are no
/// lengths between the fields; who writes puts down those that the reader cannot know.
package struct SecretWriter: ~Copyable {
    private var memory: Secret
    private var count = 0

    /// An empty state, with room for `capacity` bytes before it has to grow.
    package init(capacity: Int = 4096) { memory = Secret(byteCount: max(capacity, 64)) }

    /// How many bytes were written.
    package var byteCount: Int { count }

    /// Appends public bytes.
    package mutating func put(_ bytes: [UInt8]) {
        reserve(bytes.count)
        unsafe bytes.span.octets { unsafe (memory.start + count).copyMemory(from: $0, byteCount: $1) }
        count += bytes.count
    }

    /// Appends a big-endian integer.
    package mutating func put<I: FixedWidthInteger & UnsignedInteger>(_ integer: I) {
        let length = I.bitWidth / 8
        reserve(length)
        for index in 0..<length {
            let octet = UInt8(truncatingIfNeeded: integer >> I((length - 1 - index) * 8))
            unsafe (memory.octets + count + index).pointee = octet
        }
        count += length
    }

    /// Appends a secret.
    package mutating func put(_ secret: borrowing Secret) {
        reserve(secret.byteCount)
        unsafe (memory.start + count).copyMemory(from: secret.start, byteCount: secret.byteCount)
        count += secret.byteCount
    }

    /// What was written, as one secret: the input of a derivation.
    package consuming func written() -> Secret { memory.part(0..<count) }

    /// Seals what was written, by XChaCha20-Poly1305 under a 32-byte key and a fresh random nonce.
    /// - Returns: nonce (24) ‖ ciphertext (`byteCount`) ‖ tag (16).
    package consuming func sealed(
        under key: borrowing Secret, authenticating context: [UInt8], random: inout some RandomSource
    ) -> [UInt8] {
        let nonce = random.bytes(AEAD.nonceByteCount)
        var output: [UInt8] = []
        output.reserveCapacity(AEAD.nonceByteCount + count + AEAD.tagByteCount)
        output += nonce
        let written = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: memory.octets, count: count))
        AEAD.seal(written, key: key, nonce: nonce.span, authenticating: context.span, into: &output)
        return output
    }

    /// Makes room for `more` bytes; doubling keeps the copying within twice what is written.
    private mutating func reserve(_ more: Int) {
        guard count + more > memory.byteCount else { return }
        let larger = Secret(byteCount: max(count + more, memory.byteCount * 2))
        unsafe larger.start.copyMemory(from: memory.start, byteCount: count)
        memory = larger
    }
}
