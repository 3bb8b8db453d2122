/// All roots of a program, oldest first, as the relay serves them: JSON `{"roots": [envelope, …]}`, at most 128 roots and
/// 2 MiB. Whoever pinned any of them finds the way to the newest.
package struct RootChain: Sendable, Codable {
    /// The roots' envelopes, oldest first. Nothing about them was checked.
    package let roots: [SignedEnvelope]

    /// How many roots a chain may have.
    package static let limit = 128
    /// How many bytes a chain may have.
    package static let byteLimit = 2_097_152

    /// A chain to serve.
    /// - Throws: `tooLarge`.
    package init(_ roots: [SignedEnvelope]) throws(ProgramError) {
        guard roots.count <= Self.limit else { throw .tooLarge }
        self.roots = roots
    }

    /// Reads a chain.
    /// - Throws: `tooLarge`, `malformed`, `field`.
    package init(parsing bytes: [UInt8]) throws(ProgramError) {
        self = try DocumentCoding.decode(from: bytes, limit: Self.byteLimit)
        guard roots.count <= Self.limit else { throw .tooLarge }
    }

    /// The chain as JSON.
    package var encoded: [UInt8] { DocumentCoding.encode(self) }

    /// The newest root, reached from the pinned one by rotations that each hold. Roots before the pinned one are not
    /// looked at. The pin is a test, because a poster has room for a part of the digest only.
    /// - Throws: `unknownRoot`, or what `VerifiedRoot` refuses.
    package func verify(where isPinned: (RootDigest) -> Bool) throws(ProgramError) -> VerifiedRoot {
        for (index, envelope) in roots.enumerated() {
            guard isPinned(RootDocument.digest(of: envelope.unverifiedPayload)) else { continue }
            return try advance(from: VerifiedRoot(envelope, where: isPinned), by: roots[(index + 1)...])
        }
        throw .unknownRoot
    }

    /// The newest root, reached from one that is already believed.
    /// - Throws: when that one is not in the chain: `rollback` if the chain ends with the root before it, `fork` if it goes on
    ///   from there in another way that holds as well, else `unknownRoot`. Or what `VerifiedRoot.successor` refuses.
    package func verify(from root: VerifiedRoot) throws(ProgramError) -> VerifiedRoot {
        if let position = position(of: root.digest) {
            return try advance(from: root, by: roots[(position + 1)...])
        }
        guard let previous = root.document.previous, let position = position(of: previous) else { throw .unknownRoot }
        guard position + 1 < roots.count else { throw .rollback }
        let before = try VerifiedRoot(roots[position]) { $0 == previous }
        _ = try before.successor(roots[position + 1])
        throw .fork
    }

    private func position(of digest: RootDigest) -> Int? {
        roots.firstIndex { RootDocument.digest(of: $0.unverifiedPayload) == digest }
    }

    private func advance(
        from root: VerifiedRoot, by envelopes: ArraySlice<SignedEnvelope>
    ) throws(ProgramError) -> VerifiedRoot {
        var root = root
        for envelope in envelopes { root = try root.successor(envelope) }
        return root
    }
}
