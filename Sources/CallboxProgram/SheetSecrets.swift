package import CallboxCrypto

/// The private halves of one day's sheet. Kept sealed until `SheetPlan.erasure`, then gone.
package struct SheetSecrets: ~Copyable, Sendable {
    /// SPK, X25519.
    package let agreementKey: AgreementKey
    /// PQSPK, X-Wing.
    package let kemKey: KEMKey

    /// Halves that were stored.
    package init(agreementKey: consuming AgreementKey, kemKey: consuming KEMKey) {
        self.agreementKey = agreementKey
        self.kemKey = kemKey
    }

    /// Fresh halves.
    package static func random(from source: inout some RandomSource) -> SheetSecrets {
        let agreementKey = AgreementKey.random(from: &source)
        return SheetSecrets(agreementKey: agreementKey, kemKey: KEMKey.random(from: &source))
    }
}
