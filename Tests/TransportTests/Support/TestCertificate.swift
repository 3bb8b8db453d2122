import CallboxCertificate
import CallboxWire
import Foundation
import NIOSSL

/// A TLS key with a certificate that nobody else has signed.
struct TestCertificate {
    let pin: TLSPin
    private let certificate: NIOSSLCertificate
    private let key: NIOSSLPrivateKey

    init(host: String = "127.0.0.1") throws {
        let made = try RelayCertificate.make(host: host, now: Date())
        pin = made.certificate.pin
        certificate = try NIOSSLCertificate(bytes: [UInt8](made.certificate.pem.utf8), format: .pem)
        key = try NIOSSLPrivateKey(bytes: [UInt8](made.keyPEM.utf8), format: .pem)
    }

    /// What a server with it does, of these versions of TLS.
    func configuration(_ versions: ClosedRange<Int> = 3...3) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.minimumTLSVersion = Self.version(versions.lowerBound)
        configuration.maximumTLSVersion = Self.version(versions.upperBound)
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func version(_ minor: Int) -> TLSVersion { minor == 3 ? .tlsv13 : .tlsv12 }
}
