import CallboxTransport
import Testing

@Suite("SOCKS: what is said and heard")
struct SOCKSConversationTests {
    private func conversation(host: String = "relay.example") -> SOCKSConversation {
        SOCKSConversation(host: host, port: 443, user: "me", password: "x")
    }

    private static let tunnel: [UInt8] = [5, 0, 0, 1, 127, 0, 0, 1, 1, 187]
    private static let script: [[UInt8]] = [[5, 2], [1, 0], tunnel]

    @Test("A name goes to the proxy as a name, after user name and password")
    func order() {
        var conversation = conversation()
        #expect(conversation.greeting == [5, 1, 2])
        #expect(conversation.hear([5, 2]) == .say([1, 2] + Array("me".utf8) + [1] + Array("x".utf8)))
        #expect(conversation.hear([1, 0]) == .say([5, 1, 0, 3, 13] + Array("relay.example".utf8) + [1, 187]))
        #expect(conversation.hear(Self.tunnel) == .open)
    }

    @Test("However the answers are cut into pieces, the same is said at the same places")
    func pieces() {
        var conversation = conversation()
        for answer in Self.script {
            for byte in answer.dropLast() { #expect(conversation.hear([byte]) == .listen) }
            let step = conversation.hear([answer[answer.count - 1]])
            #expect(step != .listen)
            #expect((step == .open) == (answer == Self.tunnel))
        }
    }

    @Test(
        "Each kind of address in the last answer has its own length",
        arguments: [
            [5, 0, 0, 1, 1, 2, 3, 4, 0, 80], [5, 0, 0, 4] + [UInt8](repeating: 1, count: 18),
            [5, 0, 0, 3, 0, 0, 80], [5, 0, 0, 3, 255] + [UInt8](repeating: 97, count: 257),
        ] as [[UInt8]])
    func addresses(answer: [UInt8]) {
        var conversation = conversation()
        for answer in Self.script.dropLast() { _ = conversation.hear(answer) }
        var short = conversation
        #expect(short.hear(answer.dropLast()) == .listen)
        var long = conversation
        #expect(long.hear(answer + [0]) == .fail(.notProxy))
        #expect(conversation.hear(answer) == .open)
        #expect(conversation.hear([0]) == .fail(.notProxy), "nobody speaks after the tunnel stands")
    }

    @Test(
        "What no SOCKS5 proxy says ends it, at each step",
        arguments: [
            (0, [4]), (0, Array("HTTP/1.1 400".utf8)), (0, [5, 0]), (0, [5, 255]), (0, [5, 2, 1]),
            (1, [5]), (1, [1, 0, 5]), (2, [4]), (2, [5, 0, 0, 2, 0]),
            (2, [UInt8](repeating: 5, count: 263)),
        ] as [(Int, [UInt8])])
    func noProxy(step: Int, words: [UInt8]) {
        var conversation = conversation()
        for answer in Self.script.prefix(step) { _ = conversation.hear(answer) }
        #expect(conversation.hear(words) == .fail(.notProxy))
        #expect(conversation.hear([5]) == .fail(.notProxy), "it stays ended")
    }

    @Test("A proxy that does not want to, and one that did not get through, are told apart")
    func refusals() {
        var first = conversation()
        _ = first.hear([5, 2])
        #expect(first.hear([1, 1]) == .fail(.refused))
        for reply in UInt8(1)...255 {
            var conversation = conversation()
            for answer in Self.script.prefix(2) { _ = conversation.hear(answer) }
            let isUnreachable = (3...6).contains(reply) || (0xF0...0xF7).contains(reply)
            #expect(conversation.hear([5, reply]) == .fail(isUnreachable ? .unreachable : .refused))
        }
    }
}
