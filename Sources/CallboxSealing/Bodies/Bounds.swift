internal import CallboxProgram

/// An integer from `low` to `high`.
package struct Bounded<let low: Int, let high: Int>: Hashable, Sendable, Codable {
    /// The integer.
    package let value: Int

    /// Takes an integer.
    /// - Throws: `field`.
    package init(_ value: Int) throws(BodyError) {
        guard low <= value, value <= high else { throw .field }
        self.value = value
    }

    /// Reads the integer.
    package init(from decoder: any Decoder) throws {
        let value = try Int(from: decoder)
        guard low <= value, value <= high else { throw ProgramError.field }
        self.value = value
    }

    /// Writes the integer.
    package func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A list of at most `limit` values.
package struct Few<Element: Codable & Hashable & Sendable, let limit: Int>: Hashable, Sendable, Codable {
    /// The values, in the order given.
    package let all: [Element]

    /// Takes a list.
    /// - Throws: `tooLong`.
    package init(_ all: [Element]) throws(BodyError) {
        guard all.count <= limit else { throw .tooLong }
        self.all = all
    }

    /// Reads the array.
    package init(from decoder: any Decoder) throws {
        let all = try [Element](from: decoder)
        guard all.count <= limit else { throw ProgramError.field }
        self.all = all
    }

    /// Writes the array.
    package func encode(to encoder: any Encoder) throws { try all.encode(to: encoder) }
}
