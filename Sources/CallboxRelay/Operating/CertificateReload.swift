internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Reads the certificate again on SIGHUP. One that cannot be read changes nothing.
struct CertificateReload: Service {
    let tls: TLSContext?
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            guard let tls else {
                logger.notice(
                    "SIGHUP: there is no certificate to read again, for this relay does not speak TLS itself.")
                continue
            }
            do throws(SettingsError) {
                try tls.reload()
                logger.notice("SIGHUP: new connections get the certificate that is there now.")
            } catch {
                logger.error("SIGHUP: the certificate stays as it was. \(error)")
            }
        }
    }
}
