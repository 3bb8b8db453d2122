internal import CallboxProgram
internal import CallboxWire

/// Bytes in a record of JSON: base64, and not a list of numbers.
package struct Blob: Hashable, Sendable, Codable {
    /// The bytes.
    package let bytes: [UInt8]

    /// Wraps bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the text.
    package init(from decoder: any Decoder) throws {
        bytes = try Base64.decode(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.encode(bytes))
    }
}
