internal import CSodium

/// The salt of a passphrase hash, 16 random bytes, stored in the clear beside what it protects.
package struct PassphraseSalt: FixedBytes {
    /// 16.
    package static let byteCount = 16
    /// The salt.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// Argon2id, version 1.3, one lane (RFC 9106), by libsodium: from a passphrase to a 32-byte key, slow on purpose.
package enum PassphraseHash {
    /// The length of the key in bytes.
    package static let byteCount = 32

    /// What a hash costs. Read from a file, so bounded on both sides: too little would be no protection, too much would let
    /// whoever altered the file stop the program.
    package struct Cost: Hashable, Sendable {
        /// 8 MiB to 1 GiB, in KiB.
        package static let memoryBounds: ClosedRange<UInt32> = 8 * 1024...1024 * 1024
        /// 1 to 10.
        package static let passBounds: ClosedRange<UInt32> = 1...10
        /// libsodium's MODERATE, 3 passes over 256 MiB: what new files get.
        package static let moderate = Cost(unchecked: 256 * 1024, passes: 3)

        /// Memory in KiB.
        package let memory: UInt32
        /// Passes over the memory.
        package let passes: UInt32

        /// A cost read from a file: memory in KiB, passes.
        /// - Throws: `unacceptableCost` outside the bounds.
        package init(memory: UInt32, passes: UInt32) throws(CryptoError) {
            guard Self.memoryBounds.contains(memory), Self.passBounds.contains(passes) else { throw .unacceptableCost }
            self.init(unchecked: memory, passes: passes)
        }

        private init(unchecked memory: UInt32, passes: UInt32) {
            self.memory = memory
            self.passes = passes
        }
    }

    /// The key of a passphrase, 32 bytes. Takes as long as its cost says, 0.4 s for `moderate`.
    /// - Throws: `outOfMemory` when the system does not give the memory; nothing else is wrong then.
    package static func key(
        from passphrase: borrowing Secret, salt: PassphraseSalt, cost: Cost
    ) throws(CryptoError) -> Secret {
        let key = Secret(byteCount: byteCount)
        let done = unsafe passphrase.start.withMemoryRebound(to: CChar.self, capacity: passphrase.byteCount) { text in
            unsafe crypto_pwhash_argon2id(
                key.octets, UInt64(byteCount), text, UInt64(passphrase.byteCount), salt.bytes, UInt64(cost.passes),
                Int(cost.memory) * 1024, crypto_pwhash_argon2id_alg_argon2id13())
        }
        guard done == 0 else { throw .outOfMemory }
        return key
    }
}
