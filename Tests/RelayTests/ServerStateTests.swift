import CallboxWire
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import CallboxRelay

@Suite("Server: what connections do")
struct ServerStateTests {
    @Test(
        "What cannot be decoded is answered with malformed, and the connection ends",
        arguments: [
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.1\r\na b: c\r\n\r\n",
            "GET / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "GET /" + String(repeating: "a", count: 8_192) + " HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\na: " + String(repeating: "b", count: 8_192) + "\r\n\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 65) + "\r\n",
        ])
    func malformed(request: String) throws {
        let peer = try Peer()
        try? peer.say(request)
        let answer = try peer.heard()
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.hasSuffix(String(decoding: ProblemDocument.encode(.malformed), as: UTF8.self)))
        #expect(!peer.isOpen)
    }

    @Test("64 fields and nearly 8 KiB of head are taken")
    func largestHead() throws {
        let peer = try Peer()
        try peer.say("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 63) + "host: x\r\n\r\n")
        #expect(peer.hasWholeRequest())
        try peer.say("GET / HTTP/1.1\r\na: " + String(repeating: "b", count: 8_000) + "\r\n\r\n")
        #expect(peer.hasWholeRequest())
        #expect(peer.isOpen)
    }

    @Test("Garbage behind a good request does not cost that request its answer")
    func garbageBehind() throws {
        let peer = try Peer()
        try? peer.say("GET /x HTTP/1.1\r\n\r\n\u{0}\u{0}\u{0}\r\n\r\n")
        #expect(peer.isOpen)
        #expect(peer.hasWholeRequest())
        try peer.answer()
        #expect(try peer.heard().hasPrefix("HTTP/1.1 204 "))
        #expect(!peer.isOpen)
    }

    @Test("Whoever asks for it has the connection closed after the answer", arguments: ["close", "keep-alive, Close"])
    func asksForClose(field: String) throws {
        let peer = try Peer()
        try peer.say("GET /x HTTP/1.1\r\nconnection: \(field)\r\n\r\n")
        try peer.answer()
        #expect(try peer.heard().lowercased().contains("connection: close"))
        #expect(!peer.isOpen)
    }

    @Test("Requests that come together are all answered before the connection closes with the last")
    func pipelined() throws {
        let peer = try Peer()
        try peer.say("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nconnection: close\r\n\r\n")
        for number in 1...3 {
            #expect(peer.isOpen)
            try peer.answer()
            #expect(try peer.heard().lowercased().contains("connection: close") == (number == 3))
        }
        #expect(!peer.isOpen)
    }

    @Test("A draining relay closes idle connections at once, and finishes the others within 20 seconds")
    func drain() throws {
        let idle = try Peer()
        idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!idle.isOpen)

        let busy = try Peer()
        try busy.say("POST /x HTTP/1.1\r\ncontent-length: 2\r\n\r\na")
        busy.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        busy.pass(.seconds(19))
        #expect(busy.isOpen)
        try busy.say("b")
        try busy.answer()
        #expect(try busy.heard().lowercased().contains("connection: close"))
        #expect(!busy.isOpen)

        let stuck = try Peer()
        try stuck.say("GET /x HTTP/1.1\r\n\r\n")
        stuck.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        stuck.pass(.milliseconds(19_999))
        #expect(stuck.isOpen)
        stuck.pass(.milliseconds(1))
        #expect(!stuck.isOpen)
    }

    @Test("An answer that is being taken while the relay drains is taken to its end")
    func drainAnswer() throws {
        let peer = try Peer(dammed: true)
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer(pieces: 2)
        peer.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(peer.isOpen)
        peer.dam.release(3)
        #expect(try peer.heard().hasSuffix("01234567890123456789"))
        #expect(!peer.isOpen)
    }

    @Test("What still comes of a request that is answered already is thrown away, and not without end")
    func lingering() throws {
        let peer = try Peer()
        try peer.say("POST /x HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n")
        try peer.answer()
        #expect(try peer.heard().hasPrefix("HTTP/1.1 204 "))
        try peer.say(String(repeating: "a", count: 262_144))
        #expect(peer.isOpen)
        try peer.say("a")
        #expect(!peer.isOpen)

        let slow = try Peer()
        try slow.say("POST /x HTTP/1.1\r\ncontent-length: 10\r\n\r\n")
        try slow.answer()
        slow.pass(.milliseconds(4_999))
        #expect(slow.isOpen)
        slow.pass(.milliseconds(1))
        #expect(!slow.isOpen)

        let quick = try Peer()
        try quick.say("POST /x HTTP/1.1\r\ncontent-length: 1\r\n\r\n")
        try quick.answer()
        try quick.say("aGET /y HTTP/1.1\r\n\r\n")
        _ = try quick.heard()
        try quick.answer()
        #expect(try quick.heard().hasPrefix("HTTP/1.1 204 "))
        #expect(quick.isOpen)
    }
}
