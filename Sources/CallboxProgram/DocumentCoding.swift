internal import FoundationEssentials

/// Values as the bytes of documents, and back.
package enum DocumentCoding {
    /// Reads a value from strict JSON.
    /// - Throws: `tooLarge`, `malformed`, or what the value itself refuses.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: [UInt8], limit: Int
    ) throws(ProgramError) -> Value {
        guard bytes.count <= limit else { throw .tooLarge }
        guard StrictJSON.accepts(bytes) else { throw .malformed }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch let error as ProgramError {
            throw error
        } catch {
            throw .malformed
        }
    }

    /// Writes a value: names in order, no white space, nothing escaped that need not be.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            fatalError("strings, integers and lists of them always encode")
        }
        return [UInt8](data)
    }
}
