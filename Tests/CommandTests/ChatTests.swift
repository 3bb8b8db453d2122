@testable import callbox
import CallboxClient
import CallboxTerminal
import Testing

@Suite("Chat")
struct ChatTests {
    private func entry(_ id: Int, _ text: String, own: Delivery? = nil) -> Entry {
        Entry(
            id: id, from: own == nil ? dana : nil, isOwn: own != nil, hour: 500_011, content: .text(text), delivery: own
        )
    }

    @Test("A line is a message, a command, or a mistyped command, which is not sent")
    func input() {
        #expect(ChatInput("Hello") == .message("Hello"))
        #expect(ChatInput("/help") == .command(.help))
        #expect(ChatInput("/QUIT now") == .command(.quit))
        #expect(ChatInput("/quti") == .unknown("quti"))
        #expect(ChatInput("//etc") == .message("/etc"))
        #expect(ChatInput("/quit\nis a line") == .message("/quit\nis a line"))
        #expect(ChatInput(" /quit") == .message(" /quit"))
    }

    @Test("An entry is shown once, however often it is looked at, and bad news of an own one is told")
    func news() {
        let when = When(now: 1_800_040_800)
        var model = ChatModel(sampleConversation(1), isPlain: false, isEchoed: false)
        let opening = model.opening([entry(1, "One")], resources: ResourceView.builtIn, role: .officer, when: when)
        #expect(opening.contains(Wrapping.hung("today, 7 pm, Dana Reyes (peer):\n  | One")))
        let second = [entry(1, "One"), entry(2, "Mine", own: .waiting)]
        #expect(
            model.news(sampleConversation(1, waiting: 1), second, when: when) == [
                Wrapping.hung("today, 7 pm, you:\n  | Mine")
            ])
        #expect(model.status == [Wrapping.hung("-- Dana Reyes (peer) · connecting … · 1 message waiting to be sent")])
        let third = [entry(1, "One"), entry(2, "Mine", own: .handedOver)]
        #expect(model.news(sampleConversation(1), third, when: when) == [])
        #expect(model.status == [Wrapping.hung("-- Dana Reyes (peer) · connecting … · all handed over")])
        let gone = model.news(
            sampleConversation(1, hasEnded: true), [entry(2, "Mine", own: .undeliverable)], when: when)
        #expect(
            gone == [
                Wrapping.hung("Callbox: your message “Mine” is NOT delivered: the other side is gone."),
                "Callbox: this conversation has ended. Nothing more can be said in it.",
            ])
        #expect(
            model.news(sampleConversation(1, hasEnded: true), [entry(2, "Mine", own: .undeliverable)], when: when) == []
        )
    }

    @Test("What comes in another conversation is said once")
    func elsewhere() {
        var model = ChatModel(sampleConversation(1), isPlain: false, isEchoed: false)
        #expect(model.elsewhere(sampleConversation(2)) == [])
        #expect(model.elsewhere(sampleConversation(2, unread: 1)).count == 1)
        #expect(model.elsewhere(sampleConversation(2, unread: 2)) == [])
        #expect(model.elsewhere(sampleConversation(3, unread: 1)).count == 1)
    }

    @Test("What the terminal has echoed is not shown again; what was said at another terminal is")
    func otherTerminal() {
        var model = ChatModel(sampleConversation(1), isPlain: true, isEchoed: true)
        let entries = ["Here", "Elsewhere"].enumerated().map { place, text in
            Entry(id: place + 1, from: nil, isOwn: true, hour: 500_000, content: .text(text), delivery: .waiting)
        }
        model.typed(entries[0])
        let lines = model.news(sampleConversation(1), entries, when: When(now: 1_800_040_800)).joined(separator: "\n")
        #expect(lines.contains("you: that is waiting to be sent.") && !lines.contains("| Here"))
        #expect(lines.contains("| Elsewhere"))
    }

    @Test("A relay that is lost and found again is told once each")
    func connection() {
        let lost = Trouble(.network, "The relay does not answer.", meaning: "", remedy: "")
        var model = ChatModel(sampleConversation(1), isPlain: false, isEchoed: false)
        #expect(model.connected() == [])
        #expect(model.disconnected(lost).count == 1)
        #expect(model.disconnected(lost) == [])
        #expect(model.status[0].contains("not connected, trying again"))
        #expect(model.connected() == ["Callbox: connected again."])
        #expect(model.connected() == [])
    }

    @Test("What does not go through is told with what it means and what to do, and acts on no terminal")
    func trouble() {
        let evil = Trouble(.full, "It is full\u{1B}[2J.", meaning: "It is kept.", remedy: "Wait.")
        let lines = ChatModel.troubled(evil)
        #expect(lines.count == 1 && !lines[0].contains("\u{1B}"))
        #expect(lines[0].hasPrefix(Wrapping.hung("Callbox: It is full")) && lines[0].hasSuffix("It is kept. Wait."))
    }

    @Test("A chat shows what comes, sends what is typed, keeps what is half written, and leaves the terminal clean")
    func live() async {
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.entries = [1: [self.entry(1, "I am here.")]]
        }
        let terminal = ScriptedTerminal(
            canRedraw: true,
            typed: ["Hel", "lo\u{1B}\rthere\r", "\u{1B}[200~pasted\nlines\u{1B}[201~", "\r", "half", "\u{3}"])
        #expect(await run(["chat"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(client.asked.filter { $0.hasPrefix("say") } == ["say in 1: Hello\nthere", "say in 1: pasted\nlines"])
        var screen = PaperScreen(columns: 80, rows: 24)
        screen.write(terminal.screen)
        #expect(screen.faults == [])
        let lines = screen.text
        #expect(lines.filter { $0 == "  | I am here." }.count == 1)
        #expect(lines.filter { $0 == "  | there" }.count == 1)
        #expect(!lines.contains { $0.hasPrefix("--") || $0.hasPrefix("> ") || $0.contains("half") })
    }

    @Test("What arrives while something is being written is shown above it, once")
    func arriving() async {
        let client = PaperClient {
            $0.conversations = [sampleConversation(1), sampleConversation(2)]
            $0.happenings = [
                .connected, .changed(conversation: 1), .changed(conversation: 2), .changed(conversation: 1),
            ]
            $0.changes = [1: { $0.entries[1, default: []].append(self.entry(5, "Still there?")) }]
        }
        let terminal = ScriptedTerminal(canRedraw: true, typed: ["x"])
        #expect(await run(["chat", "1"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(terminal.screen.ranges(of: "| Still there?").count <= 1)
    }

    @Test("Where nothing can be drawn anew, a chat is plain lines, in and out")
    func plain() async {
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.entries = [1: [self.entry(1, "I am here.")]]
        }
        let terminal = ScriptedTerminal(hasPerson: false, input: "", typed: ["one\\\ntwo\n", "/nonsense\n", "the end"])
        #expect(await run(["chat", "1"], on: terminal, door: PaperDoor(client)) == 0)
        #expect(client.asked.filter { $0.hasPrefix("say") } == ["say in 1: one\ntwo", "say in 1: the end"])
        #expect(terminal.written(.person) == "")
        #expect(terminal.written(.result).contains("there is no command /nonsense; nothing was sent"))
        #expect(terminal.written(.result).contains("today, 7 pm, you (waiting to be sent):\n  | one\n  | two"))
        #expect(!terminal.written(.result).contains("\u{1B}"))
    }

    @Test("What could not be said is said not to be sent, and stands there again")
    func refused() async {
        let client = PaperClient {
            $0.conversations = [sampleConversation(1)]
        }
        let terminal = ScriptedTerminal(canRedraw: true, typed: ["/lock\r"])
        let door = PaperDoor(client)
        #expect(await run(["chat", "1"], on: terminal, door: door) == 0)
        #expect(door.asked == ["lock"])
        #expect(terminal.screen.contains("\u{1B}[3J"))
        let failing = PaperClient {
            $0.conversations = [sampleConversation(1)]
            $0.trouble = Trouble(.disk, "The disk is full.", meaning: "Nothing was stored.", remedy: "Make room.")
        }
        let other = ScriptedTerminal(canRedraw: true, typed: ["Hello\r"])
        _ = await run(["chat", "1"], on: other, door: PaperDoor(failing))
        #expect(!failing.asked.isEmpty)
    }
}
