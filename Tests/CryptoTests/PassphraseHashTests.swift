import CallboxCrypto
import CallboxTesting
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Argon2id")
struct PassphraseHashTests {
    static let salt = PassphraseSalt(unchecked: Array(0...15))
    static let least = PassphraseHash.Cost.memoryBounds.lowerBound

    // RFC 9106's vector has four lanes, a key and associated data, which libsodium does not offer. These were computed with the
    // package `cryptography` for Python (OpenSSL's Argon2id): salt 0x00…0x0f, one lane, 32 bytes.
    @Test(
        "The key is that of another implementation",
        arguments: [
            (
                "correct horse battery staple", 1, 8192,
                "9aeef75313e585f492c33c5e12d82e9ad253b7dd78632d537e899cd4eddd789c"
            ),
            ("", 3, 8192, "f58cb5cd03e8c6ffcca951d916843cfb306171cbd2e846975dc38d77bf6ad073"),
        ] as [(String, UInt32, UInt32, String)])
    func vector(_ passphrase: String, _ passes: UInt32, _ memory: UInt32, _ expected: String) throws {
        let cost = try PassphraseHash.Cost(memory: memory, passes: passes)
        #expect(try key(passphrase, Self.salt, cost) == hex(expected))
    }

    @Test("The default cost is 3 passes over 256 MiB, and its key that of another implementation")
    func moderate() throws {
        #expect(try PassphraseHash.Cost.moderate == PassphraseHash.Cost(memory: 256 * 1024, passes: 3))
        let expected = hex("aad608b5866cef907f47d5cae529ed01a91301c92c5d5fef46e1a65e394e5742")
        #expect(try key("correct horse battery staple", Self.salt, .moderate) == expected)
    }

    @Test("Another passphrase, salt, number of passes or memory gives another key")
    func separation() throws {
        let cost = try PassphraseHash.Cost(memory: Self.least, passes: 1)
        let keys = [
            try key("a", Self.salt, cost), try key("b", Self.salt, cost), try key("a\0", Self.salt, cost),
            try key("a", PassphraseSalt(unchecked: Array(1...16)), cost),
            try key("a", Self.salt, PassphraseHash.Cost(memory: Self.least, passes: 2)),
            try key("a", Self.salt, PassphraseHash.Cost(memory: Self.least + 1024, passes: 1)),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(try key("a", Self.salt, cost) == keys[0])
    }

    @Test("A cost outside the bounds is refused, on the bounds it is not")
    func bounds() throws {
        let memory = PassphraseHash.Cost.memoryBounds
        #expect((memory.lowerBound, memory.upperBound) == (8 * 1024, 1024 * 1024))
        for (memory, passes) in [(memory.lowerBound, 1), (memory.upperBound, 10)] as [(UInt32, UInt32)] {
            let cost = try PassphraseHash.Cost(memory: memory, passes: passes)
            #expect(cost.memory == memory && cost.passes == passes)
        }
        let outside: [(UInt32, UInt32)] = [
            (memory.lowerBound - 1, 1), (memory.upperBound + 1, 1), (0, 1), (.max, 1), (Self.least, 0),
            (Self.least, 11),
            (Self.least, .max),
        ]
        for (memory, passes) in outside {
            #expect(throws: CryptoError.unacceptableCost) {
                _ = try PassphraseHash.Cost(memory: memory, passes: passes)
            }
        }
    }

    #if canImport(Glibc)
        // In a process of its own, which alone is short of memory.
        @Test("When the system does not give the memory, that is what the error says, and later it works again")
        func outOfMemory() async {
            await #expect(processExitsWith: .success) {
                let passphrase = Secret(copying: Array("a".utf8).span)
                let cost = try PassphraseHash.Cost(memory: Self.least, passes: 1)
                var limit = rlimit()
                let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
                unsafe getrlimit(resource, &limit)
                let before = limit.rlim_cur
                // Room for what the process itself still maps, but not for the 8 MiB of the hash.
                let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).prefix { $0 != " " }
                limit.rlim_cur = rlim_t(try #require(Int(pages)) * Int(getpagesize()) + (4 << 20))
                unsafe setrlimit(resource, &limit)
                var failure: CryptoError?
                do throws(CryptoError) {
                    _ = try PassphraseHash.key(from: passphrase, salt: Self.salt, cost: cost)
                } catch { failure = error }
                limit.rlim_cur = before
                unsafe setrlimit(resource, &limit)
                #expect(failure == .outOfMemory)
                _ = try PassphraseHash.key(from: passphrase, salt: Self.salt, cost: cost)
            }
        }
    #endif

    private func key(_ passphrase: String, _ salt: PassphraseSalt, _ cost: PassphraseHash.Cost) throws -> [UInt8] {
        let secret = Secret(copying: Array(passphrase.utf8).span)
        return try PassphraseHash.key(from: secret, salt: salt, cost: cost).revealedToATest()
    }
}
