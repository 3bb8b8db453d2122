internal import CallboxCrypto
internal import HTTPTypes
internal import Hummingbird

/// Answers with what is stored, the same bytes for everybody.
enum DocumentReply {
    /// The document, or 304 when the client has it.
    static func answer(_ document: StoredDocument, _ mediaType: String, to inbound: Inbound) -> Response {
        let headers: HTTPFields = [.eTag: document.tag.entityTag, .cacheControl: "no-cache"]
        if document.tag.isAmong(inbound.values(.ifNoneMatch)) {
            return Response(status: .notModified, headers: headers)
        }
        var response = Reply.content(document.bytes, mediaType)
        for field in headers { response.headers[field.name] = field.value }
        return response
    }

    /// A JSON object of one list, of documents as they are stored.
    static func list(_ name: String, of documents: [StoredDocument]) -> [UInt8] {
        var bytes = [UInt8](#"{"\#(name)":["#.utf8)
        bytes.reserveCapacity(documents.reduce(16 + name.utf8.count) { $0 + $1.bytes.count + 1 })
        for (place, document) in documents.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += document.bytes
        }
        bytes += [UInt8]("]}".utf8)
        return bytes
    }
}

extension DocumentTag {
    /// The value of `ETag` (RFC 9110 section 8.8.3): the digest in hexadecimal.
    package var entityTag: String {
        let digits = bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
        return "\"" + digits.joined() + "\""
    }

    /// Whether it is named in `If-None-Match`, by the weak comparison that this field is read with.
    func isAmong(_ values: [String]) -> Bool {
        values.joined(separator: ",").split(separator: ",").contains { value in
            let tag = value.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            let text = String(tag)
            return text == "*" || text == entityTag || text == "W/" + entityTag
        }
    }
}
