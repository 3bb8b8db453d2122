internal import CallboxProgram
internal import CallboxWire

extension ConsentWords {
    /// The plain text of a consent, which the officer reads whole before signing, and whose hash is signed: handoff.md section 3. The same
    /// terms and words always make the same bytes. What people wrote stands behind a bar on every line, so that it cannot pose
    /// as a heading of ours.
    package func text(of terms: ConsentTerms) -> String {
        let sections = [
            [self[terms.kind == .introduction ? .titleIntroduction : .titleClosing], self[.readWhole]],
            [self[.you]] + quoted(terms.subject.pseudonym.text)
                + [self[terms.subject.tier == .identified ? .tierB : .tierA]],
            party(.teller, terms.discloser), party(.told, terms.recipient),
            [self[.items]],
        ]
        let rest = [
            [self[terms.substanceUse ? .substanceYes : .substanceNo]],
            [self[.excluded]] + excluded(terms), [self[.purpose]] + quoted(terms.purpose.text),
            terms.kind == .introduction ? [self[.room]] : [],
            end(terms), [self[terms.followUp.phrase]],
            [self[.revocation]] + quoted(terms.statements.revocation.text),
            [self[.reliance]] + quoted(terms.statements.reliance.text),
            [self[.support]] + quoted(terms.statements.support.text),
            [self[.redisclosure]] + quoted(terms.statements.redisclosure.text),
            references(terms), [self[.signing], "\(self[.date]): \(terms.date.dashed)"],
        ]
        let items = terms.items.all.map { [self[$0.kind.phrase]] + quoted($0.text.text) }
        return (sections + items + rest).filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private func quoted(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { "  | " + String(decoding: $0, as: UTF8.self) }
    }

    private func party(_ phrase: Phrase, _ party: ConsentParty) -> [String] {
        [self[phrase]] + quoted(party.name.text) + [self[.credential]] + quoted(party.credential.text)
    }

    private func excluded(_ terms: ConsentTerms) -> [String] {
        terms.excluded.all.flatMap { quoted($0.text) } + [self[.nothingExcluded]]
    }

    private func end(_ terms: ConsentTerms) -> [String] {
        let last = "\(self[.end]): \(terms.end.day.dashed)"
        guard let event = terms.end.event else { return [last] }
        return [last, self[.endEvent]] + quoted(event.text)
    }

    private func references(_ terms: ConsentTerms) -> [String] {
        let binding = terms.binding
        let introduction = binding.introduction.map { "\(self[.introduction]): \(hexadecimal($0.bytes))" }
        return [
            self[.references],
            "\(self[.consent]): \(hexadecimal(terms.id.bytes))",
            "\(self[.program]): \(hexadecimal(binding.program.bytes)), \(self[.version]) \(binding.version)",
            "\(self[.document]): \(hexadecimal(binding.roster.bytes))",
            "\(self[.notice]): \(hexadecimal(terms.notice.bytes))",
        ] + (introduction.map { [$0] } ?? [])
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

extension Day {
    /// The date as `2026-03-01`, by the rules of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    var dashed: String {
        let shifted = Int(number) + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let isEarly = month >= 10
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(year + era * 400 + (isEarly ? 1 : 0))-\(two(isEarly ? month - 9 : month + 3))-\(two(day))"
    }
}
