import CallboxCertificate
import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit

/// A real relay on a port of this machine, with TLS and a store in a folder of its own. Its clock began when the sample program is valid.
struct LiveRelay: Sendable {
    let port: Int
    let pin: TLSPin
    let identity: VerificationKey
    let state: StateFolder

    /// Serves while the body runs.
    static func serve(_ body: @escaping @Sendable (LiveRelay) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/callbox-transport-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try RelayCertificate.make(host: "127.0.0.1", now: Date())
        let files = TLSFiles(certificate: folder + "/tls.crt", key: folder + "/tls.key")
        try Data(made.certificate.pem.utf8).write(to: URL(fileURLWithPath: files.certificate))
        try Data(made.keyPEM.utf8).write(to: URL(fileURLWithPath: files.key))
        let tls = try TLSContext(files)
        let keys = try RelayKeys(seed: Secret(copying: [UInt8](repeating: 7, count: 32).span))
        let identity = keys.identity
        var limits = RelayLimits()
        limits.difficulty = try WorkDifficulty(bits: 6)
        let core = try await RelayCore.open(folder: folder, keys: keys, limits: limits, clock: SampleClock())
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = RelayServer(
            try .tls("127.0.0.1:0"), responder: relayRouter(core).buildResponder(), tls: tls, connectionLimit: 256,
            metrics: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { address in port.yield(address.port ?? 0) }
        try await testGracefulShutdown { stop in
            try await withThrowingTaskGroup { group in
                group.addTask { try await server.run() }
                for await port in ports {
                    try await body(
                        LiveRelay(port: port, pin: made.certificate.pin, identity: identity, state: StateFolder(folder))
                    )
                    stop.triggerGracefulShutdown()
                    break
                }
                try await group.waitForAll()
            }
        }
        try core.store.close()
    }
}

/// Begins at the sample program's time, and goes on from there.
struct SampleClock: RelayClock {
    private let start = ContinuousClock.now

    func wall() -> UInt64 { SampleProgram.now.seconds + UInt64(running()) }
    func running() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    func reading() -> ClockReading { ClockReading(wall: wall(), boot: "one", uptime: UInt64(running())) }
}
