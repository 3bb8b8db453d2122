internal import CLinux
internal import Hummingbird
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import UnixSignals

/// A relay, made from its settings. `run()` serves until it is told to stop.
package struct Relay {
    private let settings: RelaySettings
    private let core: RelayCore
    private let tls: TLSContext?
    private let metrics: RelayMetrics
    private let logger: Logger

    /// Reads the keys and the certificate, and opens the store.
    /// - Throws: `SettingsError`, or what SQLite says.
    package static func open(_ settings: RelaySettings, logger: Logger) async throws -> Relay {
        let seed = try settings.state.readSeed()
        let keys = try RelayKeys(seed: seed)
        // Before the store: a wrong certificate is found without anything being touched.
        let tls = try settings.tls.map { files throws(SettingsError) in try TLSContext(files) }
        let core = try await RelayCore.open(
            folder: settings.state.path, keys: keys, limits: settings.limits, clock: SystemClock())
        return Relay(settings: settings, core: core, tls: tls, metrics: core.metrics, logger: logger)
    }

    /// Serves until SIGTERM or SIGINT: then accepts nothing more, finishes what is under way, and returns.
    /// - Throws: `RelayFailure.disk`; `SettingsError.listen` when an address cannot be had.
    package func run() async throws {
        let group = ServiceGroup(configuration: configuration)
        try await group.run()
        try core.store.close()
    }

    /// The last service is the first to stop: connections end before what they need.
    private var configuration: ServiceGroupConfiguration {
        var services: [any Service] = [
            StoreWatch(store: core.store, metrics: metrics, logger: logger) { linux_end_now(RelayFailure.exitCode) },
            Housekeeping(core),
            MemoryTrim(interval: .seconds(60)),
            CertificateReload(tls: tls, logger: logger),
        ]
        if let admin = settings.admin { services.append(adminServer(admin)) }
        services.append(server)
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.silent)
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        return configuration
    }

    private var server: some Service {
        RelayServer(
            settings.listener, responder: relayRouter(core).buildResponder(), tls: tls,
            connectionLimit: SelfDefence.connectionLimit(wanted: settings.connectionLimit), metrics: metrics,
            logger: logger
        ) { [logger] address in logger.notice("Listening at \(address).") }
    }

    private func adminServer(_ listener: Listener) -> some Service {
        let store = core.store
        let health = Health(
            isReady: { await (try? store.checkDisk()) != nil },
            gauges: {
                let counts = try? await store.counts()
                return RelayGauges(
                    cellsHeld: counts?.cells, mailboxes: counts.map { $0.sessionMailboxes + $0.intakeMailboxes },
                    diskFreeBytes: Disk.free(at: store.path))
            },
            metrics: metrics)
        return RelayServer(
            listener, responder: adminRouter(health).buildResponder(), tls: nil, connectionLimit: 64, metrics: nil,
            logger: logger
        ) { [logger] address in logger.notice("Health and metrics at \(address).") }
    }

    /// What libraries have to say stays unsaid: it is not ours to vouch for.
    static let silent = Logger(label: "callboxd") { _ in SwiftLogNoOpLogHandler() }
}
