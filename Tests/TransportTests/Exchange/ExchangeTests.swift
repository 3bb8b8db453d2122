import CallboxClient
import NIOCore
import Testing

@testable import CallboxTransport

@Suite("One connection")
struct ExchangeTests {
    @Test("A request is this, byte for byte, whoever sends it")
    func request() throws {
        let wire = try Wire()
        try wire.ask()
        #expect(try wire.said() == "GET /v1/relay HTTP/1.1\r\nhost: relay.example\r\n\r\n")
        wire.hear(Answers.done)
        try wire.ask(Wire.question(content: Array("hello".utf8)))
        #expect(
            try wire.said() == "POST /v1/relay HTTP/1.1\r\nhost: relay.example\r\ncontent-length: 5\r\n"
                + "content-type: application/octet-stream\r\n\r\nhello")
        wire.hear(Answers.done)
        try wire.ask(Wire.question(content: []))
        #expect(
            try wire.said() == "POST /v1/relay HTTP/1.1\r\nhost: relay.example\r\ncontent-length: 0\r\n"
                + "content-type: application/octet-stream\r\n\r\n")
    }

    @Test("An answer comes whole, however it was cut, and the next question goes out on the same connection")
    func pieces() throws {
        let wire = try Wire()
        let text = Answers.content("{\"a\":1}")
        for _ in 0..<2 {
            let answer = try wire.ask()
            for character in text.utf8.dropLast() { wire.hear(String(decoding: [character], as: UTF8.self)) }
            #expect(answer.reply == nil && !answer.isSilent)
            wire.hear("}")
            #expect(answer.reply?.content == Array("{\"a\":1}".utf8))
            #expect(answer.reply?.mediaType == .json && answer.reply?.status == 200)
        }
        let chunked = try wire.ask()
        wire.hear("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(chunked.reply?.content == Array("abcde".utf8))
        #expect(wire.isOpen)
    }

    @Test("One question at a time")
    func one() throws {
        let wire = try Wire()
        let first = try wire.ask()
        #expect(try wire.ask().isSilent)
        wire.hear(Answers.done)
        #expect(first.reply?.status == 204)
    }

    @Test("What an answer says beforehand does not count as one")
    func early() throws {
        let wire = try Wire()
        let answer = try wire.ask()
        wire.hear("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
        #expect(answer.reply == nil)
        wire.hear(Answers.done)
        #expect(answer.reply?.status == 204)
    }

    @Test("A head that does not come in time ends it; a collector has the seconds that it asked for on top")
    func slowHead() throws {
        for wait in [0, 55] {
            let wire = try Wire()
            let answer = try wire.ask(Wire.question(wait: wait))
            wire.hear("HTTP/1.1 200 OK\r\n")
            wire.pass(.seconds(Int64(30 + wait)) - .nanoseconds(1))
            #expect(answer.failure == nil && wire.isOpen)
            wire.pass(.nanoseconds(1))
            #expect(answer.failure == .tooSlow && !wire.isOpen)
        }
    }

    @Test("A large request has the time that its content takes on top")
    func largeRequest() throws {
        let wire = try Wire()
        let answer = try wire.ask(Wire.question(content: [UInt8](repeating: 1, count: 10 * 8_192)))
        wire.pass(.seconds(39))
        #expect(answer.failure == nil)
        wire.pass(.seconds(1))
        #expect(answer.failure == .tooSlow)
    }

    @Test("Content that drips ends it; content that flows buys time")
    func slowContent() throws {
        let wire = try Wire()
        let answer = try wire.ask(Wire.question(limit: 1_000_000))
        wire.pass(.seconds(29))
        wire.hear("HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n")
        wire.pass(.seconds(59))
        wire.hear(String(repeating: "x", count: 20 * 8_192))
        wire.pass(.seconds(20))
        #expect(answer.failure == nil && wire.isOpen)
        for _ in 0..<10 { wire.hear("x") }
        wire.pass(.seconds(1))
        #expect(answer.failure == .tooSlow && !wire.isOpen)
    }

    @Test("Once an answer has begun, the seconds that a collector asked for are over")
    func slowContentAfterWait() throws {
        let wire = try Wire()
        let answer = try wire.ask(Wire.question(wait: 55))
        wire.pass(.seconds(21))
        wire.hear("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
        wire.pass(.seconds(60))
        #expect(answer.failure == .tooSlow && !wire.isOpen)
    }

    @Test("A connection that nobody uses is closed after a minute, and not before")
    func idle() throws {
        let unused = try Wire()
        unused.pass(.seconds(20))
        #expect(!unused.isOpen, "and sooner, when it is not used at all")

        let wire = try Wire()
        let answer = try wire.ask()
        wire.pass(.seconds(29))
        wire.hear(Answers.done)
        wire.pass(.seconds(59))
        #expect(answer.reply != nil && wire.isOpen)
        wire.pass(.seconds(1))
        #expect(!wire.isOpen)
        #expect(try wire.ask().isSilent)
    }

    @Test(
        "An answer longer than this call's can be is not read",
        arguments: [
            "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n65\r\n" + String(repeating: "x", count: 101),
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                + String(repeating: "32\r\n\(String(repeating: "x", count: 50))\r\n", count: 3),
        ])
    func tooLarge(text: String) throws {
        let wire = try Wire()
        let answer = try wire.ask()
        wire.hear(text)
        #expect(answer.failure == .strange(status: 200) && !wire.isOpen)
    }

    @Test("Of a refusal as much is read as a problem document has, however much the call may bring")
    func largeRefusal() throws {
        for (length, isRead) in [(8_192, true), (8_193, false)] {
            let wire = try Wire()
            let answer = try wire.ask(Wire.question(limit: 1_000_000))
            wire.hear("HTTP/1.1 503 Busy\r\ncontent-length: \(length)\r\n\r\n" + String(repeating: "x", count: length))
            #expect((answer.reply?.content.count == length) == isRead)
            #expect((answer.failure == .strange(status: 503)) == !isRead)
        }
    }

    @Test(
        "What is no HTTP, or cannot be told where it ends, is not a relay's",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", nil), ("\u{16}\u{3}\u{3}\0\u{1}", nil), ("HTTP/1.1 99999 OK\r\n\r\n", nil),
            ("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", nil),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", nil),
            ("HTTP/1.1 200 OK\r\n\r\n{}", 200),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-encoding: gzip\r\n\r\n{}", 200),
            ("HTTP/1.1 200 OK\r\n" + String(repeating: "x: \(String(repeating: "y", count: 300))\r\n", count: 60), nil),
            ("HTTP/1.1 200 OK\r\nx: " + String(repeating: "y", count: 9_000), nil),
        ] as [(String, Int?)])
    func garbage(text: String, status: Int?) throws {
        let wire = try Wire()
        let answer = try wire.ask()
        wire.hear(text)
        #expect(answer.failure == .strange(status: status) && !wire.isOpen)
    }

    @Test("A connection that ends before anything came is silence; in the middle of an answer it is none")
    func cut() throws {
        let silent = try Wire()
        let nothing = try silent.ask()
        silent.cut()
        #expect(nothing.isSilent)
        for text in ["HTTP/1.1 200 OK\r\ncont", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345"] {
            let wire = try Wire()
            let answer = try wire.ask(Wire.question())
            wire.hear(text)
            wire.cut()
            #expect(answer.failure == .unreachable, "\(text)")
        }
    }

    @Test("An answer that says it is the last one is, and the connection ends")
    func last() throws {
        for text in ["HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", "HTTP/1.0 204 No Content\r\n\r\n"] {
            let wire = try Wire()
            let answer = try wire.ask()
            wire.hear(text)
            #expect(answer.reply?.status == 204)
            #expect(!wire.isOpen)
        }
    }

    @Test("A relay that speaks when nobody asked is none")
    func unasked() throws {
        let wire = try Wire()
        wire.hear(Answers.done)
        #expect(!wire.isOpen)
        let second = try Wire()
        let answer = try second.ask()
        second.hear(Answers.done + Answers.done)
        #expect(answer.reply?.status == 204)
        #expect(!second.isOpen)
    }
}
