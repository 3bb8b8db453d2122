/// What can go wrong in a primitive. Always the input's fault: our own broken invariants stop the process instead.
package enum CryptoError: Error, Equatable, Sendable, CaseIterable {
    /// The bytes are not of the one length that this value has.
    case wrongLength
    /// The bytes are no valid key, point or scalar of their kind, or the key would make a shared secret that anyone knows.
    case unusableKey
    /// It did not open: wrong key, wrong context or altered bytes. There is one such failure, without a reason.
    case refused
    /// The signature is not this key's over these bytes.
    case badSignature
    /// A proof or output of the blind evaluation does not hold.
    case badProof
    /// The passphrase-hash parameters read from a file are outside the bounds that this build accepts.
    case unacceptableCost
    /// The system could not give the memory that a passphrase hash needs.
    case outOfMemory
}
