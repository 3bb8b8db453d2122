internal import CallboxProgram

/// The name of a record and what stands in it. All names are in `Record+Table.swift`.
package struct Record<Value: Codable & Sendable>: Hashable, Sendable {
    /// The name in the vault.
    package let name: String

    /// A record of this name.
    package init(_ name: String) { self.name = name }
}

/// Why a record cannot be used. The vault is sealed as a whole, so this is a fault of ours and of nobody else.
package enum StateError: Error, Equatable, Sendable {
    /// What stands under this name is not what we write there.
    case damaged(String)
    /// Nothing stands under this name, though another record speaks of it.
    case missing(String)
}

/// Records hold values as strict JSON; sessions, room views, parts and taken cells as bytes of their own.
extension Records {
    /// How long a record of JSON may be: a program document in base64, and room to spare.
    private static var byteLimit: Int { 64 << 20 }

    /// What stands in a record; nil when there is none.
    /// - Throws: `damaged`.
    package func value<Value>(_ record: Record<Value>) throws(StateError) -> Value? {
        guard let bytes = self[record.name] else { return nil }
        do {
            let kept: Kept<Value> = try DocumentCoding.decode(from: bytes, limit: Self.byteLimit)
            return kept.value
        } catch {
            throw .damaged(record.name)
        }
    }

    /// What stands in a record that must be there.
    /// - Throws: `missing`, `damaged`.
    package func existing<Value>(_ record: Record<Value>) throws(StateError) -> Value {
        guard let value = try value(record) else { throw .missing(record.name) }
        return value
    }

    /// Writes a record; nil takes it away.
    package mutating func put<Value>(_ value: Value?, in record: Record<Value>) {
        self[record.name] = value.map { DocumentCoding.encode(Kept(value: $0)) }
    }

    /// Changes a record that must be there.
    /// - Throws: `missing`, `damaged`, or what `change` throws.
    package mutating func update<Value, Result>(
        _ record: Record<Value>, _ change: (inout Value) throws -> Result
    ) throws -> Result {
        var value = try existing(record)
        let result = try change(&value)
        put(value, in: record)
        return result
    }
}

/// Strict JSON is an object, and a value may be a list or a text.
private struct Kept<Value: Codable>: Codable {
    let value: Value

    private enum CodingKeys: String, CodingKey { case value = "is" }
}
