import CallboxTesting
import Testing

@testable import CallboxCrypto

@Suite("Passphrases")
struct PassphraseTests {
    // SHA-256 of the list as the EFF publishes it is addd35536511597a02fa0a9ff1e5284677b8883b83e986e43f15a3db996b903e, by sha256sum;
    // this is BLAKE2b-256 of the same file, by Python's hashlib.blake2b(digest_size=32).
    @Test("The list is the EFF's, unchanged")
    func checksum() {
        let list = PackageResources.eff_large_wordlist_txt
        let digest = BLAKE2b256.hash(list.span)
        #expect(digest == hex("41d8cd2ab0bcd86fc0a40c62e4923099963df5fbd57cfef141347fe2a8a56281"))
    }

    @Test("The list has 7,776 lines; without hyphens they are 7,775 words of 3 to 9 letters, for yo-yo is in it twice")
    func wordList() {
        let lines = String(decoding: PackageResources.eff_large_wordlist_txt, as: UTF8.self).split(separator: "\n")
        let listed = lines.map { $0.split(separator: "\t")[1] }
        #expect(Set(listed).count == 7776)
        #expect(listed.filter { $0.contains("-") } == ["drop-down", "felt-tip", "t-shirt", "yo-yo"])
        #expect(listed.contains("yoyo"))
        #expect(Set(WordList.words) == Set(listed.map { $0.filter { $0 != "-" } }))
        #expect(WordList.words.count == 7775)
        #expect(WordList.words.allSatisfy { (3...9).contains($0.count) })
        #expect(WordList.words.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) } })
    }

    // Reading relies on it: a piece that is a word is never the first half of a longer one.
    @Test("No word begins with another one")
    func prefixFree() {
        // In sorted order a word that begins with another one stands right behind it or behind a third such word.
        #expect(zip(WordList.words, WordList.words.dropFirst()).allSatisfy { !$1.hasPrefix($0) })
    }

    @Test("A fresh passphrase has the number of words asked for and reads back as itself")
    func fresh() throws {
        var random = SeededRandom(seed: 1)
        for count in [1, Passphrase.officerWordCount, Passphrase.memberWordCount, Passphrase.maximumWordCount] {
            let passphrase = Passphrase.random(wordCount: count, from: &random)
            let paper = passphrase.revealedForPaper()
            #expect(paper.split(separator: " ").count == count)
            let read = try Passphrase(reading: paper)
            #expect(read.wordCount == count)
            #expect(passphrase.secret().revealedToATest() == Array(paper.utf8))
            #expect(read.secret().revealedToATest() == Array(paper.utf8))
        }
    }

    @Test("Words are drawn evenly: numbers from 8 × 7,775 on are thrown away")
    func evenly() {
        // 65,535 and 62,200 are thrown away, 62,199 is the last word, 0 the first, 7,775 the first again.
        var script = Script(draws: [65535, 62200, 62199, 62200, 0, 7775])
        #expect(Passphrase.random(wordCount: 3, from: &script).revealedForPaper() == "zoom abacus abacus")
        #expect(script.draws.isEmpty)
    }

    @Test(
        "Case, separators, line breaks, numbering and normal form do not matter",
        arguments: [
            "abacus t-shirt zoom", "ABACUS T-SHIRT ZOOM", "  Abacus\n\tt shirt\r\n zoom\n", "abacus-t-shirt-zoom",
            "1. abacus\n2. tshirt\n3. zoom", "aba-\ncus t\u{2011}shirt\u{00a0}zoom", "abacus, t-shirt; zoom.",
            "abacus\u{2003}t\u{00ad}shirt zoom",
        ])
    func forgiving(_ typed: String) throws {
        #expect(try Passphrase(reading: typed).secret().revealedToATest() == Array("abacus tshirt zoom".utf8))
    }

    // U+212A, the Kelvin sign, is canonically the letter K.
    @Test("Yo-yo is one word, however it is written")
    func yoyo() throws {
        for typed in ["yo-yo zoom", "yoyo zoom", "Yo Yo Zoom"] {
            #expect(try Passphrase(reading: typed).revealedForPaper() == "yoyo zoom")
        }
    }

    @Test("Letters that are canonically the same are the same")
    func normalForm() throws {
        #expect(try Passphrase(reading: "\u{212A}ilowatt").revealedForPaper() == "kilowatt")
        #expect(refusal("cafe\u{301}") == refusal("caf\u{e9}"))
    }

    @Test("Another order, another word and one word more are other passphrases")
    func different() throws {
        let forms = try ["abacus zoom", "zoom abacus", "abacus zebra", "abacus zoom zoom", "abacus"].map { typed in
            try Passphrase(reading: typed).secret().revealedToATest()
        }
        #expect(Set(forms).count == forms.count)
    }

    @Test("A word that is not in the list is named by its place, with the nearest words of the list")
    func unknownWord() {
        #expect(refusal("abacus zoom abacsu") == .unknownWord(position: 3, nearest: ["abacus"]))
        #expect(refusal("t-shirt zooom") == .unknownWord(position: 2, nearest: ["zoom", "broom", "groom"]))
        let shirts = ["tshirt", "shirt", "shut", "that"]
        #expect(refusal("abacus t-shrt zoom") == .unknownWord(position: 2, nearest: shirts))
        #expect(refusal("qqqqqqqqqq") == .unknownWord(position: 1, nearest: []))
        #expect(refusal(String(repeating: "a", count: 100_000)) == .unknownWord(position: 1, nearest: []))
    }

    @Test(
        "Each word with one letter missing, doubled, changed or exchanged is among the suggestions or is another word")
    func suggestions() {
        for word in ["tshirt", "zoom"] {
            let letters = Array(word)
            for index in letters.indices.dropLast() {
                var missing = letters, doubled = letters, changed = letters, exchanged = letters
                missing.remove(at: index)
                doubled.insert(letters[index], at: index)
                changed[index] = letters[index] == "x" ? "y" : "x"
                exchanged.swapAt(index, index + 1)
                for typed in [missing, doubled, changed, exchanged].map({ String($0) }) {
                    #expect(WordList.nearest(to: [typed], limit: 100).contains(word))
                }
            }
        }
    }

    @Test("At most five words are suggested, those with one wrong letter before those with two")
    func fewSuggestions() {
        #expect(WordList.nearest(to: ["shakke"]) == ["sake", "shack", "shaky", "shale", "shame"])
        #expect(WordList.nearest(to: ["kitchn"]) == ["kitchen", "ditch", "kitten"])
        #expect(WordList.nearest(to: ["t"]) == [])
    }

    @Test("Nothing, and more words than any passphrase has, are refused")
    func bounds() throws {
        for nothing in ["", " \n", "123 - 456", "🙂"] { #expect(refusal(nothing) == .empty) }
        let longest = Array(repeating: "zoom", count: Passphrase.maximumWordCount).joined(separator: " ")
        #expect(try Passphrase(reading: longest).wordCount == Passphrase.maximumWordCount)
        #expect(refusal(longest + " zoom") == .tooLong)
    }

    private func refusal(_ typed: String) -> PassphraseError? {
        do throws(PassphraseError) {
            _ = try Passphrase(reading: typed)
            return nil
        } catch { return error }
    }

    /// A source that gives these numbers of 16 bits and no other.
    private struct Script: RandomSource {
        var draws: [UInt16]

        mutating func bytes(_ count: Int) -> [UInt8] {
            let draw = draws.removeFirst()
            return [UInt8(draw >> 8), UInt8(draw & 0xff)]
        }
    }
}
