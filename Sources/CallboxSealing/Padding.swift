/// Content in a field of fixed length, so that its size does not show: cell.md section 4.
enum Padding {
    private static let prefix = 2

    /// How much content fits into `length` bytes.
    static func capacity(of length: Int) -> Int { length - prefix }

    /// Length, content, zero bytes.
    /// - Throws: `tooLong`.
    static func pad(_ content: [UInt8], to length: Int) throws(SealingError) -> [UInt8] {
        guard content.count <= capacity(of: length), let count = UInt16(exactly: content.count) else { throw .tooLong }
        var padded = [UInt8]()
        padded.reserveCapacity(length)
        padded.append(UInt8(count >> 8))
        padded.append(UInt8(count & 0xff))
        padded += content
        padded.append(contentsOf: repeatElement(0, count: length - padded.count))
        return padded
    }

    /// The content again.
    /// - Throws: `refused` on a length that does not fit or a padding byte that is not zero.
    static func unpad(_ padded: [UInt8]) throws(SealingError) -> [UInt8] {
        guard padded.count >= prefix else { throw .refused }
        let end = prefix + Int(padded[0]) << 8 + Int(padded[1])
        guard end <= padded.count, padded[end...].allSatisfy({ $0 == 0 }) else { throw .refused }
        return [UInt8](padded[prefix..<end])
    }
}
