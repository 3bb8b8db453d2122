import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// An authority that some test trusts, and the certificate that it made for a name or address.
struct TestAuthority {
    /// Its own certificate.
    let root: NIOSSLCertificate
    /// The certificate that it made.
    let leaf: NIOSSLCertificate
    private let key: NIOSSLPrivateKey

    init(for names: [GeneralName]) throws {
        let (rootKey, leafKey) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let issuer = try DistinguishedName { CommonName("Test authority") }
        let root = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(rootKey.publicKey),
            notValidBefore: Date() - 3_600, notValidAfter: Date() + 3_600, issuer: issuer, subject: issuer,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: .init(rootKey))
        let leaf = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(leafKey.publicKey),
            notValidBefore: Date() - 3_600, notValidAfter: Date() + 3_600, issuer: issuer,
            subject: try DistinguishedName { CommonName("callbox relay") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: .init(rootKey))
        self.root = try NIOSSLCertificate(bytes: [UInt8](root.serializeAsPEM().pemString.utf8), format: .pem)
        self.leaf = try NIOSSLCertificate(bytes: [UInt8](leaf.serializeAsPEM().pemString.utf8), format: .pem)
        key = try NIOSSLPrivateKey(bytes: [UInt8](leafKey.pemRepresentation.utf8), format: .pem)
    }

    /// What a server with the certificate does.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(leaf)], privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        return configuration
    }
}
