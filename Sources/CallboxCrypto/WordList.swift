internal import FoundationEssentials

/// The words of the EFF's large list, which passphrases are made of (`Words/NOTICE`).
///
/// A word is its letters: the hyphen that four of the list's 7,776 words have is left out, because people type a space, a
/// hyphen or nothing. So `yo-yo` and `yoyo`, which are both in the list, are one word, and there are 7,775.
enum WordList {
    /// The words, in alphabetical order.
    static let words: [String] = {
        let text = String(decoding: PackageResources.eff_large_wordlist_txt, as: UTF8.self)
        let letters = text.split(separator: "\n").map { $0.filter(\.isLetter) }
        return Set(letters).sorted()
    }()

    private static let known = Set(words)

    /// The word that these lower-case letters are, in the list's own spelling. Compares by canonical equivalence, as all Swift
    /// text does: it does not matter in which normal form the letters come.
    static func word(letters: String) -> String? {
        known.firstIndex(of: letters).map { known[$0] }
    }

    /// The words that letters typed wrongly may stand for, in any of the ways that they can be read: one letter missing, added,
    /// changed or exchanged with its neighbour, two in readings of five letters and more. The nearest first, at most `limit`.
    static func nearest(to readings: [String], limit: Int = 5) -> [String] {
        let readings = readings.map { Array($0.utf8.prefix(32)) }
        let found = words.compactMap { word in
            let letters = Array(word.utf8)
            let distances = readings.compactMap { typed in
                let distance = distance(typed, letters)
                return distance <= (typed.count < 5 ? 1 : 2) ? distance : nil
            }
            return distances.min().map { (distance: $0, word: word) }
        }
        return found.sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }.prefix(limit).map(\.word)
    }

    /// How many letters have to be added, removed, changed or exchanged with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2 else { return 3 }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = left[row] == right[column] ? 0 : 1
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + change)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
