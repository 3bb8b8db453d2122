package import CallboxCrypto
package import CallboxProgram

/// A signing key that can be copied, for tests only.
package struct SampleKey: Sendable {
    private let seed: [UInt8]
    /// The public half.
    package let publicKey: VerificationKey

    /// A fresh key.
    package init(from random: inout some RandomSource) {
        seed = random.bytes(32)
        publicKey = Self.key(seed).verificationKey
    }

    /// The key pair, as the code under test wants it.
    package func key() -> SigningKey { Self.key(seed) }

    private static func key(_ seed: [UInt8]) -> SigningKey {
        guard let key = try? SigningKey(seed: Secret(copying: seed.span)) else {
            fatalError("a seed of 32 bytes always makes a key")
        }
        return key
    }
}

extension Sequence where Element == SampleKey {
    /// An envelope with the signature of each of these keys.
    package func sign(_ payload: [UInt8], as type: PayloadType) -> SignedEnvelope {
        var envelope: SignedEnvelope?
        for key in self {
            if envelope == nil {
                envelope = SignedEnvelope(signing: payload, as: type, by: key.key())
            } else {
                envelope?.sign(as: type, by: key.key())
            }
        }
        guard let envelope else { fatalError("a test signs with at least one key") }
        return envelope
    }
}

/// A member with private keys.
package struct SampleMember: Sendable {
    /// The member's id.
    package let id: MemberID
    /// Peer or clinician.
    package let role: MemberRole
    /// SIGK.
    package let signing: SampleKey
    private let scalar: [UInt8]

    /// A member with fresh keys.
    package init(_ role: MemberRole, from random: inout some RandomSource) {
        self.role = role
        id = .random(from: &random)
        signing = SampleKey(from: &random)
        scalar = random.bytes(32)
    }

    /// IKX, as the code under test wants it.
    package func agreementKey() -> AgreementKey {
        guard let key = try? AgreementKey(Secret(copying: scalar.span)) else {
            fatalError("a scalar of 32 bytes always makes a key")
        }
        return key
    }

    /// The roster's entry: active, designated for a year, valid for another.
    package func entry() throws -> Member {
        Member(
            id: id, role: role, verificationKey: signing.publicKey, agreementKey: agreementKey().publicKey,
            designatedSince: Day(SampleProgram.today.number - 365), credential: try Line("Sample credential 12345"),
            credentialExpires: SampleProgram.today.later(by: 365), trainingExpires: SampleProgram.today.later(by: 180),
            profile: MemberProfile(name: try Line("Sam Sample")))
    }
}
