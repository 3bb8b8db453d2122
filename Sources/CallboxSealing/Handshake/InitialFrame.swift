internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// The layout of an INIT frame: handshake.md section 3. The day and the roster version are readable before anything is opened, so that
/// the right keys and document can be found.
package struct InitialFrame {
    static let clearByteCount = 2 + 4 + 8
    static let metaByteCount = Opening.byteCount + HybridEncryption.tagByteCount

    /// The day whose prekey sheet it was made for.
    package let day: Day
    /// The version of the program document it was made under.
    package let rosterVersion: UInt64
    let clear: [UInt8]
    let encapsulated: KEMCiphertext
    let meta: [UInt8]
    let message: RatchetMessage

    /// Takes a frame apart.
    /// - Throws: `refused` when it is no INIT.
    package init(_ frame: Frame) throws(SealingError) {
        guard frame.kind == .initial else { throw .refused }
        do {
            var reader = ByteReader(frame.bytes)
            clear = try reader.take(Self.clearByteCount)
            encapsulated = try reader.value()
            meta = try reader.take(Self.metaByteCount)
            message = try RatchetMessage(try reader.take(reader.remaining))
            var fields = ByteReader(clear[2...])
            day = Day(try fields.integer())
            rosterVersion = try fields.integer()
        } catch {
            throw .refused
        }
    }

    /// The clear fields.
    static func clear(day: Day, rosterVersion: UInt64) -> [UInt8] {
        var fields = ByteWriter()
        fields.put(day.number)
        fields.put(rosterVersion)
        return Frame.begin(.initial) + fields.bytes
    }
}
