import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Dispatch
import Foundation
import Fuzzing
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded

/// Any request to a relay with a store: every route, whatever stands in its path, query, fields and content; signed where the
/// input says so, so that what comes after the signature is reached too. The relay must answer, and never that it failed.
@main
struct RelayRequestTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var input = bytes
        let request = Self.request(&input)
        let done = DispatchSemaphore(value: 0)
        Task {
            let response = try? await Sample.relay.responder.respond(to: request, context: Sample.context())
            precondition(response != nil, "a request must be answered")
            precondition(response?.status.code != 500, "the relay must not fail")
            done.signal()
        }
        done.wait()
    }

    private static let methods: [HTTPRequest.Method] = [.get, .put, .post, .delete, .head, .patch]
    private static let types = ["application/octet-stream", "application/json", TokenRequest.mediaType, "text/plain"]

    private static func request(_ input: inout [UInt8]) -> Request {
        let method = methods[Int(input.choice()) % methods.count]
        let target = self.target(&input)
        let (signer, type, pays) = (input.choice(), input.choice(), input.choice())
        var fields: HTTPFields = [:]
        if type < 192 { fields[.contentType] = types[Int(type) % types.count] }
        if pays % 4 == 1 { fields[.authorization] = line(&input) }
        if pays % 8 == 2 { fields[.accept] = line(&input) }
        if pays % 8 == 3 { fields[.ifNoneMatch] = line(&input) }
        let content = pays % 16 == 4 ? Sample.cell : input
        if signer % 2 == 1 { sign(&fields, method, target, content, Sample.keys[Int(signer / 2) % Sample.keys.count]) }
        let head = HTTPRequest(method: method, scheme: nil, authority: nil, path: target, headerFields: fields)
        return Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: content)))
    }

    /// A path of one of the routes, its parts sound or not; or anything.
    private static func target(_ input: inout [UInt8]) -> String {
        let key = Sample.keys[Int(input.choice()) % Sample.keys.count].publicKey
        let program = "/v1/programs/" + Sample.program.root.document.programID.base64URL
        let member = Sample.program.peers[0].id.base64URL
        let choice = input.choice()
        switch choice % 20 {
        case 0: return "/v1/relay"
        case 1: return "/v1/mailboxes/" + key.base64URL
        case 2: return "/v1/mailboxes/\(key.base64URL)/cells?slots=2&wait=0"
        case 3: return "/v1/mailboxes/\(key.base64URL)/acknowledgements"
        case 4: return "/v1/drops/" + MailboxAddress(collectedBy: key).base64URL
        case 5: return program
        case 6: return program + "/root"
        case 7: return program + "/freshness"
        case 8: return program + "/bulletins"
        case 9: return program + "/codes"
        case 10: return program + "/tokens"
        case 11: return program + "/sheets/\(SampleProgram.today.number)"
        case 12: return program + "/members/\(member)/sheets"
        case 13: return program + "/versions/1"
        case 14: return "/v1/drops/" + line(&input)
        case 15: return "/v1/mailboxes/\(key.base64URL)/cells?" + line(&input)
        case 16: return program + "/" + line(&input)
        case 17: return "/v1/programs/" + line(&input)
        case 18: return program + "/sheets/" + line(&input)
        default: return "/" + line(&input)
        }
    }

    /// What stands before the next line break, as a field's value may be.
    private static func line(_ input: inout [UInt8]) -> String {
        let text = input.prefix { $0 >= 0x20 && $0 < 0x7F }
        input.removeFirst(min(input.count, text.count + 1))
        return String(decoding: text, as: UTF8.self)
    }

    private static func sign(
        _ fields: inout HTTPFields, _ method: HTTPRequest.Method, _ target: String, _ content: [UInt8], _ key: SampleKey
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var random = SystemRandom()
        guard
            let request = try? SignableRequest(
                method: method.rawValue, path: parts[0], query: parts.count > 1 ? parts[1] : "",
                relay: Sample.relay.core.keys.identity, content: content),
            let signature = try? RequestSignature.sign(
                request, with: key.key(), created: Int64(SampleProgram.now.seconds),
                nonce: RequestNonce(unchecked: random.bytes(16)))
        else { return }
        for (name, value) in signature.fields { if let name = HTTPField.Name(name) { fields[name] = value } }
    }
}

/// A relay at a standing time, with a program in it, on a folder that is gone with the system's temporary files.
private enum Sample {
    static let program = fixture { try SampleProgram(seed: 1) }
    static let keys = program.coordinators + program.peers.map(\.signing) + [program.online]
    static let cell = [UInt8](repeating: 0xC5, count: Cell.byteCount)
    static let relay = Relay()

    /// Nobody reads from it or closes it, so there is one for all.
    private static let channel = NIOAsyncTestingChannel()

    static func context() -> RelayContext {
        RelayContext(source: ApplicationRequestContextSource(channel: channel, logger: Logger(label: "fuzz")))
    }

    struct Clock: RelayClock {
        func wall() -> UInt64 { SampleProgram.now.seconds }
        func running() -> Double { 1 }
        func reading() -> ClockReading { ClockReading(wall: wall(), boot: "fuzz", uptime: 1) }
    }

    struct Relay: Sendable {
        let core: RelayCore
        let responder: any HTTPResponder<RelayContext>

        init() {
            let folder = FileManager.default.temporaryDirectory.path + "/callbox-fuzz-" + UUID().uuidString
            let made = Made()
            let done = DispatchSemaphore(value: 0)
            Task {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                var limits = RelayLimits()
                limits.difficulty = try WorkDifficulty(bits: 0)
                limits.burst = .max
                limits.perSecond = .max
                let keys = try RelayKeys(seed: Secret(copying: [UInt8](repeating: 7, count: 32).span))
                made.core = try await RelayCore.open(folder: folder, keys: keys, limits: limits, clock: Clock())
                done.signal()
            }
            done.wait()
            guard let core = made.core else { fatalError("the target has no relay") }
            self.core = core
            responder = relayRouter(core).buildResponder()
        }

        /// Written before the signal and read after it.
        private final class Made: @unchecked Sendable { var core: RelayCore? }
    }
}
