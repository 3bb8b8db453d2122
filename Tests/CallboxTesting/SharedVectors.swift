import FoundationEssentials

/// The larger sets of published vectors, which do not lie in this tree but in the folder `../shared/vectors` beside it, where
/// there is one. Tests over them carry `.enabled(if: SharedVectors.have("…"))` and are reported as skipped otherwise.
package enum SharedVectors {
    /// From this file: CallboxTesting, Tests, the package, and then beside it.
    private static let folder = URL(filePath: #filePath).appending(path: "../../../../shared/vectors").standardized

    /// Whether the set is there.
    package static func have(_ name: String) -> Bool {
        FileManager.default.isReadableFile(atPath: folder.appending(path: name).path)
    }

    /// Reads a set of vectors; throws what the reading and the decoding throw.
    package static func load<Vectors: Decodable>(_ name: String, as type: Vectors.Type) throws -> Vectors {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }
}

/// Bytes that stand in a vector as hexadecimal text.
package struct HexBytes: Decodable, Equatable, Sendable {
    /// The bytes.
    package let bytes: [UInt8]

    /// Reads the text.
    package init(from decoder: any Decoder) throws {
        bytes = hex(try decoder.singleValueContainer().decode(String.self))
    }
}
