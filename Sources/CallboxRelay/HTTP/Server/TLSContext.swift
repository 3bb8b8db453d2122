internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// Where a relay's certificate and its key are, in PEM.
package struct TLSFiles: Hashable, Sendable {
    /// The certificate, and those between it and an authority.
    package let certificate: String
    /// Its private key.
    package let key: String

    /// The two files.
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// The certificate that new connections get. It can be read again while the relay runs; connections that are open
/// keep theirs.
package final class TLSContext: Sendable {
    private let files: TLSFiles
    private let current: Mutex<NIOSSLContext>

    /// Reads the files.
    /// - Throws: `SettingsError.certificate` when they cannot be read, or do not belong together.
    package init(_ files: TLSFiles) throws(SettingsError) {
        self.files = files
        current = Mutex(try Self.read(files))
    }

    /// Reads the files again.
    /// - Throws: `SettingsError.certificate`; then everything stays as it was.
    package func reload() throws(SettingsError) {
        let context = try Self.read(files)
        current.withLock { $0 = context }
    }

    /// A handler for a connection that was just accepted.
    func makeHandler() -> NIOSSLServerHandler {
        var configuration = NIOSSLHandler.Configuration()
        // Else a connection keeps a buffer as large as the largest answer it ever got.
        configuration.maximumPreservedOutboundBufferCapacity = 512
        return NIOSSLServerHandler(context: current.withLock { $0 }, configuration: configuration)
    }

    private static func read(_ files: TLSFiles) throws(SettingsError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            return try NIOSSLContext(configuration: configuration(chain, key))
        } catch {
            throw .certificate(files.certificate)
        }
    }

    /// TLS 1.3 and nothing else. No client certificates; no early data, which NIOSSL does not have.
    private static func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        configuration.certificateVerification = .none
        configuration.shutdownTimeout = .seconds(5)
        return configuration
    }
}

/// Errors that come from TLS, and not from what was said through it.
enum TLSFailure {
    /// Whether this is one.
    static func isOne(_ error: any Error) -> Bool { error is NIOSSLError || error is BoringSSLError }
}
