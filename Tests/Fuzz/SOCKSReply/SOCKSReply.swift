import CallboxTransport
import Fuzzing

/// A hostile proxy: its words, in pieces as long as the first byte says. Whatever it says, the conversation ends once, and a tunnel stands only after
/// exactly the three answers that make one.
@main
struct SOCKSReplyTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var input = bytes
        let length = Int(input.choice() % 16) + 1
        var conversation = SOCKSConversation(host: "relay.example", port: 443, user: "me", password: "x")
        var heard: [UInt8] = []
        var words = 0
        while !input.isEmpty {
            let piece = [UInt8](input.prefix(length))
            input.removeFirst(piece.count)
            heard += piece
            switch conversation.hear(piece) {
            case .say: words += 1
            case .listen: precondition(heard.count < 4 + 262, "more is listened to than any answer has")
            case .open:
                precondition(words == 2 && heard.starts(with: [5, 2, 1, 0, 5, 0]), "a tunnel that nobody agreed to")
                precondition(heard.count == 4 + answerLength(heard.dropFirst(4)), "something came with the tunnel")
                precondition(conversation.hear([0]) == .fail(.notProxy), "it goes on after its end")
                return
            case .fail:
                precondition(conversation.hear(piece) == .fail(.notProxy), "it goes on after its end")
                return
            }
        }
        precondition(words <= 2, "it says more than there is to say")
    }

    private static func answerLength(_ answer: ArraySlice<UInt8>) -> Int {
        let answer = [UInt8](answer)
        switch answer[3] {
        case 1: return 10
        case 3: return 7 + Int(answer[4])
        default: return 22
        }
    }
}
