package import CallboxCrypto

/// A request to one relay, in the parts that a signature or a payment covers. Anything two readers could read
/// differently is refused.
package struct SignableRequest: Equatable, Sendable {
    /// The longest path, 512 bytes.
    package static let pathByteLimit = 512
    /// The longest query, 256 bytes.
    package static let queryByteLimit = 256

    /// The method, in capitals.
    package let method: String
    /// The path as it stands in the request, from the first `/` on.
    package let path: String
    /// The query without its `?`; empty when there is none.
    package let query: String
    /// The identity key of the relay that the request is for.
    package let relay: VerificationKey
    /// The content; empty when there is none, or none was read yet.
    package let content: [UInt8]
    /// The digest of the content, or the one that its head announces; nil when there is none.
    package let contentDigest: ContentDigest?

    /// Takes a request that is about to be sent, or that came in.
    /// - Throws: `length`, or `field` when the method is not of capitals, or path or query hold anything but
    ///   unreserved characters and the marks between them: no percent-encoding, no empty segment, no `.` or `..`.
    package init(
        method: String, path: String, query: String = "", relay: VerificationKey, content: [UInt8] = []
    ) throws(WireError) {
        try self.init(
            method: method, path: path, query: query, relay: relay, content: content,
            digest: content.isEmpty ? nil : ContentDigest(of: content))
    }

    /// Takes a request that came in and whose content was not read yet, by the value of its `content-digest`. Who signed it
    /// can be known already; whether the content is that one, only when it is there.
    /// - Throws: as above, and what `ContentDigest` refuses.
    package init(
        method: String, path: String, query: String = "", relay: VerificationKey, announcing digest: String?
    ) throws(WireError) {
        let announced: ContentDigest? = if let digest { try ContentDigest(fieldValue: digest) } else { nil }
        try self.init(method: method, path: path, query: query, relay: relay, content: [], digest: announced)
    }

    private init(
        method: String, path: String, query: String, relay: VerificationKey, content: [UInt8], digest: ContentDigest?
    ) throws(WireError) {
        guard (1...16).contains(method.utf8.count), path.utf8.count <= Self.pathByteLimit,
            query.utf8.count <= Self.queryByteLimit
        else { throw .length }
        guard method.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            Self.isPlain(path: path), query.utf8.allSatisfy({ Self.isUnreserved($0) || "&=".utf8.contains($0) })
        else { throw .field }
        self.method = method
        self.path = path
        self.query = query
        self.relay = relay
        self.content = content
        self.contentDigest = digest
    }

    private static func isPlain(path: String) -> Bool {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.count > 1, segments[0].isEmpty else { return false }
        return segments.dropFirst().allSatisfy { segment in
            !segment.isEmpty && segment.allSatisfy(isUnreserved) && !segment.allSatisfy { $0 == UInt8(ascii: ".") }
        }
    }

    /// RFC 3986 section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
