package import CallboxCrypto
package import CallboxWire

extension Frame {
    /// Kind and version, with room for a whole frame: the rest is appended in place.
    static func begin(_ kind: FrameKind) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        bytes += [kind.rawValue, version]
        return bytes
    }

    /// A frame that was begun and filled.
    init(filled bytes: [UInt8]) {
        do { try self.init(bytes) } catch { fatalError("padding fills a frame to its length: \(error)") }
    }
}

extension Frame {
    /// Seals the frame to a mailbox: what goes to the relay.
    /// - Throws: `unusableKey` when the sealing key is of small order.
    package func sealed(to key: AgreementPublicKey) throws(SealingError) -> Cell {
        guard let box = try? SealedBox.seal(bytes.span, to: key) else { throw .unusableKey }
        return Cell(unchecked: box)
    }

    /// Opens a cell that was collected from a mailbox.
    /// - Throws: `refused`; `unknownFrame` when it holds something that only a newer Callbox knows: keep the cell.
    package static func open(_ cell: Cell, with key: borrowing AgreementKey) throws(SealingError) -> Frame {
        guard let content = try? key.open(cell.bytes.span) else { throw .refused }
        do {
            return try Frame(content)
        } catch {
            throw error == .length ? .refused : .unknownFrame
        }
    }
}
