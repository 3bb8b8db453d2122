package import CallboxProgram

/// Type `text`: what somebody writes.
package struct TextMessage: Hashable, Sendable, Codable {
    /// The words, at most 256 KiB.
    package let text: Words<262_144>
    /// A message.
    package init(text: Words<262_144>) { self.text = text }
}

/// Type `notice-ack`: the officer has read the limits notice whole. Says again, for the peer's eyes, what the handshake already holds.
package struct NoticeAcknowledgement: Hashable, Sendable, Codable {
    /// Which notice, in which language's text.
    package let notice: NoticeHash
    /// The language it was read in.
    package let language: LanguageTag
    /// An acknowledgement.
    package init(notice: NoticeHash, language: LanguageTag) {
        self.notice = notice
        self.language = language
    }
}

/// Type `concern`: a quiet worry about somebody else; marks the conversation.
package struct Concern: Hashable, Sendable, Codable {
    /// Whether that person may be in danger now.
    package enum Danger: String, Sendable, CaseIterable { case no, unsure, yes }
    /// What the writer has noticed, at most 16 KiB. No name is asked for.
    package let text: Words<16_384>
    /// As the writer sees it; `yes` and `unsure` bring the four questions up on the peer's screen.
    package let danger: Choice<Danger>
    /// A concern.
    package init(text: Words<16_384>, danger: Choice<Danger>) {
        self.text = text
        self.danger = danger
    }
}

/// Type `limits-invoked`: the peer says that a limit of confidentiality has been reached, and what happens now.
package struct LimitsInvoked: Hashable, Sendable, Codable {
    /// Which limit; the notice says what each means where the program is.
    package enum Limit: String, Sendable, CaseIterable {
        case harmToSelf = "harm-to-self"
        case harmToOthers = "harm-to-others"
        case abuse
        case court
        case other
    }
    /// Which limit.
    package let limit: Choice<Limit>
    /// The notice that names it.
    package let notice: NoticeHash
    /// What the peer has to do, and what they will not do, in their own words.
    package let text: Words<8_192>
    /// The statement.
    package init(limit: Choice<Limit>, notice: NoticeHash, text: Words<8_192>) {
        self.limit = limit
        self.notice = notice
        self.text = text
    }
}

/// Type `state`: whether somebody is there. A peer's client sends `here` some minutes after a session began, whether or not anything was
/// read, so it is no receipt.
package struct Presence: Hashable, Sendable, Codable {
    /// Here, away, or back from being away.
    package enum State: String, Sendable, CaseIterable { case here, away, back }
    /// The state.
    package let state: Choice<State>
    /// When somebody who is away means to be back.
    package let until: Hour?
    /// A state.
    package init(_ state: Choice<State>, until: Hour? = nil) {
        self.state = state
        self.until = until
    }
}

/// Type `expire`: the conversation is to be kept for fewer days. Each side takes the least that either has said.
package struct RetentionLimit: Hashable, Sendable, Codable {
    /// Days that a message is kept, 1 to 90.
    package let days: Bounded<1, 90>
    /// A limit.
    package init(days: Bounded<1, 90>) { self.days = days }
}

/// Type `goodbye`: the sender leaves; nothing comes after it.
package struct Goodbye: Hashable, Sendable, Codable {
    /// A last word, if any.
    package let text: Words<8_192>?
    /// A goodbye.
    package init(text: Words<8_192>? = nil) { self.text = text }
}

/// Type `rating`: how it was, for the coordinator's counts. No free text.
package struct Rating: Hashable, Sendable, Codable {
    /// An answer to a question.
    package enum Answer: String, Sendable, CaseIterable { case yes, unsure, no }
    /// How much it helped, 1 (not at all) to 5 (very much).
    package let helped: Bounded<1, 5>
    /// Whether the officer would come again.
    package let wouldReturn: Choice<Answer>
    /// A rating.
    package init(helped: Bounded<1, 5>, wouldReturn: Choice<Answer>) {
        self.helped = helped
        self.wouldReturn = wouldReturn
    }

    private enum CodingKeys: String, CodingKey {
        case helped
        case wouldReturn = "would_return"
    }
}
