/// Any JSON, carried from one call to the next without a look at it.
indirect enum Opaque: Codable {
    case text(String), number(Int), truth(Bool), list([Opaque]), object([String: Opaque]), nothing

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .nothing
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Int.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Opaque].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Opaque].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        case .nothing: try container.encodeNil()
        }
    }
}
