package import CallboxCrypto

/// A cell as it waits in a mailbox.
package struct WaitingCell: Equatable, Sendable {
    /// Its place in the mailbox.
    package let sequence: CellSequence
    /// The cell.
    package let cell: Cell

    /// A cell in its place.
    package init(_ sequence: CellSequence, _ cell: Cell) {
        self.sequence = sequence
        self.cell = cell
    }
}

/// A cell's place in its mailbox, 1 to 2⁶³ − 1, rising with each deposit; 8 bytes.
package struct CellSequence: Hashable, Comparable, Sendable {
    /// The place.
    package let number: Int64

    /// A place.
    /// - Throws: `field` below 1.
    package init(_ number: Int64) throws(WireError) {
        guard number >= 1 else { throw .field }
        self.number = number
    }

    init(_ reader: inout ByteReader) throws(WireError) {
        guard let number = Int64(exactly: try reader.integer(UInt64.self)) else { throw .field }
        try self.init(number)
    }

    /// Before.
    package static func < (left: CellSequence, right: CellSequence) -> Bool { left.number < right.number }
}

/// What a mailbox's owner gets, always N slots long: slot = state (1) ‖ sequence (8) ‖ cell (8,192). State 1 is a
/// cell, oldest first; state 0 is an empty slot, whose other bytes are random and mean nothing. So the size of the
/// answer tells an onlooker nothing.
package struct CollectAnswer: Equatable, Sendable {
    /// 8,201.
    package static let slotByteCount = 1 + 8 + Cell.byteCount

    /// The cells, oldest first; not more than there are slots.
    package let cells: [WaitingCell]
    /// How many slots the answer has.
    package let slots: SlotCount

    /// An answer of as many slots as were asked for.
    /// - Throws: `length` for more cells than slots, or `field` when their sequence does not rise.
    package init(_ cells: [WaitingCell], slots: SlotCount) throws(WireError) {
        guard cells.count <= slots.number else { throw .length }
        guard zip(cells, cells.dropFirst()).allSatisfy({ $0.sequence < $1.sequence }) else { throw .field }
        self.cells = cells
        self.slots = slots
    }

    /// Takes the answer to a request for as many slots.
    /// - Throws: `length`, or `field` for an unknown state, a cell after an empty slot, or a sequence that does not
    ///   rise.
    package init(_ bytes: [UInt8], slots: SlotCount) throws(WireError) {
        guard bytes.count == slots.number * Self.slotByteCount else { throw .length }
        var reader = ByteReader(bytes)
        var cells: [WaitingCell] = []
        for slot in 0..<slots.number {
            switch try reader.integer(UInt8.self) {
            case 0: try reader.skip(Self.slotByteCount - 1)
            case 1 where cells.count == slot:
                cells.append(WaitingCell(try CellSequence(&reader), try reader.value()))
            default: throw .field
            }
        }
        try self.init(cells, slots: slots)
    }

    /// The answer, 8,201 bytes a slot.
    package func bytes(filledFrom source: inout some RandomSource) -> [UInt8] {
        var writer = ByteWriter(capacity: slots.number * Self.slotByteCount)
        for waiting in cells {
            writer.put(UInt8(1))
            writer.put(UInt64(waiting.sequence.number))
            writer.put(waiting.cell)
        }
        for _ in cells.count..<slots.number {
            writer.put(UInt8(0))
            writer.put(source.bytes(Self.slotByteCount - 1))
        }
        return writer.bytes
    }
}

/// How many slots an owner asks for, 1 to 16. A client keeps to one number, so that it tells nothing.
package struct SlotCount: Hashable, Sendable {
    /// 16.
    package static let limit = 16
    /// 2: what a client asks for unless told otherwise.
    package static let usual = SlotCount(unchecked: 2)
    /// The slots.
    package let number: Int

    /// A number of slots.
    /// - Throws: `field` outside of 1 to 16.
    package init(_ number: Int) throws(WireError) {
        guard (1...Self.limit).contains(number) else { throw .field }
        self.number = number
    }

    private init(unchecked number: Int) { self.number = number }
}
