internal import RawStructuredFieldValues

/// Structured field values (RFC 9651) in their canonical form only: what does not serialise to itself is refused. So no
/// doubled key, no odd spacing and no second spelling of a number reaches a rule.
enum StructuredField {
    /// The longest field of ours that is read, in bytes.
    static let byteLimit = 1024

    /// Reads a dictionary.
    /// - Throws: `length` above 1,024 bytes, or `encoding`.
    static func dictionary(_ text: String) throws(WireError) -> OrderedMap<String, ItemOrInnerList> {
        let bytes = [UInt8](text.utf8)
        guard bytes.count <= byteLimit else { throw .length }
        var parser = StructuredFieldValueParser(bytes)
        // Bytes are compared, not strings: to a Swift string the Kelvin sign is a K.
        guard let dictionary = try? parser.parseDictionaryFieldValue(), try serialise(dictionary) == bytes else {
            throw .encoding
        }
        return dictionary
    }

    /// The one member of a dictionary that must have exactly this one.
    /// - Throws: `length`, `encoding`, `missing` without this member, or `field` when there are others.
    static func onlyMember(_ name: String, of text: String) throws(WireError) -> ItemOrInnerList {
        let dictionary = try dictionary(text)
        guard let member = dictionary[name] else { throw .missing }
        guard dictionary.count == 1 else { throw .field }
        return member
    }

    /// The bytes of a member that must be a byte sequence without parameters.
    /// - Throws: `field`, or `encoding`.
    static func bytes(_ member: ItemOrInnerList) throws(WireError) -> [UInt8] {
        guard case .item(let item) = member, item.rfc9651Parameters.isEmpty,
            case .undecodedByteSequence(let text) = item.rfc9651BareItem
        else { throw .field }
        return try Base64.decode(text, .standard)
    }

    /// A dictionary of one byte sequence.
    static func text(_ name: String, _ bytes: [UInt8]) -> String {
        "\(name)=\(byteSequence(bytes))"
    }

    /// A byte sequence.
    static func byteSequence(_ bytes: [UInt8]) -> String { ":\(Base64.encode(bytes, .standard)):" }

    /// An inner list.
    /// - Throws: `encoding` when a string or number in it has no form.
    static func serialise(_ list: InnerList) throws(WireError) -> String {
        var serialiser = StructuredFieldValueSerializer()
        guard let bytes = try? serialiser.writeListFieldValue([.innerList(list)]) else { throw .encoding }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func serialise(_ dictionary: OrderedMap<String, ItemOrInnerList>) throws(WireError) -> [UInt8] {
        var serialiser = StructuredFieldValueSerializer()
        guard let bytes = try? serialiser.writeDictionaryFieldValue(dictionary) else { throw .encoding }
        return bytes
    }
}
