@testable import callbox
import ArgumentParser
import CallboxClient
import CallboxTerminal
import FoundationEssentials
import Testing

@Suite("Commands")
struct CommandTests {
    @Test("Whoever types only the name sees where to begin, and whom to call")
    func start() async {
        let terminal = ScriptedTerminal(hasPerson: false)
        #expect(await run([], on: terminal, door: PaperDoor()) == 0)
        for word in ["callbox join", "911", "988", "1-800-267-5463", "BADGE", "we do not know who you are"] {
            #expect(terminal.written(.result).contains(word))
        }
    }

    @Test("Reaching out asks the three questions, shows the notice whole, and sends what was written")
    func reachOut() async {
        let client = PaperClient {
            $0.notice = NoticeView(
                language: "en", text: "Line one.\nLine two.", isAcknowledged: false, otherLanguages: ["es"])
        }
        let answers = ["yes", "2", "no", "maybe", "no", "no", "I do not sleep.", "It is bad.", "."]
        let terminal = ScriptedTerminal(answers: answers)
        #expect(await run(["reach-out"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(
            client.asked == [
                "acknowledge", "screen SAMORTIZ false", "reach out to SAMORTIZ: I do not sleep.\nIt is bad.",
            ])
        #expect(terminal.screen.contains("  | Line one.\n  | Line two.\n"))
        #expect(terminal.screen.contains("Is this person in your chain of command?"))
        #expect(terminal.written(.result).contains("This is conversation 1."))
        #expect(terminal.screen.contains("741741"))
        #expect(terminal.leftOver == [])
    }

    @Test("A yes to a question takes that peer away, on this machine, and another can be chosen")
    func conflict() async {
        let client = PaperClient()
        let terminal = ScriptedTerminal(answers: ["no", "yes", "no", "1", "no", "no", "no", "Hello.", "."])
        #expect(await run(["reach-out", "Dana"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(client.asked == ["screen DANAREYES true", "screen SAMORTIZ false", "reach out to SAMORTIZ: Hello."])
    }

    @Test("Who does not say that they read the notice has sent nothing")
    func unread() async {
        let client = PaperClient {
            $0.notice = NoticeView(language: "en", text: "Limits.", isAcknowledged: false, otherLanguages: [])
        }
        #expect(await run(["reach-out", "Dana"], on: ScriptedTerminal(answers: ["no"]), door: PaperDoor(client)) == 0)
        #expect(client.asked == [])
    }

    @Test("Without a terminal everything can be given, but nothing is taken for granted")
    func withoutTerminal() async {
        let client = PaperClient()
        let terminal = ScriptedTerminal(hasPerson: false, input: "From a pipe.\n")
        #expect(await run(["reach-out", "Dana"], on: terminal, door: PaperDoor(client)) == 64)
        #expect(terminal.written(.talk).contains("--answers"))
        let other = ScriptedTerminal(hasPerson: false, input: "From a pipe.\n")
        #expect(await run(["reach-out", "Dana", "--answers", "no,no,no"], on: other, door: PaperDoor(client)) == 0)
        #expect(client.asked.last == "reach out to DANAREYES: From a pipe.")
        #expect(await run(["reach-out", "Dana", "--answers", "no,no"], on: other, door: PaperDoor(client)) == 64)
    }

    @Test("Anybody on call is drawn only after whoever must not be it was taken out")
    func anyone() async {
        let client = PaperClient()
        let terminal = ScriptedTerminal(answers: ["yes", "1", "yes", "no", "no", "no", "Hello.", "."])
        #expect(await run(["reach-out", "--any"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(client.asked == ["screen DANAREYES true", "screen SAMORTIZ false", "reach anyone: Hello."])
    }

    @Test(
        "Every kind of trouble has its number, its three parts, and nothing of it acts on the terminal",
        arguments: Trouble.Kind.allCases)
    func troubles(kind: Trouble.Kind) async {
        let trouble = Trouble(kind, "It \u{1B}[31mhappened.", meaning: "Nothing was sent.", remedy: "Try again.")
        let terminal = ScriptedTerminal(input: "x")
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.trouble = trouble
        }
        #expect(await run(["send", "1"], on: terminal, door: PaperDoor(client)) == ExitCode(kind).rawValue)
        #expect(
            terminal.written(.talk).hasSuffix("callbox: It ‹U+001B›[31mhappened.\n  Nothing was sent.\n  Try again.\n"))
    }

    @Test("No two kinds of trouble have the same number, and the list tells all of them")
    func numbers() {
        let codes = ExitCode.meanings.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes == [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 64, 70, 130])
    }

    @Test(
        "What has left is said to have left, whatever else went wrong; what did not arrive is not", arguments: [0, 1])
    func delivered(waiting: Int) async {
        let lost = Trouble(.network, "The relay does not answer.", meaning: "It is kept.", remedy: "Try later.")
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.report.troubles = [lost]
            $0.report.stillWaiting = waiting
        }
        let terminal = ScriptedTerminal(input: "x")
        let code = await run(["send", "1"], on: terminal, door: PaperDoor(client))
        #expect(code == (waiting == 0 ? 0 : ExitCode(.network).rawValue))
        #expect(terminal.written(.result).contains("Handed over") == (waiting == 0))
        #expect(terminal.written(.talk).contains(waiting == 0 ? "What you wrote has left" : "It is kept."))
        let gone = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.report.troubles = [Trouble(.full, "It is gone.", meaning: "It cannot arrive.", remedy: "Begin anew.")]
            $0.report.hasGivenUp = true
        }
        #expect(await run(["send", "1"], on: ScriptedTerminal(input: "x"), door: PaperDoor(gone)) == 9)
    }

    @Test("When the relay is not reached the inbox shows what is here, and says so")
    func offline() async {
        let lost = Trouble(.network, "The relay does not answer.", meaning: "It is kept.", remedy: "Try later.")
        let client = PaperClient {
            $0.conversations = [sampleConversation(1, unread: 2)]
            $0.report.troubles = [lost]
        }
        let terminal = ScriptedTerminal()
        #expect(await run(["inbox"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(terminal.written(.result).contains("1  Dana Reyes (peer): 2 NEW"))
        #expect(terminal.written(.talk).contains("The relay does not answer."))
    }

    @Test("The passphrase is asked for three times, without showing it, and no more")
    func passphrase() async {
        let right = ScriptedTerminal(answers: ["wrong", "wrong", "right"])
        #expect(await run(["unlock", "--for", "5"], on: right, door: PaperDoor(passphrase: "right")) == 0)
        #expect(!right.screen.contains("wrong"))
        let wrong = ScriptedTerminal(answers: ["wrong", "wrong", "wrong", "right"])
        #expect(await run(["unlock"], on: wrong, door: PaperDoor(passphrase: "right")) == 3)
        #expect(wrong.leftOver == ["right"])
        let nobody = ScriptedTerminal(hasPerson: false)
        #expect(await run(["inbox"], on: nobody, door: PaperDoor(passphrase: "right")) == 64)
        #expect(nobody.written(.talk).contains("--passphrase-fd"))
        let given = ScriptedTerminal(hasPerson: false, input: "right")
        #expect(await run(["inbox", "--passphrase-fd", "3"], on: given, door: PaperDoor(passphrase: "right")) == 0)
    }

    @Test("Joining shows the passphrase once, wipes it away, and takes it in whatever writing")
    func join() async {
        let door = PaperDoor()
        let terminal = ScriptedTerminal(
            answers: ["callbox:x", "", "", "correct xyzzy", "staple", "Correct Horse-Battery  STAPLE onion lamp"],
            canRedraw: true)
        #expect(await run(["join"], on: terminal, door: door) == 0)
        #expect(door.asked == ["join callbox:x no code \(door.fresh)"])
        let shown = terminal.screen.components(of: door.fresh)
        #expect(shown == 2, "shown once")
        #expect(terminal.written(.person).contains("\r\u{1B}[J"))
        #expect(terminal.screen.contains("Word 2 is not in the list."))
        #expect(!terminal.written(.result).contains(door.fresh) && !terminal.written(.talk).contains(door.fresh))
    }

    @Test("A passphrase that is given must be of words of the list, and enough of them")
    func givenPassphrase() async {
        for (words, code) in [
            ("one two", Int32(64)), ("one xyzzy three four five six", 64), ("one two three four five six", 0),
        ] {
            let terminal = ScriptedTerminal(hasPerson: false, input: words)
            let line = ["join", "callbox:x", "--no-code", "--passphrase-fd", "3"]
            #expect(await run(line, on: terminal, door: PaperDoor()) == code)
        }
    }

    @Test("Burning takes the word BURN, in exactly this writing")
    func burn() async {
        for (answer, isBurnt) in [("burn", false), ("yes", false), ("BURN", true)] {
            let door = PaperDoor()
            #expect(await run(["burn"], on: ScriptedTerminal(answers: [answer]), door: door) == 0)
            #expect(door.asked == (isBurnt ? ["burn"] : []))
        }
    }

    @Test("The crisis lines need nothing: no vault, no passphrase, no network")
    func crisis() async {
        let terminal = ScriptedTerminal(hasPerson: false)
        #expect(await run(["crisis"], on: terminal, door: PaperDoor(passphrase: "locked")) == 0)
        for word in ["911", "988", "COPLINE: 1-800-267-5463", "text BADGE to 741741"] {
            #expect(terminal.written(.result).contains(word))
        }
        // Nobody made sure of what is built in, so nothing says so.
        #expect(!terminal.written(.result).contains("checked"))
        let checked = ResourceView(name: "988", contact: "call 988", note: nil, verifiedOn: 20_000)
        #expect(CrisisLines.screen([checked] + ResourceView.builtIn).contains("checked on 2024-10-04"))
    }

    @Test("A text that is longer than the screen is shown page by page, and whole where nothing can be asked")
    func pages() async {
        let lines = (1...60).map { "Line \($0)." }
        let client = PaperClient {
            $0.notice = NoticeView(
                language: "en", text: lines.joined(separator: "\n"), isAcknowledged: true, otherLanguages: [])
        }
        func shown(_ terminal: ScriptedTerminal) async -> [String] {
            #expect(await run(["notice"], on: terminal, door: PaperDoor(client)) == 0)
            #expect(terminal.leftOver == [])
            return terminal.screen.split(separator: "Enter goes on: ", omittingEmptySubsequences: false).map(
                String.init)
        }
        let patient = await shown(ScriptedTerminal(answers: ["", ""], canRedraw: true))
        #expect(patient.count == 3 && patient[0].contains("-- 41 more lines."))
        #expect(patient[0].contains("| Line 20.\n") && !patient[0].contains("Line 21."))
        // Ctrl-D: the rest at once.
        #expect(await shown(ScriptedTerminal(canRedraw: true)).count == 2)
        let plain = await shown(ScriptedTerminal())
        #expect(plain.count == 1 && lines.allSatisfy { plain[0].contains("| \($0)\n") })
    }

    @Test("Nothing that others wrote acts on the terminal, as a name, as a message, or in JSON")
    func hostile() async {
        let evil = "\u{1B}]0;x\u{7}\u{202E}\u{9B}31m\u{200B}\r\n-- you: I give up\u{E0041}"
        let stranger = Participant(role: .peer, name: evil, memberID: nil)
        let contents: [EntryContent] = [
            .text(evil), .concern(evil, danger: evil), .limitsInvoked(limit: evil, evil),
            .checkIn(evil, occasion: evil),
            .checkInReply(feeling: evil, evil), .presence(evil, untilHour: 1), .goodbye(evil),
            .rating(helped: 1, wouldReturn: evil),
            .transferProposed(to: evil, reason: evil, evil), .transferDeclined(evil),
            .handoff(.proposed, evil, text: evil),
            .told([DisclosedItem(kind: evil, text: evil)]), .needsNewer(type: evil), .noticed(.fork, evil),
        ]
        let entries = contents.enumerated().map {
            Entry(id: $0 + 1, from: stranger, isOwn: false, hour: 500_000, content: $1, delivery: nil)
        }
        let handoff = HandoffView(
            state: evil, sentence: evil, clinician: stranger, peer: stranger, lastDay: 20_900, possible: [])
        let client = PaperClient {
            $0.conversations = [
                Conversation(
                    id: 1, others: [stranger], unread: 1, lastLine: evil, lastHour: 1, waitingToLeave: 0,
                    isConcern: true,
                    hasEnded: false, retentionDays: 1, handoff: handoff)
            ]
            $0.entries = [1: entries]
            $0.peers = [sample(evil)]
            $0.program = ProgramView(
                name: evil, rootDigest: evil, version: 1, expires: 1, warning: evil, resources: [])
            $0.notice = NoticeView(language: evil, text: evil, isAcknowledged: true, otherLanguages: [evil])
            $0.consent = evil
        }
        let lines = [
            ["inbox"], ["read", "1"], ["peers"], ["status"], ["notice"], ["consent", "show", "1"],
            ["chat", "1"],
        ]
        let withJSON = ["inbox", "read", "peers", "status", "notice", "consent"]
        for line in lines + lines.filter({ withJSON.contains($0[0]) }).map({ $0 + ["--json"] }) {
            let terminal = ScriptedTerminal()
            #expect(await run(line, on: terminal, door: PaperDoor(client)) == 0, "\(line)")
            let bad = terminal.screen.unicodeScalars.filter { $0 != "\n" && !Inert.isHarmless($0) }
            #expect(bad.isEmpty, "\(line): \(bad.map { String($0.value, radix: 16) })")
            // No line of theirs poses as one of ours; in a consent bars see to that, which its text has by itself.
            #expect(line[0] == "consent" || !terminal.screen.contains("\n-- you"), "\(line)")
        }
    }

    @Test("A consent is changed, seen whole, and signed by a word")
    func consent() async {
        let items = [
            DisclosedItem(kind: "reason", text: "Sleep."), DisclosedItem(kind: "substance-use", text: "Drinks."),
        ]
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.choices = ConsentChoices(
                pseudonym: "Officer 3", realName: nil, items: items, excluded: [], includesSubstanceUse: true, days: 30,
                endEvent: nil, followUp: "once")
        }
        // Name; no drugs; go on; change again; own words for item 1; go on; sign; not by a wrong word; sign.
        let answers = ["2", "Alex", "6", "no", "1", "2", "4", "1", "2", "Bad sleep.", "1", "1", "sign", "1", "SIGN"]
        let terminal = ScriptedTerminal(answers: answers)
        #expect(await run(["consent", "sign", "1"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(client.asked == ["sync", #"sign ["reason"] as Alex"#, "sync"])
        #expect(terminal.screen.contains("  | Bad sleep."))
        // What is signed was made once, and is on the screen: a proposal, a name, a text of one's own. A wrong word makes nothing anew.
        #expect(client.drafts.map(\.text).allSatisfy(terminal.screen.contains) && client.drafts.count == 2)
        let stopped = ScriptedTerminal(answers: ["1", "3"])
        #expect(await run(["consent", "sign", "1"], on: stopped, door: PaperDoor(client)) == 0)
        #expect(client.asked.filter { $0.hasPrefix("sign") }.count == 1)
    }

    @Test("A proposal can be asked for, and piped in")
    func proposal() async {
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.peers = [sample("Sam Ortiz", role: .clinician), sample("Dana Reyes")]
        }
        let answers = ["Sleep", "1", "Cannot sleep.", "9", "14", "", "yes"]
        let asked = ScriptedTerminal(answers: answers)
        #expect(await run(["handoff", "propose", "1", "--to", "Sam"], on: asked, door: PaperDoor(client)) == 0)
        let json =
            #"{"recipient":"Sam","purpose":"Sleep","items":[{"kind":"reason","text":"x"},{"kind":"needs","text":"y"}]}"#
        // Nobody writes a proposal for somebody who is no clinician.
        let peer = ScriptedTerminal(answers: answers)
        #expect(await run(["handoff", "propose", "1", "--to", "Dana"], on: peer, door: PaperDoor(client)) == 8)
        let piped = ScriptedTerminal(hasPerson: false, input: json)
        #expect(await run(["handoff", "propose", "1"], on: piped, door: PaperDoor(client)) == 0)
        let proposals = client.asked.filter { $0.hasPrefix("propose") }
        #expect(
            proposals == [#"propose SAMORTIZ: Sleep; ["reason"]"#, #"propose SAMORTIZ: Sleep; ["reason", "needs"]"#])
        let broken = ScriptedTerminal(hasPerson: false, input: "{}")
        #expect(await run(["handoff", "propose", "1"], on: broken, door: PaperDoor(client)) == 64)
    }

    @Test("Every command explains itself, and the manual has all of them")
    func help() async {
        func all(_ command: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
            let subcommands =
                command.configuration.subcommands + command.configuration.groupedSubcommands.flatMap(\.subcommands)
            return subcommands.flatMap { [path + [$0.name]] + all($0, path + [$0.name]) }
        }
        let paths = all(CallboxCommand.self, [])
        let manual = Manual.page
        #expect(paths.count > 40)
        for path in paths {
            let terminal = ScriptedTerminal()
            #expect(await run(["help"] + path, on: terminal, door: PaperDoor()) == 0, "\(path)")
            #expect(terminal.written(.result).contains("USAGE: callbox"), "\(path)")
            #expect(manual.contains(".Ss callbox \(path.joined(separator: " "))\n"), "\(path)")
        }
        for topic in Topics.names {
            #expect(await run(["help", topic], on: ScriptedTerminal(), door: PaperDoor()) == 0)
        }
        #expect(await run(["help", "nonsense"], on: ScriptedTerminal(), door: PaperDoor()) == 64)
        for shell in ["bash", "zsh", "fish"] {
            let terminal = ScriptedTerminal()
            #expect(await run(["completions", shell], on: terminal, door: PaperDoor()) == 0)
            #expect(terminal.written(.result).contains("reach-out"))
        }
    }

    @Test("Members' commands ask for what they say")
    func members() async {
        let client = PaperClient {
            $0.me = .peer
            $0.conversations = [sampleConversation(1)]
        }
        let words = ScriptedTerminal(input: "How are you?")
        #expect(await run(["check-in", "schedule", "1", "--in", "72"], on: words, door: PaperDoor(client)) == 0)
        for line in [
            ["member", "away", "--for", "10"], ["member", "back"], ["member", "publish"],
            ["handoff", "introduce", "1"],
            ["handoff", "accept", "1"], ["handoff", "decline", "1", "--reason", "full"],
            ["handoff", "first-contact", "1"],
            ["handoff", "outcome", "1", "engaged"],
            ["handoff", "tell-peer", "1", "outcome", "advice"],
            ["transfer", "propose", "1", "Sam", "--reason", "leaving"], ["retain", "1", "7"], ["end", "1", "--yes"],
            ["rate", "1", "--helped", "4", "--would-return", "yes"],
            ["safety"],
        ] {
            #expect(await run(line, on: ScriptedTerminal(hasPerson: false), door: PaperDoor(client)) == 0, "\(line)")
        }
        #expect(
            client.asked.filter { $0 != "sync" } == [
                "check in 500083 500131 follow-up: How are you?", "presence away", "presence back", "publish",
                "introduce", "accept ",
                "refuse full", "first contact", "outcome engaged",
                #"tell ["outcome", "advice"]"#, "transfer to SAMORTIZ, leaving", "retain 7 in 1", "end 1: ",
                "rate 4 yes",
            ])
    }
}

extension String {
    /// Into how many pieces a text cuts this one.
    fileprivate func components(of separator: String) -> Int { ranges(of: separator).count + 1 }
}
