internal import CSodium

/// Secret bytes in guarded memory. It cannot be copied, compared, encoded or printed; it is lent, or consumed, and wiped at its end.
package struct Secret: ~Copyable, @unchecked Sendable {
    /// The length in bytes.
    package let byteCount: Int
    private let slot: Slot

    /// Zeroed memory for the primitives of this module to fill.
    init(byteCount: Int) {
        precondition(byteCount >= 0, "a secret has no negative length")
        self.byteCount = byteCount
        slot = SecretArena.take(byteCount)
    }

    /// Fresh random bytes.
    package init(random byteCount: Int, from source: inout some RandomSource) {
        var bytes = source.bytes(byteCount)
        self.init(absorbing: &bytes)
    }

    /// Moves the bytes into guarded memory and wipes where they stood.
    package init(absorbing bytes: inout [UInt8]) {
        self.init(copying: bytes.span)
        unsafe bytes.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe sodium_memzero(start, bytes.count) }
        }
        bytes.removeAll()
    }

    /// Copies bytes that somebody else will wipe, or that were never secret (a test vector).
    package init(copying bytes: Span<UInt8>) {
        self.init(byteCount: bytes.count)
        let target = unsafe self.start
        unsafe bytes.octets { unsafe target.copyMemory(from: $0, byteCount: $1) }
    }

    deinit { SecretArena.giveBack(slot, byteCount) }

    /// A second copy of the secret, for a state that is tried before it is kept.
    package borrowing func clone() -> Secret {
        let copy = Secret(byteCount: byteCount)
        unsafe copy.start.copyMemory(from: start, byteCount: byteCount)
        return copy
    }

    /// A part of the secret as a secret of its own.
    package borrowing func part(_ range: Range<Int>) -> Secret {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "a part lies inside its secret")
        let copy = Secret(byteCount: range.count)
        unsafe copy.start.copyMemory(from: start + range.lowerBound, byteCount: range.count)
        return copy
    }

    /// Lends the bytes for the length of the call. Whoever copies them out must say where they are wiped.
    package borrowing func withBytes<R: ~Copyable>(_ body: (Span<UInt8>) -> R) -> R {
        let buffer = unsafe UnsafeBufferPointer(start: octets, count: byteCount)
        return unsafe body(Span(_unsafeElements: buffer))
    }

    /// Appends the bytes to a buffer that is about to be sealed, or that may hold them (a commitment).
    package borrowing func appendInTheClear(to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: octets, count: byteCount))
    }

    /// Whether these are the bytes, in a time that tells nothing about where they differ.
    package borrowing func matches(_ other: Span<UInt8>) -> Bool {
        withBytes { equalInConstantTime($0, other) }
    }

    /// For this module only: where the bytes are.
    @unsafe var start: UnsafeMutableRawPointer { unsafe slot.start }
    /// For this module only: the bytes, typed as C functions want them.
    @unsafe var octets: UnsafeMutablePointer<UInt8> { unsafe slot.start.assumingMemoryBound(to: UInt8.self) }
}

/// Whether two public byte strings are equal, in constant time for equal lengths.
package func equalInConstantTime(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.octets { left, count in
        unsafe right.octets { right, _ in unsafe sodium_memcmp(left, right, count) == 0 }
    }
}
