package import FoundationEssentials

/// The files of `Protocol/Vectors`: read by the tests, and written again when `CALLBOX_WRITE_VECTORS` is set.
package enum Vectors {
    /// Whether the vector files are to be made anew (their encapsulations are random, so they come out different each time).
    package static let areWritten = ProcessInfo.processInfo.environment["CALLBOX_WRITE_VECTORS"] != nil

    /// The project's folder.
    package static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where the files are.
    package static let folder = project.appending(path: "Protocol/Vectors")

    /// Reads one file.
    package static func read<V: Decodable>(_ name: String, as type: V.Type = V.self) throws -> V {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(V.self, from: Data(contentsOf: folder.appending(path: name)))
    }

    /// Writes one file.
    package static func write(_ value: some Encodable, to name: String) throws {
        try text(value).write(to: folder.appending(path: name))
    }

    /// A value as its file has it, in an order that makes differences readable.
    package static func text(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal, as the vectors have it.
    package var hexText: String {
        map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// Base64, for what is long.
    package var base64Text: String { Data(self).base64EncodedString() }
}

/// The bytes of a base64 field of a vector. Stops the test at anything else.
package func base64(_ text: String) -> [UInt8] {
    guard let data = Data(base64Encoded: text) else { preconditionFailure("this vector holds no base64") }
    return [UInt8](data)
}
