internal import CallboxClient
internal import Synchronization

/// Opens vaults for commands, and goes to the relay for them, saying so.
enum Desk {
    /// How the world is reached; tests have another. The text is the SOCKS proxy that the person named.
    @TaskLocal static var door: @Sendable (_ proxy: String?) throws -> any Door = { try HTTPSDoor(proxy: $0) }

    /// What says that this process has a vault open.
    private static let holds = Mutex<[any Sendable]>([])

    /// Opens the person's vault: by keys that were remembered, by a passphrase that was given, or by asking, three times.
    static func open(_ options: GlobalOptions, toStay: Bool = false) throws -> any Client {
        let door = try door(options.proxy)
        try hold(options.place, toStay: toStay, door.announce)
        if let client = try door.openRemembered(options.place) { return client }
        if let given = try options.passphrase.given() { return try door.open(options.place, passphrase: given) }
        for _ in 1...2 {
            do {
                return try door.open(options.place, passphrase: askPassphrase())
            } catch let trouble as Trouble
                where [.locked, .usage].contains(trouble.kind) && trouble != Terminal.givenUp
            {
                guard Terminal.device.hasPerson else { throw trouble }
                Terminal.complain(trouble)
            }
        }
        return try door.open(options.place, passphrase: askPassphrase())
    }

    /// From now on `lock` ends this process, also while it only waits for an answer. To be called before the vault is opened, so that no lock falls
    /// between. Where that cannot be had, on a full disk for instance, only who stays is not let in.
    static func hold(_ home: Home, toStay: Bool = false, _ announce: (Home) throws -> any Sendable) throws {
        do {
            let held = try announce(home)
            holds.withLock { $0.append(held) }
        } catch let trouble as Trouble {
            if toStay { throw trouble }
        }
    }

    /// This process has no vault open any more.
    static func letGo() { holds.withLock { $0 = [] } }

    private static func askPassphrase() throws -> String {
        try Terminal.askSecret("Your passphrase", elsewhere: PassphraseOptions.elsewhere)
    }

    /// Sends what waits, and collects what is there. When nobody is reached it says so, and the command goes on with what is here.
    @discardableResult
    static func sync(_ client: any Client) async throws -> SyncReport? {
        Terminal.tell("Asking the relay …")
        do {
            let report = try await client.sync()
            report.troubles.forEach(Terminal.complain)
            return report
        } catch let trouble as Trouble {
            Terminal.complain(trouble)
            return nil
        }
    }

    /// Sends what was just written. What the relay did not take is kept: that is said, and told by the exit code. `said` is said
    /// when it has left, whatever else went wrong on the way: who is told that it was not sent says it again.
    static func deliver(_ client: any Client, in conversation: Int? = nil, said: String) async throws {
        Terminal.tell("Sending …")
        let report = try await client.sync()
        if report.stillWaiting == 0, !report.hasGivenUp {
            // Somebody in a room may have no session with us yet: what is for them waits beside the outbox.
            let waits = try conversation.map { try client.conversation($0).waitingToLeave > 0 } ?? false
            Terminal.say(
                waits
                    ? "Part of it is with the relay. The rest is kept here until everybody has come to this conversation, and goes out by itself."
                    : said)
            for trouble in report.troubles {
                let meaning = "What you wrote has left; this concerns the rest."
                Terminal.complain(Trouble(trouble.kind, trouble.happened, meaning: meaning, remedy: trouble.remedy))
            }
            return
        }
        if let trouble = report.troubles.first {
            report.troubles.dropFirst().forEach(Terminal.complain)
            throw trouble
        }
        Terminal.say("Kept here; it waits to be sent. Looking into the inbox later tries again: callbox inbox")
    }

    /// A passphrase for a new vault, or a new one for a vault: the one that was given by descriptor or file, or fresh words, shown once and typed once.
    static func newPassphrase(_ options: PassphraseOptions, words: Int) throws -> String {
        let door = try door(nil)
        if let given = try options.given() {
            try door.check(passphrase: given)
            let count = given.split { !$0.isLetter && $0 != "-" }.count
            guard count >= words else {
                throw Trouble(
                    .usage, "The passphrase has \(count) words, and \(words) are needed.", meaning: "Nothing was done.",
                    remedy: "Have one made: leave the option out, or take more words of the list.")
            }
            return given
        }
        let fresh = try door.freshPassphrase(words: words)
        try Terminal.showOnce(
            """
            This is your passphrase. It is shown this once, and nobody can give it to you again.
            Write it on paper now, and keep the paper where nobody else looks.

                \(fresh)

            """, then: "Press Enter when you have written it down",
            elsewhere: PassphraseOptions.elsewhere)
        while true {
            let typed = try Terminal.askSecret(
                "Type it once, from the paper. Capitals and spaces do not matter",
                elsewhere: PassphraseOptions.elsewhere)
            do {
                try door.check(passphrase: typed)
                if letters(typed) == letters(fresh) { return fresh }
                Terminal.show("These are words of the list, but not the ones that were shown. Look at the paper again.")
            } catch let trouble as Trouble {
                Terminal.complain(trouble)
            }
        }
    }

    /// Makes a vault; when that fails, whoever has just written a passphrase down is told that it opens nothing.
    static func making(_ body: () async throws -> any Client) async throws -> any Client {
        do {
            return try await body()
        } catch let trouble as Trouble {
            throw Trouble(
                trouble.kind, trouble.happened,
                meaning: "No vault was made: a passphrase that you were just shown opens nothing.",
                remedy: [.network, .full].contains(trouble.kind)
                    ? "Look whether this machine is online, then run the command again." : trouble.remedy)
        }
    }

    private static func letters(_ text: String) -> String { text.lowercased().filter(\.isLetter) }
}
