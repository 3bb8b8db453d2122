package import CallboxWire
package import Logging

/// How a relay is set up: read once, and right from then on.
package struct RelaySettings: Sendable {
    /// Where its state is.
    package let state: StateFolder
    /// What clients call it.
    package let url: RelayURL
    /// Where it listens.
    package let listener: Listener
    /// Its certificate, if it speaks TLS itself.
    package let tls: TLSFiles?
    /// The operator's listener.
    package let admin: Listener?
    /// How many connections it has at a time.
    package let connectionLimit: Int
    /// What its rules go by.
    package let limits: RelayLimits
    /// How much it says.
    package let logLevel: Logger.Level

    /// Reads the settings, each as text; those that `value` does not know have their usual one. `inherited` is a socket
    /// that was bound for us already.
    /// - Throws: what is wrong with the first that is wrong.
    package init(
        state: StateFolder, inherited: InheritedSocket? = nil, value: @escaping (Setting) -> String?
    ) throws(SettingsError) {
        let read = Reader(value: value)
        self.state = state
        url = try read.url()
        let isTLS = try read.word(.tls, ["on", "off"]) == "on"
        if let inherited {
            listener = try .inherited(inherited, isTLS: isTLS)
        } else {
            listener = try isTLS ? .tls(read.text(.listen)) : .plain(read.text(.listen))
        }
        tls = isTLS ? TLSFiles(certificate: state.path(read.text(.certificate)), key: state.path(read.text(.key))) : nil
        admin = try read.admin()
        connectionLimit = try read.number(.connections, 16...65_536)
        var limits = RelayLimits()
        limits.retentionDays = UInt32(try read.number(.retention, 1...90))
        limits.difficulty = try read.difficulty()
        self.limits = limits
        let words = ["error", "warning", "notice", "info", "debug"]
        logLevel = Logger.Level(rawValue: try read.word(.log, words)) ?? .notice
    }
}

private struct Reader {
    let value: (Setting) -> String?

    func text(_ setting: Setting) -> String { value(setting) ?? setting.usual }

    func number(_ setting: Setting, _ range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let number = Int(text(setting)), range.contains(number) else { throw .number(setting.variable, range) }
        return number
    }

    func word(_ setting: Setting, _ words: [String]) throws(SettingsError) -> String {
        let word = text(setting)
        guard words.contains(word) else { throw .word(setting.variable, words) }
        return word
    }

    func url() throws(SettingsError) -> RelayURL {
        do { return try RelayURL(text(.url)) } catch { throw .url(text(.url)) }
    }

    func admin() throws(SettingsError) -> Listener? {
        let text = text(.admin)
        guard text != "off" else { return nil }
        do {
            return try Listener.plain(text)
        } catch .plainOnNetwork {
            throw .adminOnNetwork(text)
        } catch {
            throw error
        }
    }

    func difficulty() throws(SettingsError) -> WorkDifficulty {
        let bits = try number(.difficulty, 0...40)
        do { return try WorkDifficulty(bits: UInt8(bits)) } catch { throw .number(Setting.difficulty.variable, 0...40) }
    }
}
