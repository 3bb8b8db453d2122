internal import ArgumentParser
internal import CLinux
internal import CallboxClient
internal import CallboxTerminal

extension Program {
    /// `callbox program refresh`
    struct Refresh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say by the online key that the newest document is the newest. Every day, by a timer.",
            discussion: """
                After three days without it every Callbox warns, after seven none begins a conversation. It also says what runs out in the next 21 days: the document, the token \
                epochs, credentials. In a timer give the passphrase by --passphrase-file, in a file that only this user can read.
                """)

        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let report = try await OfficeDesk.open(options).refresh()
            if output.json {
                return try Terminal.json(
                    OfficeJSON.Refreshed(
                        version: report.version, time: report.time, bulletin: report.bulletin, warnings: report.warnings
                    ))
            }
            Terminal.say(
                "Said: version \(report.version)\(report.bulletin.map { " and bulletin \($0) are" } ?? " is") the newest, on \(Office.written(report.time))."
            )
            Program.warn(report.warnings)
        }
    }

    /// `callbox program codes`
    struct Codes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw enrolment codes: slips for officers, of whom nobody knows who has which.",
            discussion: """
                The relay learns their hashes, in one request. Slips are printed only when it has them, and nobody keeps a code: print more than you need, and let people draw \
                from a hat.
                """)

        @Argument(help: "How many, 1 to 1000.") var count: Int
        @Option(help: ArgumentHelp("Into a new file, for its owner alone.", valueName: "file")) var to: String?
        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard to == nil || !output.json else { throw ValidationError("--to or --json, not both") }
        }

        func run() async throws {
            if let to {
                guard (try? Terminal.device.readFile(to, limit: 1 << 30)) == nil else {
                    throw Trouble(
                        .usage, "There is a file \(to) already.", meaning: "No codes were made.",
                        remedy: "Name another one.")
                }
                // A folder in which nothing can be written must not cost the slips.
                try PaperFolder.write([], to: to)
            }
            let (codes, name) = try await draw()
            if output.json { return try Terminal.json(OfficeJSON.Codes(codes: codes)) }
            let slips = codes.map { Self.slip($0, name: name) }.joined(separator: "\n") + "\n"
            if let to {
                try PaperFolder.write(Array(slips.utf8), to: to)
                Terminal.say("\(codes.count) slips are in \(to). Print them, cut them, and destroy the file.")
            } else {
                Terminal.device.write(slips, to: .result)
            }
        }

        private func draw() async throws -> (codes: [String], name: String) {
            do {
                let office = try OfficeDesk.open(options)
                let name = try office.show().name.map { Inert.line($0, columns: 60) } ?? ""
                Terminal.tell("Telling the relay their hashes …")
                return (try await office.drawCodes(count), name)
            } catch {
                if let to { PaperFolder.remove(to) }
                throw error
            }
        }

        private static func slip(_ code: String, name: String) -> String {
            """
            - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
              \(name)
              Your code:  \(code)
              It is yours alone, and tied to no name. Start with: callbox join
            """
        }
    }

    /// `callbox program bulletin`
    struct BulletinPost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bulletin", abstract: "Tell everybody something, by your signature alone.",
            discussion: """
                The text is piped in, or you are asked for it. It reaches people after the next `callbox program refresh` of the online key; they read it with \
                `callbox bulletins`.
                """)

        @Argument(help: "The headline.") var title: String
        @Option(
            help: ArgumentHelp("When it happened, by your clock: \"2027-01-15 08:30\", or: now.", valueName: "time"))
        var incident: String?
        @Flag(help: "No incident.") var news = false
        @Flag(help: "Does not ask.") var yes = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard news != (incident != nil) else { throw ValidationError("--incident TIME or --news") }
        }

        func run() async throws {
            let time = try incident.map(Self.seconds)
            let text = try await message.text("The text for everybody")
            let office = try OfficeDesk.open(options)
            Terminal.say(Inert.line(title))
            if let time { Terminal.say("It happened on \(Office.written(time)).") }
            Terminal.say(Terminal.quote(text))
            let isSure =
                try yes
                || Terminal.confirm(
                    "Everybody in the program reads this, and nobody can take it back. Post it?",
                    elsewhere: "Say --yes when you are sure.")
            guard isSure else { return Terminal.tell("Nothing was posted.") }
            Terminal.tell("Bringing it to the relay …")
            let number = try await office.post(title: title, text: text, incidentAt: time)
            Terminal.say("Posted, as bulletin \(number). It reaches people with the next `callbox program refresh`.")
        }

        private static func seconds(_ text: String) throws -> Int {
            if text == "now" { return Terminal.when.now }
            guard let local = Office.seconds(text) else {
                throw Trouble(
                    .usage, "This is no time.", meaning: "Nothing was posted.",
                    remedy: "Write it like this: \"2027-01-15 08:30\"")
            }
            // Local time is ahead of UTC by what it was ahead then, also around a change of clocks.
            let guess = local - Int(linux_seconds_east(Int64(local)))
            return local - Int(linux_seconds_east(Int64(guess)))
        }
    }

    /// `callbox program invite`
    struct InvitePaper: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite", abstract: "Print the invite and the root's digest; or a poster; or the QR code.",
            discussion: "Nothing in an invite is secret. Scanning it asks no server, and says nothing to anybody.")

        @Option(
            help: ArgumentHelp(
                "Write a poster of plain text into this file, for a typewriter's letters.", valueName: "file"))
        var poster: String?
        @Flag(name: .customLong("qr"), help: "Print the QR code.") var showsCode = false
        @Flag(help: "With --qr: for light letters on a dark screen.") var dark = false
        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard !dark || showsCode else { throw ValidationError("--dark goes with --qr") }
        }

        func run() async throws {
            let invitation = try OfficeDesk.open(options).invitation()
            if let poster {
                let text = invitation.poster().map { Inert.line($0) + "\n" }.joined()
                try PaperFolder.write(Array(text.utf8), to: poster)
                Terminal.tell(
                    "The poster is in \(poster). Print it in letters of one width, and scan its code once before you hang it up."
                )
            }
            if output.json {
                return try Terminal.json(OfficeJSON.Invite(invite: invitation.text, rootDigest: invitation.rootDigest))
            }
            guard showsCode else {
                if poster == nil {
                    // In one piece, to be copied: no line is broken.
                    Terminal.device.write(invitation.text + "\n", to: .result)
                    Terminal.tell("The root's digest: \(invitation.rootDigest)")
                }
                return
            }
            guard let code = invitation.code else {
                throw Trouble(
                    .usage, "The relay's address is too long for a QR code of 80 columns.",
                    meaning: "Nothing was drawn.",
                    remedy: "Use the invite as text.")
            }
            let lines = code.lines(ink: dark ? .light : .dark)
            Terminal.device.write(lines.joined(separator: "\n") + "\n", to: .result)
            if !dark, Terminal.device.canRedraw {
                Terminal.tell("If it does not scan, and your screen is dark: --qr --dark")
            }
        }
    }
}
