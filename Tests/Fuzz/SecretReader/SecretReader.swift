import CallboxCrypto
import CallboxTesting
import Fuzzing

/// Sealed bytes as they lie in a file; and what stands in them, read in an order that the content itself decides.
@main
struct SecretReaderTarget: FuzzTarget {
    private static let key = Secret(copying: [UInt8](repeating: 1, count: AEAD.keyByteCount).span)
    private static let context: [UInt8] = [2]

    static func decode(_ bytes: [UInt8]) {
        _ = try? SecretReader.open(bytes, under: key, authenticating: context).remaining
        var random = SeededRandom(seed: 1)
        var writer = SecretWriter(capacity: 0)
        writer.put(bytes)
        let sealed = writer.sealed(under: key, authenticating: context, random: &random)
        var reader = fixture { try SecretReader.open(sealed, under: key, authenticating: context) }
        precondition(reader.remaining == bytes.count, "bytes were lost")
        while (try? step(&reader)) != nil {}
    }

    private static func step(_ reader: inout SecretReader) throws(CryptoError) {
        let before = reader.remaining
        let kind: UInt8 = try reader.integer()
        switch kind & 7 {
        case 0: _ = try reader.integer(UInt64.self)
        case 1: _ = try reader.integer(UInt16.self)
        case 2: _ = try reader.take(Int(kind))
        case 3: _ = try reader.take(-Int(kind))
        case 4: _ = try reader.secret(Int(kind)).byteCount
        case 5: _ = try reader.secret(-Int(kind)).byteCount
        case 6: _ = try reader.take(.max)
        default: try reader.finish()
        }
        precondition(reader.remaining < before, "reading did not advance")
    }
}
