import CallboxCrypto
import CallboxTesting
import CallboxWire
import NIOCore
import NIOHTTP1
import Synchronization

/// A mailbox of the load, with its owner.
final class LoadMailbox {
    let key: SigningKey
    let address: MailboxAddress
    var waiting: [WaitingCell] = []

    init() {
        var random = SystemRandom()
        key = SigningKey.random(from: &random)
        address = MailboxAddress(collectedBy: key.verificationKey)
    }

    var path: String { "/v1/mailboxes/" + key.verificationKey.base64URL }

    /// A request of the owner.
    func signed(
        _ method: HTTPMethod, _ path: String, query: String = "", _ content: [UInt8] = [], relay: VerificationKey,
        now: Int64
    ) throws -> LoadRequest {
        var random = SystemRandom()
        let request = try SignableRequest(
            method: method.rawValue, path: path, query: query, relay: relay, content: content)
        let fields = try RequestSignature.sign(
            request, with: key, created: now, nonce: RequestNonce(unchecked: random.bytes(16)))
        var all = fields.fields.map { ($0.name, $0.value) }
        if !content.isEmpty { all.append(("content-type", "application/octet-stream")) }
        return LoadRequest(
            method: method, target: query.isEmpty ? path : path + "?" + query, fields: all, content: content)
    }
}

/// A list of requests, made before they are sent; every answer must have the status that is wanted.
class ListSource: LoadSource {
    private var requests: ArraySlice<LoadRequest>
    private let wanted: Int

    init(_ requests: [LoadRequest], wanted: Int = 204) {
        self.requests = requests[...]
        self.wanted = wanted
    }

    func next() -> LoadRequest? { requests.popFirst() }

    func take(status: Int, content: ByteBuffer) {
        guard status == wanted else {
            fatalError("\(status) where \(wanted) was wanted: \(String(buffer: content))")
        }
    }
}

/// Cells for the mailboxes of one connection, in turn.
final class DepositSource: LoadSource {
    private let targets: [String]
    private var left: Int
    private var cell: [UInt8]
    private var random = SystemRandom()

    init(_ mailboxes: [LoadMailbox], cells: Int) {
        targets = mailboxes.map { "/v1/drops/" + $0.address.base64URL }
        left = cells
        cell = random.bytes(Cell.byteCount)
    }

    func next() -> LoadRequest? {
        guard left > 0 else { return nil }
        left -= 1
        cell.replaceSubrange(0..<32, with: random.bytes(32))
        return LoadRequest(
            method: .POST, target: targets[left % targets.count],
            fields: [("content-type", "application/octet-stream")], content: cell)
    }

    func take(status: Int, content: ByteBuffer) {
        guard status == 204 else { fatalError("\(status): \(String(buffer: content))") }
    }
}

/// Collects what waits, 16 at a time, from each mailbox of one connection once.
final class CollectSource: LoadSource {
    private let mailboxes: [LoadMailbox]
    private var requests: ArraySlice<LoadRequest>
    private var place = -1

    init(_ mailboxes: [LoadMailbox], relay: VerificationKey, now: Int64) throws {
        self.mailboxes = mailboxes
        requests = try mailboxes.map {
            try $0.signed(.GET, $0.path + "/cells", query: "slots=16&wait=0", relay: relay, now: now)
        }[...]
    }

    func next() -> LoadRequest? {
        place += 1
        return requests.popFirst()
    }

    func take(status: Int, content: ByteBuffer) {
        guard status == 200, let slots = try? SlotCount(16),
            let answer = try? CollectAnswer(Array(content.readableBytesView), slots: slots)
        else { fatalError("\(status)") }
        mailboxes[place].waiting = answer.cells
    }
}
