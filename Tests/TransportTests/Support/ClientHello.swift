import CallboxWire

/// The first thing that a TLS client says (RFC 8446 section 4.1.2), as far as a test looks at it.
struct ClientHello {
    /// Its extensions, by number.
    let extensions: [UInt16: [UInt8]]
    /// What once named a session.
    let session: [UInt8]

    /// Offering to go on with a session.
    static let preSharedKey: UInt16 = 41
    static let earlyData: UInt16 = 42
    static let supportedVersions: UInt16 = 43
    static let applicationProtocols: UInt16 = 16
    static let serverName: UInt16 = 0

    init(_ bytes: [UInt8]) throws {
        var record = ByteReader(bytes)
        try record.skip(1 + 2 + 2 + 1 + 3 + 2 + 32)
        session = try record.take(Int(try record.integer(UInt8.self)))
        try record.skip(Int(try record.integer(UInt16.self)))
        try record.skip(Int(try record.integer(UInt8.self)))
        var list = ByteReader(try record.take(Int(try record.integer(UInt16.self))))
        var extensions: [UInt16: [UInt8]] = [:]
        while list.remaining > 0 {
            let name = try list.integer(UInt16.self)
            extensions[name] = try list.take(Int(try list.integer(UInt16.self)))
        }
        self.extensions = extensions
    }
}
