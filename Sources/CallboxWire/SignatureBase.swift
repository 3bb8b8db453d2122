internal import RawStructuredFieldValues

/// One covered component of a message and its value (RFC 9421 section 2): a field by its lower-case name, or a
/// derived one as `@method`.
package struct SignatureComponent: Equatable, Sendable {
    /// The component's name.
    package let name: String
    /// The component's value, on one line.
    package let value: String

    /// A component as the message has it.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One parameter of a signature (RFC 9421 section 2.3). Their order is part of what is signed.
package enum SignatureParameter: Equatable, Sendable {
    /// When the signature was made, in seconds since 1970.
    case created(Int64)
    /// A value that no other signature of this key has.
    case nonce(String)
    /// Which key it is.
    case keyid(String)
    /// What the signature is for.
    case tag(String)
}

/// What is signed (RFC 9421 section 2.5): a line for each component, and one for the list of them.
package struct SignatureBase: Equatable, Sendable {
    /// The list of components with its parameters: the value of `@signature-params` and of the `Signature-Input`
    /// member.
    package let parameters: String
    /// The bytes to sign.
    package let bytes: [UInt8]

    /// Builds it.
    /// - Throws: `repeated` when a component stands there twice, `encoding` when a value is not one line of ASCII or
    ///   a parameter has no form.
    package init(_ components: [SignatureComponent], _ parameters: [SignatureParameter]) throws(WireError) {
        guard Set(components.map(\.name)).count == components.count else { throw .repeated }
        var text = ""
        for component in components {
            // A line break in a value would make one component look like two.
            guard component.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .encoding }
            text += "\(try Self.identifier(component.name)): \(component.value)\n"
        }
        let list = InnerList(
            bareInnerList: Self.items(components.map(\.name)), parameters: Self.entries(parameters))
        self.parameters = try StructuredField.serialise(list)
        self.bytes = [UInt8]((text + "\"@signature-params\": " + self.parameters).utf8)
    }

    private static func identifier(_ name: String) throws(WireError) -> String {
        let alone = try StructuredField.serialise(InnerList(bareInnerList: items([name]), parameters: entries([])))
        return String(alone.dropFirst().dropLast())
    }

    private static func items(_ names: [String]) -> BareInnerList {
        var items = BareInnerList()
        for name in names { items.append(Item(bareItem: RFC9651BareItem.string(name), parameters: entries([]))) }
        return items
    }

    private static func entries(_ parameters: [SignatureParameter]) -> OrderedMap<String, RFC9651BareItem> {
        var entries = OrderedMap<String, RFC9651BareItem>()
        for parameter in parameters {
            switch parameter {
            case .created(let time): entries["created"] = .integer(time)
            case .nonce(let nonce): entries["nonce"] = .string(nonce)
            case .keyid(let key): entries["keyid"] = .string(key)
            case .tag(let tag): entries["tag"] = .string(tag)
            }
        }
        return entries
    }
}
