import CallboxCrypto
import CallboxTesting
import Testing

@testable import CallboxSealing

/// Damaged copies of bytes, the same for the same seed: flipped, dropped, doubled, put in and cut off.
func damaged(_ bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
    var dice = Dice(seed: seed)
    return (0..<count).map { _ in
        var copy = bytes
        for _ in 0...dice.roll(3) where !copy.isEmpty {
            let place = dice.roll(copy.count)
            switch dice.roll(5) {
            case 0: copy[place] ^= 1 << UInt8(dice.roll(8))
            case 1: copy.remove(at: place)
            case 2: copy.insert(copy[place], at: place)
            case 3: copy.removeLast(copy.count - place)
            default: copy[place] = UInt8(dice.roll(256))
            }
        }
        return copy
    }
}

/// Numbers that follow from a seed.
struct Dice: RandomNumberGenerator {
    private var source: SeededRandom

    init(seed: UInt64) { source = SeededRandom(seed: seed) }

    mutating func next() -> UInt64 { source.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// From 0 up to below `bound`.
    mutating func roll(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// What a piece of code refuses a body with; nil when it does not refuse.
func refusal<Result>(_ body: () throws -> Result) -> BodyError? { refusal(as: BodyError.self, body) }

/// What a piece of code refuses with; nil when it does not refuse.
func refusal<Result, Failure: Error>(as type: Failure.Type, _ body: () throws -> Result) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch let error as Failure {
        return error
    } catch {
        Issue.record(error, "refused by an error of another kind")
        return nil
    }
}
