internal import CallboxCrypto
package import CallboxWire
internal import Crypto
package import FoundationEssentials
internal import SwiftASN1
internal import X509

/// The TLS certificate of a relay: made once by `init`, looked at by `check`. Clients know a self-signed one by the pin
/// of its key, so its names and dates are for tools and people.
package struct RelayCertificate: Sendable {
    /// Ten years. The pin is what clients go by, so replacing it is a decision and not a chore.
    package static let lifetime: TimeInterval = 10 * 366 * 86_400

    /// The certificate in PEM.
    package let pem: String
    /// The first moment at which it holds.
    package let notBefore: Date
    /// The last.
    package let notAfter: Date
    /// What an invite says of it.
    package let pin: TLSPin
    /// Whether it was signed with its own key, so that nothing but the pin speaks for it.
    package let isSelfSigned: Bool

    /// Makes a P-256 key and a certificate of it for a host name or address. The key is in PEM, and a secret.
    /// - Throws: what the encoders throw; a host that is no name.
    package static func make(host: String, now: Date) throws -> (certificate: RelayCertificate, keyPEM: String) {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("callbox relay") }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: now.addingTimeInterval(-86_400),
            notValidAfter: now.addingTimeInterval(lifetime),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([generalName(host)])
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return (try RelayCertificate(certificate, pem: certificate.serializeAsPEM().pemString), key.pemRepresentation)
    }

    /// Reads the first certificate of a PEM file's text.
    /// - Throws: when it is none.
    package init(pem: String) throws {
        let first = try PEMDocument.parseMultiple(pemString: pem).first { $0.discriminator == "CERTIFICATE" }
        guard let first else { throw CertificateError.none }
        try self.init(try Certificate(pemDocument: first), pem: pem)
    }

    private init(_ certificate: Certificate, pem: String) throws {
        self.pem = pem
        notBefore = certificate.notValidBefore
        notAfter = certificate.notValidAfter
        isSelfSigned = certificate.issuer == certificate.subject
        var info = DER.Serializer()
        try info.serialize(certificate.publicKey)
        pin = TLSPin(unchecked: CallboxCrypto.SHA256.hash(info.serializedBytes.span))
    }

    private static func generalName(_ host: String) -> GeneralName {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return address(bare).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(bare)
    }

    /// The bytes of an IPv4 address; IPv6 ones stand as names, which pinned clients do not read.
    private static func address(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let bytes = parts.compactMap { $0 }
        return bytes.count == 4 && parts.count == 4 ? bytes : nil
    }
}

/// What is wrong with a certificate file.
package enum CertificateError: Error {
    /// There is no certificate in it.
    case none
}
