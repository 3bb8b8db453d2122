/// A decoder with a fault, for `Scripts/fuzz --self-test`. It stands in a library, as the real decoders do: only a fuzzer that sees
/// which branches a library takes gets to the fault, since a blind one would need 2^40 tries.
package enum PlantedFault {
    /// Reads past the end of `bytes` when they are the word "fault".
    package static func decode(_ bytes: [UInt8]) -> UInt8 {
        guard bytes.count == 5 else { return 0 }
        guard bytes[0] == UInt8(ascii: "f") else { return 1 }
        guard bytes[1] == UInt8(ascii: "a") else { return 2 }
        guard bytes[2] == UInt8(ascii: "u") else { return 3 }
        guard bytes[3] == UInt8(ascii: "l") else { return 4 }
        guard bytes[4] == UInt8(ascii: "t") else { return 5 }
        return bytes[bytes.count]
    }
}
