/// Why what a person typed is no passphrase. For the person's screen; it nearly tells the words, so it goes into no log.
package enum PassphraseError: Error, Equatable, Sendable {
    /// There is no word in it.
    case empty
    /// There are more words than any passphrase has.
    case tooLong
    /// The word at this position, counted from 1, is not in the list; the list's nearest words, the likeliest first, may help.
    case unknownWord(position: Int, nearest: [String])
}

/// A passphrase of words drawn from the list, in guarded memory, in the one form that is hashed: lower case, a space between
/// words. Seven words are 90 bits, six are 77.
package struct Passphrase: ~Copyable, Sendable {
    /// How many words a member's vault gets.
    package static let memberWordCount = 7
    /// How many words an officer's vault gets.
    package static let officerWordCount = 6
    /// How many words are read at most.
    package static let maximumWordCount = 32

    /// How many words it has.
    package let wordCount: Int
    private let text: Secret

    private init(_ words: [String]) {
        var bytes = Array(words.joined(separator: " ").utf8)
        wordCount = words.count
        text = Secret(absorbing: &bytes)
    }

    /// A fresh passphrase, 1 to 32 words, each of the list's equally likely.
    package static func random(wordCount: Int, from source: inout some RandomSource) -> Passphrase {
        precondition((1...maximumWordCount).contains(wordCount), "the number of words is ours to choose")
        var words: [String] = []
        for _ in 0..<wordCount { words.append(WordList.words[index(below: WordList.words.count, from: &source)]) }
        return Passphrase(words)
    }

    /// Reads what a person typed or pasted. Case, the normal form of the text and whatever stands between the words do not
    /// matter, and a word may be broken by a hyphen or a line's end.
    /// - Throws: `empty`, `tooLong`, `unknownWord`.
    package init(reading typed: String) throws(PassphraseError) {
        var pieces = typed.lowercased().split { !$0.isLetter }.map(String.init)[...]
        guard !pieces.isEmpty else { throw .empty }
        var words: [String] = []
        while let piece = pieces.popFirst() {
            guard words.count < Self.maximumWordCount else { throw .tooLong }
            if let word = WordList.word(letters: piece) {
                words.append(word)
            } else if let rest = pieces.first, let word = WordList.word(letters: piece + rest) {
                // No word of the list begins with another one, so a piece that is a word is never half of a longer one.
                pieces.removeFirst()
                words.append(word)
            } else {
                let readings = [piece] + pieces.prefix(1).map { piece + $0 }
                throw .unknownWord(position: words.count + 1, nearest: WordList.nearest(to: readings))
            }
        }
        self.init(words)
    }

    /// What is hashed.
    package consuming func secret() -> Secret { text }

    /// The words, for the one time that a person is shown them to write them down.
    package borrowing func revealedForPaper() -> String {
        text.withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }

    /// A number below `bound`, all equally likely: draws from the part of 2^16 above the last multiple of the bound are discarded.
    private static func index(below bound: Int, from source: inout some RandomSource) -> Int {
        let accepted = 65536 - 65536 % bound
        while true {
            let draw = Secret(random: 2, from: &source).withBytes { Int($0[0]) << 8 | Int($0[1]) }
            if draw < accepted { return draw % bound }
        }
    }
}
