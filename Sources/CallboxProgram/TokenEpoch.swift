/// A stretch of days and the key that the relay evaluates tokens with in it. A client takes no token under another key.
package struct TokenEpoch: Hashable, Sendable, Codable {
    /// The epoch's number.
    package let number: UInt32
    /// Its first day.
    package let first: Day
    /// Its last day.
    package let last: Day
    /// The public half of the issuing key, 32 bytes.
    package let key: TokenIssuingKey

    /// An epoch.
    /// - Throws: `field` when it ends before it begins.
    package init(number: UInt32, first: Day, last: Day, key: TokenIssuingKey) throws(ProgramError) {
        guard first <= last else { throw .field }
        self.number = number
        self.first = first
        self.last = last
        self.key = key
    }

    /// Reads the members.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            number: values.decode(UInt32.self, forKey: .number), first: values.decode(Day.self, forKey: .first),
            last: values.decode(Day.self, forKey: .last), key: values.decode(TokenIssuingKey.self, forKey: .key))
    }
}
