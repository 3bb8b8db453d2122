import CallboxTesting
import Testing

@testable import CallboxCrypto

@Suite("Secrets")
struct SecretTests {
    @Test("A secret is what it was made of, and copies and parts of it are its bytes")
    func contents() {
        var random = SeededRandom(seed: 1)
        for length in [0, 1, 63, 64, 65, 512, 513, 5000] {
            let bytes = random.bytes(length)
            let secret = Secret(copying: bytes.span)
            #expect(secret.byteCount == length)
            #expect(secret.revealedToATest() == bytes)
            #expect(secret.clone().revealedToATest() == bytes)
            #expect(secret.part(length / 3..<length).revealedToATest() == Array(bytes[(length / 3)...]))
        }
    }

    @Test("Absorbed bytes are gone where they came from")
    func absorbed() {
        var bytes: [UInt8] = [1, 2, 3]
        let secret = Secret(absorbing: &bytes)
        #expect(bytes.isEmpty)
        #expect(secret.revealedToATest() == [1, 2, 3])
    }

    @Test("A secret matches its own bytes and nothing else")
    func matching() {
        let bytes = Array(UInt8(0)...40)
        let secret = Secret(copying: bytes.span)
        let matches = secret.matches(bytes.span)
        #expect(matches)
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            let (altered, shorter) = (secret.matches(other.span), secret.matches(bytes.span.extracting(first: index)))
            #expect(!altered)
            #expect(!shorter)
        }
    }

    @Test("New memory for a secret is zeroed, from the first slot of a chunk on, and used memory again after it")
    func zeroed() {
        for pool in [SecretPool(slotByteCount: 64, slotsPerChunk: 4), SecretPool(slotByteCount: 512, slotsPerChunk: 2)]
        {
            var slots: [Slot] = []
            for _ in 1...9 {
                let slot = pool.take()
                #expect(bytes(of: slot, pool.slotByteCount) == [UInt8](repeating: 0, count: pool.slotByteCount))
                unsafe slot.start.initializeMemory(as: UInt8.self, repeating: 0xa5, count: pool.slotByteCount)
                slots.append(slot)
            }
            for slot in slots { pool.giveBack(slot) }
            for slot in slots {
                #expect(bytes(of: slot, pool.slotByteCount) == [UInt8](repeating: 0, count: pool.slotByteCount))
            }
        }
        let large = Secret(byteCount: 10_000)
        #expect(large.revealedToATest() == [UInt8](repeating: 0, count: 10_000))
    }

    @Test("No two secrets that live at once share memory")
    func apart() {
        let pool = SecretPool(slotByteCount: 64, slotsPerChunk: 8)
        let starts = (0..<100).map { _ in unsafe UInt(bitPattern: pool.take().start) }.sorted()
        for (lower, upper) in zip(starts, starts.dropFirst()) { #expect(upper - lower >= 64) }
    }

    // In a process of its own: no other test can take the slot between the release and the look.
    @Test("A short secret is wiped when it is released")
    func wiped() async {
        await #expect(processExitsWith: .success) {
            for length in [32, 64, 416] {
                let slot = Self.slotOfAReleasedSecret(length)
                #expect(unsafe UnsafeRawBufferPointer(start: slot.start, count: length).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("A long secret's memory is gone when it is released: touching it stops the process")
    func unmapped() async {
        await #expect(processExitsWith: .failure) {
            let slot = Self.slotOfAReleasedSecret(10_000)
            unsafe print(slot.start.load(as: UInt8.self))
        }
    }

    @Test("The byte after a long secret is a guard page, the last byte is not")
    func guardPage() async {
        await #expect(processExitsWith: .success) {
            let secret = Secret(byteCount: 10_000)
            unsafe secret.octets[secret.byteCount - 1] = 1
        }
        await #expect(processExitsWith: .failure) {
            let secret = Secret(byteCount: 10_000)
            unsafe secret.octets[secret.byteCount] = 1
        }
    }

    @Test("The byte before a long secret is a canary: the process stops when one that was overwritten is released")
    func canary() async {
        await #expect(processExitsWith: .failure) {
            let secret = Secret(byteCount: 10_000)
            unsafe secret.octets[-1] ^= 1
        }
    }

    @Test("A part outside its secret stops the process")
    func partOutside() async {
        await #expect(processExitsWith: .failure) {
            _ = Secret(byteCount: 32).part(1..<33)
        }
    }

    private static func slotOfAReleasedSecret(_ byteCount: Int) -> Slot {
        let secret = Secret(copying: [UInt8](repeating: 0xa5, count: byteCount).span)
        return unsafe Slot(start: secret.start)
    }

    private func bytes(of slot: Slot, _ count: Int) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: slot.start, count: count))
    }
}
