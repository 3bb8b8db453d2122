/// What a decoder promises beside not to trap. Each check hands on the value, to ask it more.
package enum RoundTrip {
    /// There is one encoding: what was decoded is encoded as the very bytes it came in.
    @discardableResult
    package static func exact<Value>(
        _ bytes: [UInt8], _ decode: ([UInt8]) throws -> Value, _ encode: (Value) throws -> [UInt8]
    ) -> Value? {
        guard let value = try? decode(bytes) else { return nil }
        precondition((try? encode(value)) == bytes, "what was decoded is encoded otherwise")
        return value
    }

    /// There are many spellings: what was decoded has one of ours, which decodes to the same value.
    @discardableResult
    package static func stable<Value: Equatable>(
        _ bytes: [UInt8], _ decode: ([UInt8]) throws -> Value, _ encode: (Value) throws -> [UInt8]
    ) -> Value? {
        guard let value = respelt(bytes, decode, encode) else { return nil }
        precondition((try? decode(encode(value))) == value, "our own spelling decodes to another value")
        return value
    }

    /// As `stable`, for a value that cannot be compared: our spelling decodes, and is spelt the same again.
    @discardableResult
    package static func respelt<Value>(
        _ bytes: [UInt8], _ decode: ([UInt8]) throws -> Value, _ encode: (Value) throws -> [UInt8]
    ) -> Value? {
        guard let value = try? decode(bytes) else { return nil }
        guard let ours = try? encode(value), let again = try? decode(ours) else {
            preconditionFailure("what was decoded has no spelling that decodes")
        }
        precondition((try? encode(again)) == ours, "our own spelling is spelt otherwise")
        return value
    }
}
