package import Logging
internal import SystemPackage

/// Lines on standard error: level and message, nothing else. Metadata is dropped, whoever attaches it: so no library can
/// put an identifier, an address or a key into the log. journald and others add the time.
package struct PlainLog: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    /// A log that says so much.
    package init(level: Logger.Level) { logLevel = level }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    package func log(event: LogEvent) {
        let line = "callboxd: \(event.level): \(event.message)\n"
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }
}
