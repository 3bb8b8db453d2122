import CallboxCrypto
import CallboxProgram
import CallboxTesting

/// What a piece of code refuses with; nil when it does not refuse.
func refusal<Result>(_ body: () throws -> Result) -> ProgramError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? ProgramError
    }
}

/// Damaged copies of bytes, the same for the same seed: flipped, dropped, doubled and put in.
func mutations(of bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
        var copy = bytes
        let choices = random.bytes(9)
        for step in 0..<Int(choices[0] % 3) + 1 {
            let place = (Int(choices[1 + step]) << 16 | Int(choices[4 + step]) << 8 | Int(choices[7])) % copy.count
            switch choices[8] >> (2 * UInt8(step)) & 3 {
            case 0: copy[place] ^= 1 << (choices[7] & 7)
            case 1: copy.remove(at: place)
            case 2: copy.insert(copy[place], at: place)
            default: copy[place] = choices[4 + step]
            }
            if copy.isEmpty { break }
        }
        return copy
    }
}

/// JSON text with one part of it replaced.
func replacing(_ old: String, by new: String, in payload: [UInt8]) -> [UInt8] {
    let text = String(decoding: payload, as: UTF8.self)
    guard let range = text.firstRange(of: old) else { fatalError("\(old) is not in \(text)") }
    return [UInt8](text.replacingCharacters(in: range, with: new).utf8)
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
        self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
