import CallboxWire
import Logging
import Testing

@testable import CallboxRelay

@Suite("Settings")
struct SettingsTests {
    private let state = StateFolder("/nowhere")

    private func settings(_ values: [Setting: String]) throws(SettingsError) -> RelaySettings {
        try RelaySettings(state: state) { values[$0] }
    }

    @Test("A relay of which nothing is said speaks TLS on port 8443, with 8,192 connections and cells for 14 days")
    func usual() throws {
        let settings = try settings([:])
        #expect(settings.url.text == "https://localhost:8443")
        #expect(settings.listener.text == "0.0.0.0:8443")
        #expect(settings.listener.isTLS)
        #expect(settings.tls == TLSFiles(certificate: "/nowhere/tls.crt", key: "/nowhere/tls.key"))
        #expect(settings.admin?.text == "127.0.0.1:9464")
        #expect(settings.connectionLimit == 8_192)
        #expect(settings.limits.retentionDays == 14)
        #expect(settings.logLevel == .notice)
    }

    @Test(
        "Plain HTTP is for this machine only",
        arguments: [
            ("127.0.0.1:80", true), ("127.9.9.9:80", true), ("[::1]:80", true), ("unix:/run/callboxd/http", true),
            ("0.0.0.0:80", false), ("[::]:80", false), ("192.168.1.1:80", false), ("[fe80::1]:80", false),
            ("[::ffff:127.0.0.1]:80", false), ("localhost:80", false), ("relay.example.org:80", false),
            ("128.0.0.1:80", false), ("2130706433:80", false),
        ])
    func plain(address: String, isAllowed: Bool) throws {
        if isAllowed {
            let settings = try settings([.tls: "off", .listen: address])
            #expect(!settings.listener.isTLS)
            #expect(settings.tls == nil)
            #expect(settings.listener.text == address)
        } else {
            #expect(throws: SettingsError.plainOnNetwork(address)) {
                try settings([.tls: "off", .listen: address])
            }
        }
        #expect(try settings([.tls: "on", .listen: address]).listener.isTLS)
    }

    @Test(
        "The admin listener is for this machine only, TLS or not", arguments: ["0.0.0.0:9464", "relay.example.org:1"])
    func admin(address: String) throws {
        #expect(throws: SettingsError.adminOnNetwork(address)) { try settings([.admin: address]) }
        #expect(try settings([.admin: "off"]).admin == nil)
    }

    @Test(
        "What is no address is said to be none",
        arguments: ["", "80", ":80", "a:", "a:b", "a:70000", "::1:80", "[]:80", "unix:", "unix:relative"])
    func address(text: String) {
        #expect(throws: SettingsError.address(text)) { try settings([.listen: text]) }
    }

    @Test("A socket path longer than the kernel takes is no address")
    func longPath() {
        let path = "unix:/" + String(repeating: "a", count: 107)
        #expect(throws: SettingsError.address(path)) { try settings([.listen: path]) }
    }

    @Test(
        "A number outside its range is refused by name, with the range",
        arguments: [
            (Setting.connections, "15", 16...65_536), (.connections, "many", 16...65_536), (.retention, "0", 1...90),
            (.retention, "91", 1...90), (.difficulty, "41", 0...40), (.difficulty, "-1", 0...40),
        ])
    func number(setting: Setting, text: String, range: ClosedRange<Int>) {
        #expect(throws: SettingsError.number(setting.variable, range)) { try settings([setting: text]) }
    }

    @Test("A word that is none of its list is refused with the list")
    func word() {
        #expect(throws: SettingsError.word("CALLBOXD_TLS", ["on", "off"])) { try settings([.tls: "yes"]) }
        #expect(throws: SettingsError.self) { try settings([.log: "trace"]) }
        #expect(throws: SettingsError.url("http://relay.example.org")) {
            try settings([.url: "http://relay.example.org"])
        }
    }

    @Test("Without a socket of systemd's there is none, and one that was not bound is refused")
    func inherited() throws {
        #expect(try InheritedSocket(environment: [:], processID: 7) == nil)
        #expect(try InheritedSocket(environment: ["LISTEN_FDS": "1", "LISTEN_PID": "8"], processID: 7) == nil)
        #expect(throws: SettingsError.inherited) {
            try InheritedSocket(environment: ["LISTEN_FDS": "2", "LISTEN_PID": "7"], processID: 7)
        }
    }

    @Test("The clock is a problem when it stands too early or went back, and a warning when nobody sets it")
    func clock() {
        let now: Int64 = 1_800_000_000
        #expect(Checkup.clock(now: now, reckoned: now, isSynchronized: true).map(\.weight) == [.fine])
        #expect(Checkup.clock(now: now, reckoned: now - 86_400, isSynchronized: true).map(\.weight) == [.fine])
        #expect(Checkup.clock(now: now, reckoned: nil, isSynchronized: false).map(\.weight) == [.warning])
        #expect(Checkup.clock(now: now, reckoned: now + 301, isSynchronized: true).map(\.weight) == [.problem])
        #expect(Checkup.clock(now: 1_000_000, reckoned: nil, isSynchronized: true).map(\.weight) == [.problem])
    }
}
