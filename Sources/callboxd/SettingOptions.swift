internal import ArgumentParser
internal import CallboxRelay
internal import Configuration
internal import FoundationEssentials
internal import SystemPackage

/// The settings as flags, and where else they come from.
struct SettingOptions: ParsableArguments {
    @Option(help: ArgumentHelp(Setting.url.comment))
    var url: String?
    @Option(help: ArgumentHelp(Setting.listen.comment))
    var listen: String?
    @Option(help: ArgumentHelp(Setting.tls.comment))
    var tls: String?
    @Option(help: ArgumentHelp(Setting.certificate.comment))
    var certificate: String?
    @Option(help: ArgumentHelp(Setting.key.comment))
    var key: String?
    @Option(help: ArgumentHelp(Setting.admin.comment))
    var admin: String?
    @Option(help: ArgumentHelp(Setting.connections.comment))
    var connections: String?
    @Option(help: ArgumentHelp(Setting.retention.comment))
    var retention: String?
    @Option(help: ArgumentHelp(Setting.difficulty.comment))
    var difficulty: String?
    @Option(help: ArgumentHelp(Setting.log.comment))
    var log: String?

    /// The settings of a state folder: flags before the environment before its file.
    func settings(in state: StateFolder, inherited: InheritedSocket? = nil) async throws -> RelaySettings {
        guard FileManager.default.fileExists(atPath: state.path) else { throw SettingsError.noState(state.path) }
        try Self.refuseUnknown(in: state.environment)
        let reader = ConfigReader(providers: [
            InMemoryProvider(name: "flags", values: flags),
            EnvironmentVariablesProvider(),
            try await EnvironmentVariablesProvider(
                environmentFilePath: FilePath(state.environment), allowMissing: true),
        ])
        return try RelaySettings(state: state, inherited: inherited) { setting in
            reader.string(forKey: ["callboxd", setting.rawValue])
        }
    }

    private var flags: [AbsoluteConfigKey: ConfigValue] {
        let given: [Setting: String?] = [
            .url: url, .listen: listen, .tls: tls, .certificate: certificate, .key: key, .admin: admin,
            .connections: connections, .retention: retention, .difficulty: difficulty, .log: log,
        ]
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (setting, text) in given {
            guard let text else { continue }
            values[AbsoluteConfigKey(["callboxd", setting.rawValue])] = ConfigValue(.string(text), isSecret: false)
        }
        return values
    }

    /// A name that is misspelt in the file would otherwise be passed over in silence.
    private static func refuseUnknown(in file: String) throws(SettingsError) {
        guard let content = FileManager.default.contents(atPath: file) else { return }
        let known = Set(Setting.allCases.map(\.variable))
        for line in String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let name = line.prefix { $0 != "=" }.filter { $0 != " " }
            guard !name.isEmpty, !name.hasPrefix("#") else { continue }
            guard known.contains(name) else { throw .unknown(name) }
        }
    }
}
