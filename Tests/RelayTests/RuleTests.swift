import CallboxCrypto
import CallboxProgram
@testable import CallboxRelay
import CallboxTesting
import CallboxWire
import Testing

@Suite("The relay's own reckoning of time")
struct RelayTimeTests {
    let day: UInt64 = 86_400
    private func reading(_ wall: UInt64, _ uptime: UInt64, _ boot: String = "a") -> ClockReading {
        ClockReading(wall: wall, boot: boot, uptime: uptime)
    }

    @Test("A clock that jumps by thirty days, either way, moves nothing", arguments: [30, -30])
    func jump(_ days: Int64) {
        let start: UInt64 = 1_800_000_000
        var time = RelayTime(first: reading(start, 10))
        time.advance(to: reading(UInt64(Int64(start) + days * Int64(day)), 20))
        #expect(time.seconds == start + 10)
        time.advance(to: reading(start + 30, 40))
        #expect(time.seconds == start + 30)
    }

    @Test("It goes on with the machine, whatever the clock says, so nothing is kept for ever")
    func running() {
        var time = RelayTime(first: reading(1_800_000_000, 0))
        let first = time.day
        for hour in 1...(24 * 20) { time.advance(to: reading(0, UInt64(hour) * 3_600)) }
        #expect(time.day == first.later(by: 20))
    }

    @Test("While the machine is off it goes on by a day at most, and never back")
    func off() {
        let start: UInt64 = 1_800_000_000
        var time = RelayTime(first: reading(start, 500))
        time.advance(to: reading(start + 3_600, 5, "b"))
        #expect(time.seconds == start + 3_600)
        time.advance(to: reading(start + 30 * day, 5, "c"))
        #expect(time.seconds == start + 3_600 + day)
        time.advance(to: reading(0, 5, "d"))
        #expect(time.seconds == start + 3_600 + day)
    }

    @Test("An uptime that goes back, or a time at the end of numbers, does no harm")
    func edges() {
        var time = RelayTime(seconds: .max - 1, boot: "a", uptime: 100)
        time.advance(to: reading(0, 50))
        #expect(time.seconds == UInt64.max - 1)
        time.advance(to: reading(0, 200))
        #expect(time.seconds == UInt64.max)
    }
}

@Suite("What a relay remembers of signed requests")
struct NonceMemoryTests {
    let key = SampleRelay.signer()

    private func request(_ nonce: UInt8, at time: Int64) throws -> VerifiedRequest {
        let relay = try SampleRelay.keys().identity
        let request = try SignableRequest(method: "GET", path: "/v1/relay", relay: relay)
        let fields = try RequestSignature.sign(
            request, with: key.key(), created: time,
            nonce: RequestNonce(unchecked: [UInt8](repeating: nonce, count: 16)))
        return try RequestSignature.verify(request, fields, by: key.publicKey, now: time, tolerance: 300)
    }

    @Test("A request is good once, for as long as its signature could be accepted", arguments: [0, 1, 299, 600])
    func once(_ later: Int64) throws {
        var memory = NonceMemory(stretch: 600)
        try memory.admit(request(1, at: 5_000), now: 5_000)
        #expect(throws: Problem.nonceReused) { try memory.admit(request(1, at: 5_000), now: 5_000 + later) }
        try memory.admit(request(2, at: 5_000), now: 5_000 + later)
    }

    @Test("It does not grow: what cannot come again is forgotten, and of too many the oldest, but nobody is put off")
    func bounded() throws {
        var memory = NonceMemory(stretch: 600, capacity: 3)
        for nonce in UInt8(0)..<5 { try memory.admit(request(nonce, at: 5_000), now: 5_000) }
        #expect(throws: Problem.nonceReused) { try memory.admit(request(4, at: 5_000), now: 5_000) }
        #expect(throws: Problem.nonceReused) { try memory.admit(request(0, at: 5_000), now: 5_000) }
        for nonce in UInt8(5)..<9 { try memory.admit(request(nonce, at: 5_000), now: 5_000) }
        try memory.admit(request(0, at: 5_000), now: 5_000)
    }

    @Test("A clock that is set back makes it forget nothing")
    func setBack() throws {
        var memory = NonceMemory(stretch: 600)
        try memory.admit(request(1, at: 5_000), now: 5_000)
        #expect(throws: Problem.nonceReused) { try memory.admit(request(1, at: 5_000), now: 100) }
    }
}

@Suite("How often something may happen")
struct RateLimiterTests {
    @Test("So many at once, then as many as time brings; the wait that is told is long enough")
    func limit() throws {
        var limiter = RateLimiter(burst: 3, perSecond: 2)
        for _ in 0..<3 { #expect(limiter.take("a", now: 0) == nil) }
        let told = limiter.take("a", now: 0)
        let wait = try #require(told)
        #expect(limiter.take("b", now: 0) == nil)
        #expect(limiter.take("a", now: Double(wait.seconds)) == nil)
    }

    @Test("It does not grow: those who could do everything again are forgotten first, and the others keep their count")
    func bounded() {
        var limiter = RateLimiter(burst: 1, perSecond: 1, capacity: 2)
        #expect(limiter.take("a", now: 0) == nil)
        #expect(limiter.take("b", now: 0.5) == nil)
        #expect(limiter.take("c", now: 0.6) != nil)
        #expect(limiter.take("c", now: 1.1) == nil)
        #expect(limiter.take("b", now: 1.2) != nil)
    }
}

@Suite("What pays for a request")
struct CashierTests {
    let keys: RelayKeys
    let day = SampleProgram.today
    let request: SignableRequest
    let address = SampleRelay.address()
    let cell = SampleRelay.cell()

    init() throws {
        keys = try SampleRelay.keys()
        request = try SignableRequest(
            method: "POST", path: "/v1/drops/" + address.base64URL, relay: keys.identity, content: cell.bytes)
    }

    private func judge(_ authorization: Authorization?, on day: Day) throws(Problem) -> Payment? {
        try Cashier(keys: keys, difficulty: SampleRelay.limits.difficulty)
            .judge(authorization, of: request, for: .deposit(to: address, cell.id), on: day)
    }

    @Test("A token is good in its epoch and the next, and in no other")
    func token() throws {
        let token = try SampleRelay.issue(1, by: keys, on: day)[0]
        let paid = Payment.token(
            SpentToken(
                epoch: RelayKeys.epoch(of: day), nonce: token.input.nonce, request: PaidRequestHash(of: request)))
        #expect(try judge(.token(token), on: day) == paid)
        #expect(try judge(.token(token), on: day.later(by: RelayKeys.epochDays)) == paid)
        #expect(throws: Problem.tokenInvalid) {
            try judge(.token(token), on: day.later(by: 2 * RelayKeys.epochDays))
        }
        let earlier = Day(day.number - RelayKeys.epochDays)
        #expect(throws: Problem.tokenInvalid) { try judge(.token(token), on: earlier) }
    }

    @Test("Another relay's token, and one that is altered, are worth nothing")
    func forged() throws {
        let foreign = try SampleRelay.issue(1, by: SampleRelay.keys(8), on: day)[0]
        #expect(throws: Problem.tokenInvalid) { try judge(.token(foreign), on: day) }
        let token = try SampleRelay.issue(1, by: keys, on: day)[0]
        for place in [2, 40, 70, 161] {
            var bytes = token.bytes
            bytes[place] ^= 1
            let altered = try Token(bytes)
            #expect(throws: Problem.tokenInvalid) { try judge(.token(altered), on: day) }
        }
    }

    @Test("Work is worth something for its own cell and address, and on three days", arguments: [-2, -1, 0, 1, 2])
    func work(_ shift: Int) throws {
        let task = WorkTask.deposit(to: address, cell.id)
        let stampDay = UInt32(Int(day.number) + shift)
        let stamp = try SampleRelay.work(task, at: keys.identity, day: stampDay)
        if abs(shift) <= 1 {
            #expect(try judge(.work(stamp), on: day) == .work)
        } else {
            #expect(throws: Problem.workInsufficient) { try judge(.work(stamp), on: day) }
        }
    }

    @Test("Nothing is nothing, and an enrolment code pays for tokens only")
    func others() throws {
        #expect(try judge(nil, on: day) == nil)
        var random = SystemRandom()
        let code = EnrolmentCode.random(from: &random)
        #expect(throws: Problem.paymentMissing) { try judge(.code(code), on: day) }
    }
}
