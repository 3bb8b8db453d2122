import CallboxWire
import Fuzzing

/// Reads fields in an order that the input itself decides; what was read must write back to the same bytes.
@main
struct ReaderTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        var writer = ByteWriter()
        while (try? step(&reader, &writer)) != nil {}
        precondition(bytes.starts(with: writer.bytes), "what was read does not write back to the same bytes")
    }

    private static func step(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(WireError) {
        let kind: UInt8 = try reader.integer()
        var field = ByteWriter()
        switch kind & 7 {
        case 0: field.put(try reader.integer(UInt64.self))
        case 1: field.put(try reader.integer(UInt32.self))
        case 2: field.put(try reader.value(MailboxAddress.self))
        case 3: field.put(try reader.take(Int(kind)))
        case 4: try field.putField(try reader.field(limit: Int(kind)))
        case 5: try field.putField(try reader.field(limit: .max))
        case 6: field.put(try reader.take(-Int(kind)))
        default: try reader.finish()
        }
        writer.put(kind)
        writer.put(field.bytes)
    }
}
