internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// Eight bytes beside every row, so that a bit which the disk turned is noticed before a cell is served from the wrong place
/// or goes on the wrong day. Against faults, not against whoever holds the disk.
enum RowCheck {
    static func mailbox(_ address: MailboxAddress, kind: Int, expires: Day) -> Int64 {
        var writer = ByteWriter()
        writer.put(address)
        writer.put(UInt32(kind))
        writer.put(expires.number)
        return number("callbox/v1/row-mailbox", writer)
    }

    static func cell(_ id: CellID, mailbox: Int64, sequence: Int64, lane: Lane, expires: Day) -> Int64 {
        var writer = ByteWriter()
        writer.put(id)
        writer.put(UInt64(bitPattern: mailbox))
        writer.put(UInt64(bitPattern: sequence))
        writer.put(UInt32(lane.rawValue))
        writer.put(expires.number)
        return number("callbox/v1/row-cell", writer)
    }

    private static func number(_ label: StaticString, _ writer: ByteWriter) -> Int64 {
        BLAKE2b256.hash(label, writer.bytes).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
