extension [UInt8] {
    /// Takes off the first byte, to choose by; 0 when there is none.
    package mutating func choice() -> UInt8 { isEmpty ? 0 : removeFirst() }

    /// Takes off a big-endian number; bytes that are not there count as 0.
    package mutating func number<I: FixedWidthInteger>(_ type: I.Type = I.self) -> I {
        (0..<I.bitWidth / 8).reduce(0) { number, _ in number << 8 | I(truncatingIfNeeded: choice()) }
    }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD, as in a header field.
    package var text: String { String(decoding: self, as: UTF8.self) }

    /// Cut, or filled up with zero bytes: a decoder that looks at the length first would see little else.
    package func filled(to count: Int) -> [UInt8] {
        [UInt8](prefix(count)) + [UInt8](repeating: 0, count: Swift.max(0, count - self.count))
    }
}

/// What a target decodes with. Not the decoder's fault when it fails.
package func fixture<Value: ~Copyable>(_ make: () throws -> Value) -> Value {
    do { return try make() } catch { fatalError("the target has nothing to work with: \(error)") }
}
