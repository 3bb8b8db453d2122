internal import CallboxProgram

/// Type `check-in`: sent and sealed today, shown when it is due. So it arrives while the peer's machine is off, and no relay learns a schedule.
package struct CheckIn: Hashable, Sendable, Codable {
    /// What it is about.
    package enum Occasion: String, Sendable, CaseIterable {
        case incident
        case followUp = "follow-up"
        case anniversary
        case other
    }
    /// When to show it.
    package let due: Hour
    /// When it is too late to show it; not before `due`.
    package let until: Hour
    /// What it is about.
    package let occasion: Choice<Occasion>
    /// The words.
    package let text: Words<4_096>

    /// A check-in.
    /// - Throws: `field` when it ends before it is due.
    package init(due: Hour, until: Hour, occasion: Choice<Occasion>, text: Words<4_096>) throws(BodyError) {
        guard due <= until else { throw .field }
        self.due = due
        self.until = until
        self.occasion = occasion
        self.text = text
    }

    /// Reads the four members.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        due = try values.decode(Hour.self, forKey: .due)
        until = try values.decode(Hour.self, forKey: .until)
        occasion = try values.decode(Choice<Occasion>.self, forKey: .occasion)
        text = try values.decode(Words<4_096>.self, forKey: .text)
        guard due <= until else { throw ProgramError.field }
    }
}

/// Type `check-in-reply`: one keypress, and words if the officer has some.
package struct CheckInReply: Hashable, Sendable, Codable {
    /// How somebody is.
    package enum Feeling: String, Sendable, CaseIterable {
        case allRight = "all-right"
        case gettingBy = "getting-by"
        case struggling
        case needSomeone = "need-someone"
    }
    /// The check-in that it answers.
    package let checkIn: BodyID
    /// How the officer is.
    package let feeling: Choice<Feeling>
    /// More, if the officer likes.
    package let text: Words<8_192>?

    /// A reply.
    package init(to checkIn: BodyID, feeling: Choice<Feeling>, text: Words<8_192>? = nil) {
        self.checkIn = checkIn
        self.feeling = feeling
        self.text = text
    }

    private enum CodingKeys: String, CodingKey {
        case feeling, text
        case checkIn = "check_in"
    }
}
