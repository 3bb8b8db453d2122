/// Every way in which a relay says no: one table of word, status, title and effect. On the wire a problem document
/// (RFC 9457) of the type `urn:callbox:problem:<word>`. The raw values are the words.
package enum Problem: String, Error, Equatable, Sendable, CaseIterable {
    // The request itself.
    case malformed
    case noSuchPath = "no-such-path"
    case wrongMethod = "wrong-method"
    case notAcceptable = "not-acceptable"
    case slow
    case tooLarge = "too-large"
    case wrongMediaType = "wrong-media-type"
    case wrongRelay = "wrong-relay"
    // Its signature.
    case signatureMissing = "signature-missing"
    case signatureInvalid = "signature-invalid"
    case signatureStale = "signature-stale"
    case nonceReused = "nonce-reused"
    case notPermitted = "not-permitted"
    // What pays for it.
    case paymentMissing = "payment-missing"
    case tokenInvalid = "token-invalid"
    case tokenSpent = "token-spent"
    case workInsufficient = "work-insufficient"
    case codeRefused = "code-refused"
    case batchTaken = "batch-taken"
    case batchRefused = "batch-refused"
    // Mailboxes and cells.
    case noSuchAddress = "no-such-address"
    case noSuchMailbox = "no-such-mailbox"
    case mailboxDiffers = "mailbox-differs"
    case mailboxFull = "mailbox-full"
    // Documents.
    case noSuchDocument = "no-such-document"
    case documentInvalid = "document-invalid"
    case documentRollback = "document-rollback"
    case documentOutOfOrder = "document-out-of-order"
    case quorumMissing = "quorum-missing"
    case programNotAllowed = "program-not-allowed"
    // The relay.
    case tooManyRequests = "too-many-requests"
    case busy
    case diskFull = "disk-full"
    case uncertain

    /// What a refusal means for what was sent.
    package enum Effect: Equatable, Sendable {
        /// Nothing was stored and nothing was spent.
        case nothingStored
        /// The relay cannot say. The same bytes again are safe: nothing is stored or spent twice.
        case unknown
    }

    /// The type URI of the document.
    package var type: String { Problem.typePrefix + rawValue }
    /// The HTTP status.
    package var status: Int { row.0 }
    /// A short sentence for an operator who reads the answer.
    package var title: String { row.1 }
    /// Whether the answer says when to try again.
    package var mayBeRetriedLater: Bool {
        [.mailboxFull, .diskFull, .tooManyRequests, .busy, .uncertain].contains(self)
    }
    /// What it means for what was sent.
    package var effect: Effect { self == .uncertain ? .unknown : .nothingStored }

    /// What the type URIs begin with.
    static let typePrefix = "urn:callbox:problem:"

    private var row: (Int, String) {
        switch self {
        case .malformed: (400, "The request is not in the form that the protocol gives.")
        case .noSuchPath: (404, "There is nothing at this path.")
        case .wrongMethod: (405, "This path has no such method.")
        case .notAcceptable: (406, "The answer has no form that the request accepts.")
        case .slow: (408, "The request took too long to arrive.")
        case .tooLarge: (413, "The request is larger than this relay takes.")
        case .wrongMediaType: (415, "The content is not of the media type that this path takes.")
        case .wrongRelay: (421, "The request was signed for another relay.")
        case .signatureMissing: (403, "This request must be signed.")
        case .signatureInvalid: (403, "The signature does not hold for this request.")
        case .signatureStale: (403, "The signature is too old, or from the future: compare the clocks.")
        case .nonceReused: (403, "This signature has been used before.")
        case .notPermitted: (403, "The key that signed may not do this.")
        case .paymentMissing: (401, "This request needs a token or work.")
        case .tokenInvalid: (401, "The token is not one of this relay's, or its epoch is over.")
        case .tokenSpent: (401, "The token was spent on another request.")
        case .workInsufficient: (401, "The stamp is for another request or day, or shows too little work.")
        case .codeRefused: (401, "The enrolment code is unknown.")
        case .batchTaken: (409, "The batch of this epoch went to another request.")
        case .batchRefused: (422, "The token request names no key of this relay, or holds what is no element.")
        case .noSuchAddress: (404, "There is no mailbox at this address.")
        case .noSuchMailbox: (404, "There is no mailbox of this key.")
        case .mailboxDiffers: (409, "The mailbox is there, and is of another kind.")
        case .mailboxFull: (507, "The mailbox is full.")
        case .noSuchDocument: (404, "There is no such document.")
        case .documentInvalid: (422, "The document does not verify.")
        case .documentRollback: (409, "The relay has a later version of this document.")
        case .documentOutOfOrder: (409, "The document does not follow the version that the relay has.")
        case .quorumMissing: (403, "Too few of the keys that must sign the document have signed it.")
        case .programNotAllowed: (403, "The operator has not allowed this program.")
        case .tooManyRequests: (429, "Too many requests.")
        case .busy: (503, "The relay is busy, or about to stop.")
        case .diskFull: (507, "The relay has no room.")
        case .uncertain: (500, "The relay failed. What was sent may or may not be stored.")
        }
    }
}

extension WireError {
    /// What a relay answers to a request that has this fault.
    package var problem: Problem {
        switch self {
        case .relay: .wrongRelay
        case .components, .digest, .key, .signature: .signatureInvalid
        case .stale: .signatureStale
        case .missing: .signatureMissing
        case .work: .workInsufficient
        case .check: .codeRefused
        default: .malformed
        }
    }
}
