internal import ArgumentParser
internal import CallboxCertificate
internal import CallboxRelay
internal import CallboxWire
internal import FoundationEssentials

/// `callboxd check`
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at settings, permissions, certificate, clock, disk and database.",
        discussion:
            "While the relay serves, or stands still. Mends nothing. Exits with 2 when something must be mended.")

    @OptionGroup var state: StateOption
    @OptionGroup var options: SettingOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let settings = try await options.settings(in: state.folder)
        let desk = try OperatorDesk(settings.state)
        let now = Int64(Date().timeIntervalSince1970)
        var findings = [Finding(.fine, "The settings are right: \(settings.url.text), at \(settings.listener.text).")]
        findings += Checkup.permissions(settings)
        findings += certificate(settings)
        findings += Checkup.clock(
            now: now, reckoned: try? desk.reckonedSeconds(), isSynchronized: Checkup.clockIsSynchronized)
        findings.append(Checkup.room(settings.state))
        findings += Checkup.log(settings.state)
        findings += Checkup.database(desk)
        if json {
            try Terminal.json(["findings": findings])
        } else {
            for finding in findings { Terminal.say("\(Self.mark(finding.weight)) \(finding.text)") }
        }
        if findings.contains(where: { $0.weight == .problem }) { throw ExitCode(2) }
    }

    private static func mark(_ weight: Finding.Weight) -> String {
        switch weight {
        case .fine: "ok      "
        case .warning: "warning "
        case .problem: "PROBLEM "
        }
    }

    private func certificate(_ settings: RelaySettings) -> [Finding] {
        guard let files = settings.tls else {
            return [Finding(.fine, "No certificate: something else on this machine speaks TLS or Tor.")]
        }
        let text = FileManager.default.contents(atPath: files.certificate).map { String(decoding: $0, as: UTF8.self) }
        guard (try? TLSContext(files)) != nil, let text, let certificate = try? RelayCertificate(pem: text) else {
            return [Finding(.problem, SettingsError.certificate(files.certificate).description)]
        }
        let pin = CrockfordBase32.encode(certificate.pin.bytes)
        let kind = certificate.isSelfSigned ? "of its own" : "of an authority"
        return [Finding(.fine, "The certificate is \(kind); its pin is \(pin).")] + Self.dates(certificate, now: Date())
    }

    /// Clients that go by the pin do not look at the dates; those that go by the authorities do.
    private static func dates(_ certificate: RelayCertificate, now: Date) -> [Finding] {
        let weight: Finding.Weight = certificate.isSelfSigned ? .warning : .problem
        let days = Int(certificate.notAfter.timeIntervalSince(now) / 86_400)
        if certificate.notBefore > now {
            return [Finding(weight, "The certificate is not valid yet: compare the clocks.")]
        }
        if certificate.notAfter < now { return [Finding(weight, "The certificate was valid until \(-days) days ago.")] }
        return [Finding(days < 14 ? .warning : .fine, "The certificate is valid for another \(days) days.")]
    }
}
