import CallboxWire
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOTLS
import Testing

@testable import CallboxRelay

@Suite("Server: deadlines")
struct ServerDeadlineTests {
    @Test("A peer that never finishes the TLS handshake is gone after 10 seconds, and not before")
    func handshake() throws {
        let peer = try Peer(isTLS: true)
        peer.pass(.milliseconds(9_999))
        #expect(peer.isOpen)
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
        #expect(try peer.heard().isEmpty)
    }

    @Test("After the handshake the first head has 15 seconds of its own")
    func handshakeThenHead() throws {
        let peer = try Peer(isTLS: true)
        peer.pass(.seconds(9))
        peer.channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: "http/1.1"))
        peer.pass(.milliseconds(14_999))
        #expect(peer.isOpen)
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
    }

    @Test("A peer that says nothing is closed without a word after 15 seconds")
    func silent() throws {
        let peer = try Peer()
        peer.pass(.seconds(15))
        #expect(!peer.isOpen)
        #expect(try peer.heard().isEmpty)
    }

    @Test("A head that trickles in is told slow 15 seconds after the beginning, however steadily it trickles")
    func slowHead() throws {
        let peer = try Peer()
        try peer.say("GET /v1/relay HTTP/1.1\r\n")
        for _ in 0..<14 {
            peer.pass(.seconds(1))
            try peer.say("a: b\r\n")
        }
        peer.pass(.milliseconds(999))
        #expect(peer.isOpen)
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
        let answer = try peer.heard()
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.lowercased().contains("connection: close"))
        #expect(answer.hasSuffix(String(decoding: ProblemDocument.encode(.slow), as: UTF8.self)))
    }

    @Test("Content that trickles in is told slow 30 seconds after its head")
    func slowContent() throws {
        let peer = try Peer()
        try peer.say("POST /x HTTP/1.1\r\ncontent-length: 8192\r\n\r\n")
        for _ in 0..<29 {
            peer.pass(.seconds(1))
            try peer.say("a")
        }
        #expect(peer.isOpen)
        peer.pass(.seconds(1))
        #expect(!peer.isOpen)
        #expect(try peer.heard().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("Large content may take longer, as long as 16 KiB a second come")
    func largeContent() throws {
        let peer = try Peer()
        try peer.say("PUT /x HTTP/1.1\r\ncontent-length: 1638400\r\n\r\n")
        for _ in 0..<100 {
            peer.pass(.seconds(1))
            try peer.say(String(repeating: "a", count: 16_384))
            #expect(peer.isOpen)
        }
        #expect(try peer.heard().isEmpty)
        #expect(peer.hasWholeRequest())
    }

    @Test("While our own side works, nothing runs against the peer: a collect may wait for 55 seconds and more")
    func ourTurn() throws {
        let peer = try Peer()
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        peer.pass(.seconds(3_600))
        #expect(peer.isOpen)
        try peer.answer()
        #expect(try peer.heard().hasPrefix("HTTP/1.1 204 "))
        #expect(peer.isOpen)
    }

    @Test("Between two requests there are 75 seconds, and then 15 for the next head from its first byte")
    func idle() throws {
        let peer = try Peer()
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer()
        peer.pass(.milliseconds(74_999))
        #expect(peer.isOpen)
        try peer.say("G")
        peer.pass(.milliseconds(14_999))
        #expect(peer.isOpen)
        _ = try peer.heard()
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
        #expect(try peer.heard().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("A connection that stays idle is closed without a word")
    func idleClose() throws {
        let peer = try Peer()
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer()
        _ = try peer.heard()
        peer.pass(.seconds(75))
        #expect(!peer.isOpen)
        #expect(try peer.heard().isEmpty)
    }

    @Test("A reader that takes nothing for 30 seconds is closed")
    func stalled() throws {
        let peer = try Peer(dammed: true)
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer(pieces: 3)
        peer.pass(.seconds(29))
        peer.dam.release(1)
        peer.pass(.seconds(29))
        #expect(peer.isOpen)
        peer.dam.release(1)
        peer.pass(.milliseconds(29_999))
        #expect(peer.isOpen)
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
    }

    @Test("A reader that takes a little now and then is closed after 120 seconds")
    func slowReader() throws {
        let peer = try Peer(dammed: true)
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer(pieces: 20)
        for _ in 0..<11 {
            peer.pass(.seconds(10))
            peer.dam.release(1)
        }
        #expect(peer.isOpen)
        peer.pass(.milliseconds(9_999))
        #expect(peer.isOpen)
        peer.pass(.milliseconds(1))
        #expect(!peer.isOpen)
    }

    @Test("One connection may make 10,000 requests, and the last answer says so")
    func requestLimit() throws {
        var limits = ConnectionLimits()
        #expect(limits.requests == 10_000)
        limits.requests = 3
        let peer = try Peer(limits: limits)
        for number in 1...3 {
            try peer.say("GET /x HTTP/1.1\r\n\r\n")
            try peer.answer()
            #expect(try peer.heard().lowercased().contains("connection: close") == (number == 3))
            #expect(peer.isOpen == (number < 3))
        }
    }

    @Test("Nothing keeps the handler of a closed connection in memory")
    func released() throws {
        let peer = try Peer()
        weak let handler = try peer.handler()
        try peer.say("GET /x HTTP/1.1\r\n\r\n")
        try peer.answer()
        peer.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!peer.isOpen)
        peer.channel.embeddedEventLoop.run()
        #expect(handler == nil)
    }
}
