internal import ArgumentParser
internal import CallboxRelay
internal import FoundationEssentials
internal import Logging

/// `callboxd serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the relay until SIGTERM.",
        discussion:
            "SIGTERM and SIGINT finish what is under way, 20 seconds at most. SIGHUP reads the certificate again.")

    @OptionGroup var state: StateOption
    @OptionGroup var options: SettingOptions

    func run() async throws {
        let process = ProcessInfo.processInfo
        let inherited = try InheritedSocket(environment: process.environment, processID: process.processIdentifier)
        let settings = try await options.settings(in: state.folder, inherited: inherited)
        let logger = Logger(label: "callboxd") { _ in PlainLog(level: settings.logLevel) }
        try await Relay.open(settings, logger: logger).run()
    }
}
