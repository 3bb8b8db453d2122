internal import CallboxClient
internal import CallboxTerminal

/// The effects of a chat: one task stays in touch with the relay, one waits for keys, and this one takes what both tell, one thing after the other.
struct ChatLoop {
    /// What happens in a chat.
    private enum Event: Sendable {
        case happened(Happening)
        case terminal(LiveTerminal.Event)
        /// Nobody stays in touch any longer.
        case outOfTouch(Trouble)
    }

    /// Why a chat's screen is left.
    private enum Departure: Equatable { case quit, lock, sign, retry }

    let client: any Client
    let conversation: Int
    let options: GlobalOptions
    /// How many of the last entries stand at the top.
    let last: Int

    private var device: any TerminalDevice { Terminal.device }
    /// Whether nothing is drawn anew: then everything is a result, and can be piped on.
    private var isPlain: Bool { options.plain || !device.canRedraw || device.isInputPiped }
    private var place: Destination { isPlain ? .result : .person }

    func run() async throws {
        var model = ChatModel(
            try client.conversation(conversation), isPlain: isPlain, isEchoed: isPlain && !device.isInputPiped)
        let opening = try model.opening(
            client.entries(of: conversation, last: last), resources: client.resources(), role: client.me,
            when: device.when)
        device.write(Terminal.wrapped(opening) + "\n", to: .result)
        try client.markRead(conversation)
        while true {
            let departure = try await talk(&model)
            switch departure {
            case .quit: return try await leave(model)
            case .lock:
                try Desk.door(options.proxy).lock(options.place)
                if !isPlain { device.write("\u{1B}[H\u{1B}[2J\u{1B}[3J", to: .person) }
                return Terminal.tell("Locked. What was not sent yet is kept.")
            case .sign: try sign()
            case .retry: break
            }
        }
    }

    /// Until the person leaves the screen, for whatever reason.
    private func talk(_ model: inout ChatModel) async throws -> Departure {
        var departure = Departure.quit
        var screen = ChatScreen(isPlain: isPlain, columns: device.columns, rows: device.rows)
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let client = client
        let hasTerminal = try await device.live(isPlain: isPlain) { live in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await client.stayInTouch { continuation.yield(.happened($0)) }
                    } catch let trouble as Trouble {
                        continuation.yield(.outOfTouch(trouble))
                    } catch is CancellationError {}
                }
                group.addTask {
                    for await event in live.events { continuation.yield(.terminal(event)) }
                    continuation.yield(.terminal(.gone))
                }
                try refresh(&model, &screen)
                for await event in events {
                    if let reason = try take(event, &model, &screen, stop: live.stop) {
                        departure = reason
                        break
                    }
                }
                device.write(screen.removed(), to: place)
                group.cancelAll()
            }
        }
        guard hasTerminal else {
            throw Trouble(
                .usage, "There is no terminal to talk on.", meaning: "Nothing was sent.",
                remedy: "Pipe a message in instead: callbox send \(conversation) < file")
        }
        return departure
    }

    /// Returns why the screen is to be left.
    private func take(
        _ event: Event, _ model: inout ChatModel, _ screen: inout ChatScreen, stop: @Sendable () -> Void
    ) throws -> Departure? {
        switch event {
        case .happened(.changed(let id)):
            if id == conversation {
                try refresh(&model, &screen)
            } else {
                show(model.elsewhere(try client.conversation(id)), model, &screen)
            }
        case .happened(.connected): show(model.connected(), model, &screen)
        case .happened(.disconnected(let trouble)): show(model.disconnected(trouble), model, &screen)
        case .happened(.troubled(let trouble)): show(ChatModel.troubled(trouble), model, &screen)
        case .outOfTouch(let trouble):
            show(model.disconnected(trouble), model, &screen)
            show(["Callbox: \(Inert.passage(trouble.remedy)) /retry tries again."], model, &screen)
        case .terminal(.changed):
            device.write(screen.resize(columns: device.columns, rows: device.rows), to: place)
        case .terminal(.gone):
            for outcome in screen.end() {
                if let reason = try act(outcome, &model, &screen, stop: stop) { return reason }
            }
            return .quit
        case .terminal(.typed(let bytes)):
            let (outcomes, write) = screen.type(bytes)
            device.write(write, to: place)
            for outcome in outcomes { if let reason = try act(outcome, &model, &screen, stop: stop) { return reason } }
        }
        return nil
    }

    private func act(
        _ outcome: ChatScreen.Outcome, _ model: inout ChatModel, _ screen: inout ChatScreen, stop: @Sendable () -> Void
    ) throws -> Departure? {
        switch outcome {
        case .nothing: return nil
        case .leave: return .quit
        case .stop:
            device.write(screen.removed(), to: place)
            stop()
            return nil
        case .submitted(let line):
            switch ChatInput(line) {
            case .message(let text): say(text, &model, &screen)
            case .unknown(let word):
                show(
                    [
                        "Callbox: there is no command /\(Inert.line(word, columns: 20)); nothing was sent. /help lists them."
                    ], model, &screen)
            case .command(let command): return try perform(command, &model, &screen)
            }
            return nil
        }
    }

    private func say(_ text: String, _ model: inout ChatModel, _ screen: inout ChatScreen) {
        do {
            model.typed(try client.say(text, in: conversation))
            try refresh(&model, &screen)
        } catch {
            let trouble = error as? Trouble
            let words = [trouble?.happened, trouble?.meaning, trouble?.remedy].compactMap { $0 }.joined(separator: " ")
            show(["Callbox: NOT SENT. \(Inert.passage(words))"], model, &screen)
            device.write(screen.restore(text), to: place)
        }
    }

    private func perform(_ command: ChatCommand, _ model: inout ChatModel, _ screen: inout ChatScreen) throws
        -> Departure?
    {
        switch command {
        case .quit: return .quit
        case .lock: return .lock
        case .sign: return .sign
        case .retry: return .retry
        case .help: show([ChatCommand.list], model, &screen)
        case .who: show([ConversationScreen.head(model.conversation)], model, &screen)
        case .consent: show([try consent(model)], model, &screen)
        case .crisis:
            show(
                [
                    CrisisLines.screen(try client.resources()),
                    try client.me == .officer ? CrisisLines.nobodyComes : CrisisLines.nobodyCanBeSent,
                ], model, &screen)
        case .notice: show([NoticeScreen.text(try client.notice(language: nil))], model, &screen)
        case .safety: show([SafetyScreen.text], model, &screen)
        }
        return nil
    }

    private func consent(_ model: ChatModel) throws -> String {
        if let signed = try client.consentText(in: conversation) {
            return "You signed this:\n\n" + Inert.passage(signed)
        }
        guard model.conversation.handoff?.possible.contains(.signConsent) ?? false else {
            return "Nothing is proposed here that you could sign, and you have signed nothing."
        }
        let draft = try client.draftConsent(client.consentChoices(in: conversation), in: conversation)
        return
            "This is proposed. You have NOT signed it:\n\n\(Inert.passage(draft.text))\n\n/sign lets you change it and sign it."
    }

    private func sign() throws {
        do {
            guard
                let draft = try ConsentTalk(client: client, conversation: conversation).draft(
                    asProposed: false, isSure: false)
            else {
                return Terminal.show("You signed nothing.")
            }
            try client.sign(draft)
            Terminal.show("Signed. It goes out now.")
        } catch let trouble as Trouble {
            Terminal.complain(trouble)
        }
    }

    private func refresh(_ model: inout ChatModel, _ screen: inout ChatScreen) throws {
        let thread = try client.conversation(conversation)
        let news = model.news(thread, try client.entries(of: conversation, last: 200), when: device.when)
        show(news, model, &screen)
        if thread.unread > 0 { try client.markRead(conversation) }
    }

    private func show(_ lines: [String], _ model: ChatModel, _ screen: inout ChatScreen) {
        guard !lines.isEmpty else { return device.write(screen.update(status: model.status), to: place) }
        device.write(screen.print(lines.joined(separator: "\n"), status: model.status), to: place)
    }

    /// What waits is tried once more.
    private func leave(_ model: ChatModel) async throws {
        if try client.conversation(conversation).waitingToLeave > 0 { try await Desk.sync(client) }
        let waiting = try client.conversation(conversation).waitingToLeave
        let kept = waiting > 0 ? ConversationScreen.waiting(waiting) + " `callbox inbox` tries again. " : ""
        Terminal.tell("\(kept)You left the chat; the conversation stays: callbox chat \(conversation)")
    }
}
