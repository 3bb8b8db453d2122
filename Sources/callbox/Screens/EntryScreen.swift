internal import CallboxClient
internal import CallboxTerminal

/// One thing in a conversation, in words. What others wrote stands behind a bar.
enum EntryScreen {
    /// A head, and below it what was said. A message that waits says so only where that does not stay on the screen as if it were still true.
    static func text(_ entry: Entry, when: When, tellsWaiting: Bool = true) -> String {
        let (head, said) = words(entry)
        let isTold = entry.delivery != .handedOver && (tellsWaiting || entry.delivery != .waiting)
        let delivery = entry.delivery.flatMap { isTold ? " (\(text($0)))" : nil } ?? ""
        let line = Wrapping.hung("\(when.hour(entry.hour)), \(head)\(delivery)")
        guard let said, !said.isEmpty else { return line }
        return line + (line.hasSuffix(".") ? "\n" : ":\n") + Terminal.quote(said)
    }

    /// How far a message of one's own has come. Nobody is told whether it was read.
    static func text(_ delivery: Delivery) -> String {
        switch delivery {
        case .waiting: "waiting to be sent"
        case .handedOver: "handed over to the relay"
        case .undeliverable: "NOT delivered: the other side is gone"
        case .withdrawn: "held back: the consent it rested on was taken back"
        }
    }

    /// Who did what, and the words that came with it.
    private static func words(_ entry: Entry) -> (head: String, said: String?) {
        let who = entry.isOwn ? "you" : entry.from.map(PersonScreen.name) ?? "Callbox"
        switch entry.content {
        case .text(let text): return (who, text)
        case .concern(let text, let danger):
            return ("\(who), worried about somebody else (in danger: \(Inert.line(danger)))", text)
        case .limitsInvoked(let limit, let text):
            return ("\(who): A LIMIT OF CONFIDENTIALITY HAS BEEN REACHED (\(Inert.line(limit)))", text)
        case .checkIn(let text, let occasion):
            let answer = entry.isOwn ? "" : "; answer it with: callbox check-in answer, entry \(entry.id)"
            return ("\(who) ask\(entry.isOwn ? "" : "s") how things are (\(Inert.line(occasion)))\(answer)", text)
        case .checkInReply(let feeling, let text):
            return ("\(who) answer\(entry.isOwn ? "" : "s") the check-in: \(Inert.line(feeling))", text)
        case .presence(let state, let until):
            let upTo = until.map { ", until \(Terminal.when.hour($0))" } ?? ""
            return ("\(who) \(entry.isOwn ? "are" : "is") \(Inert.line(state))\(upTo)", nil)
        case .retention(let days): return ("\(who): this conversation is kept for \(days) days", nil)
        case .goodbye(let text): return ("\(who) left the conversation", text)
        case .rating(let helped, let wouldReturn):
            return ("\(who) said how it was: helped \(helped) of 5, would come back: \(Inert.line(wouldReturn))", nil)
        case .transferProposed(let to, let reason, let text):
            let answer = entry.isOwn ? "" : "; answer it with: callbox transfer accept, or decline"
            return (
                "\(who) suggest\(entry.isOwn ? "" : "s") another peer, \(Inert.line(to)) (reason: \(Inert.line(reason)))\(answer)",
                text
            )
        case .transferAccepted: return ("\(who) agreed to the other peer", nil)
        case .transferDeclined(let text): return ("\(who) would rather not go to another peer", text)
        case .handoff(_, let sentence, let text): return ("handoff. \(Inert.line(sentence))", text)
        case .told(let items):
            return ("\(who), by consent", items.map { "\($0.kind): \($0.text)" }.joined(separator: "\n\n"))
        case .needsNewer(let type):
            return ("\(who) sent something that only a newer Callbox can show (\(Inert.line(type, columns: 40)))", nil)
        case .noticed(.information, let sentence): return ("Callbox: \(Inert.line(sentence))", nil)
        case .noticed(_, let sentence): return ("Callbox WARNS: \(Inert.line(sentence))", nil)
        }
    }
}
