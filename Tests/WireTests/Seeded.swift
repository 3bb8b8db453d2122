import CallboxCrypto
import CallboxTesting

typealias Seeded = SeededRandom

extension SeededRandom {
    init(_ seed: UInt64) { self.init(seed: seed) }

    mutating func number() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func below(_ limit: Int) -> Int { Int(number() % UInt64(limit)) }

    mutating func value<F: FixedBytes>(_ type: F.Type = F.self) -> F { F.random(from: &self) }
}
