internal import CallboxCrypto

/// What an owner has stored safely, so that the relay may erase it, always N slots long: slot = state (1) ‖ sequence
/// (8) ‖ cell id (32). State 0 is an empty slot of zero bytes: a client acknowledges after every collection, also of
/// nothing, in as many slots as it collects.
package struct Acknowledgements: Equatable, Sendable {
    /// 41.
    package static let slotByteCount = 1 + 8 + CellID.byteCount

    /// One cell that may go: its place and, so that a mistaken place erases nothing else, its id.
    package struct Entry: Hashable, Sendable {
        /// Its place in the mailbox.
        package let sequence: CellSequence
        /// Which cell it is.
        package let cell: CellID

        /// A cell that may go.
        package init(_ sequence: CellSequence, _ cell: CellID) {
            self.sequence = sequence
            self.cell = cell
        }
    }

    /// The cells, oldest first; not more than there are slots.
    package let entries: [Entry]
    /// How many slots the list has.
    package let slots: SlotCount

    /// A list of as many slots.
    /// - Throws: `length` for more cells than slots, or `field` when their sequence does not rise.
    package init(_ entries: [Entry], slots: SlotCount) throws(WireError) {
        guard entries.count <= slots.number else { throw .length }
        guard zip(entries, entries.dropFirst()).allSatisfy({ $0.sequence < $1.sequence }) else { throw .field }
        self.entries = entries
        self.slots = slots
    }

    /// Takes a list that came in; its length says how many slots it has.
    /// - Throws: `length`, or `field` for an unknown state, a cell after an empty slot, an empty slot that is not
    ///   zero, or a sequence that does not rise.
    package init(_ bytes: [UInt8]) throws(WireError) {
        let (slots, rest) = bytes.count.quotientAndRemainder(dividingBy: Self.slotByteCount)
        guard rest == 0, (1...SlotCount.limit).contains(slots) else { throw .length }
        var reader = ByteReader(bytes)
        var entries: [Entry] = []
        for slot in 0..<slots {
            switch try reader.integer(UInt8.self) {
            case 0:
                guard try reader.take(Self.slotByteCount - 1).allSatisfy({ $0 == 0 }) else { throw .field }
            case 1 where entries.count == slot:
                entries.append(Entry(try CellSequence(&reader), try reader.value()))
            default: throw .field
            }
        }
        try self.init(entries, slots: SlotCount(slots))
    }

    /// The list, 41 bytes a slot.
    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: slots.number * Self.slotByteCount)
        for entry in entries {
            writer.put(UInt8(1))
            writer.put(UInt64(entry.sequence.number))
            writer.put(entry.cell)
        }
        writer.put([UInt8](repeating: 0, count: (slots.number - entries.count) * Self.slotByteCount))
        return writer.bytes
    }
}
