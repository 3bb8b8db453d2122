internal import CSodium
internal import Synchronization

/// Where secrets stand: in memory that is locked against swapping, left out of core dumps and fenced by guard pages.
/// Short ones share guarded chunks, longer ones have guarded pages of their own.
///
/// Written by hand because `sodium_malloc` alone costs four pages and 15 µs a secret: too much for ratchet keys.
enum SecretArena {
    /// Keys, chain keys, tags.
    static let short = SecretPool(slotByteCount: 64, slotsPerChunk: 256)
    /// States of a hash under a key.
    static let middle = SecretPool(slotByteCount: 512, slotsPerChunk: 32)

    /// Zeroed memory for a secret.
    static func take(_ byteCount: Int) -> Slot {
        guard let pool = pool(byteCount) else { return SecretPool.allocate(byteCount) }
        return pool.take()
    }

    /// Wipes the memory of a secret and takes it back.
    static func giveBack(_ slot: Slot, _ byteCount: Int) {
        guard let pool = pool(byteCount) else { return SecretPool.release(slot) }
        pool.giveBack(slot)
    }

    private static func pool(_ byteCount: Int) -> SecretPool? {
        if byteCount <= short.slotByteCount { return short }
        return byteCount <= middle.slotByteCount ? middle : nil
    }
}

/// Slots of one size in chunks from `sodium_malloc`. A slot is wiped when it is given back, so a free one is all zeros.
final class SecretPool: Sendable {
    let slotByteCount: Int
    private let slotsPerChunk: Int
    private let free = Mutex<[Slot]>([])

    init(slotByteCount: Int, slotsPerChunk: Int) {
        self.slotByteCount = slotByteCount
        self.slotsPerChunk = slotsPerChunk
    }

    func take() -> Slot {
        free.withLock { free in
            if let slot = free.popLast() { return slot }
            let chunk = Self.allocate(slotByteCount * slotsPerChunk)
            for index in (1..<slotsPerChunk).reversed() {
                free.append(unsafe Slot(start: chunk.start + index * slotByteCount))
            }
            return chunk
        }
    }

    func giveBack(_ slot: Slot) {
        unsafe sodium_memzero(slot.start, slotByteCount)
        free.withLock { $0.append(slot) }
    }

    /// Zeroed guarded pages.
    static func allocate(_ byteCount: Int) -> Slot {
        Sodium.ready
        guard let start = unsafe sodium_malloc(max(byteCount, 1)) else {
            fatalError("no guarded memory for a secret: the process cannot keep its promise and stops")
        }
        // libsodium fills new memory with 0xdb.
        unsafe sodium_memzero(start, byteCount)
        return unsafe Slot(start: start)
    }

    /// Wipes and releases guarded pages; also checks the canary, and stops the process if something wrote over it.
    static func release(_ slot: Slot) { unsafe sodium_free(slot.start) }
}

/// The start of a piece of guarded memory. Owned by exactly one `Secret`, which is why it may cross threads.
@safe struct Slot: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
}
