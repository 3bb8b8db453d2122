/// The types of version 1, as bodies name them.
enum ContentType: String, CaseIterable {
    case text
    case noticeAcknowledgement = "notice-ack"
    case concern
    case limitsInvoked = "limits-invoked"
    case checkIn = "check-in"
    case checkInReply = "check-in-reply"
    case state
    case expire
    case goodbye
    case rating
    case transferProposal = "transfer.propose"
    case transferAcceptance = "transfer.accept"
    case transferDecline = "transfer.decline"
    case handoffProposal = "handoff.propose"
    case handoffConsent = "handoff.consent"
    case handoffDecline = "handoff.decline"
    case introduction = "handoff.introduce"
    case handoffAcceptance = "handoff.accept"
    case handoffRefusal = "handoff.refuse"
    case firstContact = "handoff.first-contact"
    case outcome = "handoff.outcome"
    case revocation = "handoff.revoke"
    case cover
}

extension Content {
    /// The type's name and the value behind it; nil for what has none to write.
    var written: (type: ContentType, value: (any Encodable & Sendable)?)? {
        switch self {
        case .text(let value): (.text, value)
        case .noticeAcknowledgement(let value): (.noticeAcknowledgement, value)
        case .concern(let value): (.concern, value)
        case .limitsInvoked(let value): (.limitsInvoked, value)
        case .checkIn(let value): (.checkIn, value)
        case .checkInReply(let value): (.checkInReply, value)
        case .state(let value): (.state, value)
        case .expire(let value): (.expire, value)
        case .goodbye(let value): (.goodbye, value)
        case .rating(let value): (.rating, value)
        case .transferProposal(let value): (.transferProposal, value)
        case .transferAcceptance(let value): (.transferAcceptance, value)
        case .transferDecline(let value): (.transferDecline, value)
        case .handoffProposal(let value): (.handoffProposal, value)
        case .handoffConsent(let value): (.handoffConsent, value)
        case .handoffDecline(let value): (.handoffDecline, value)
        case .introduction(let value): (.introduction, value)
        case .handoffAcceptance(let value): (.handoffAcceptance, value)
        case .handoffRefusal(let value): (.handoffRefusal, value)
        case .firstContact(let value): (.firstContact, value)
        case .outcome(let value): (.outcome, value)
        case .revocation(let value): (.revocation, value)
        case .cover: (.cover, nil)
        case .unknown: nil
        }
    }

    /// Reads the value of a type from the entry's members.
    init(_ type: ContentType, in values: KeyedDecodingContainer<EntryNames>) throws {
        func value<Value: Decodable>() throws -> Value { try values.decode(Value.self, forKey: .content) }
        self =
            switch type {
            case .text: .text(try value())
            case .noticeAcknowledgement: .noticeAcknowledgement(try value())
            case .concern: .concern(try value())
            case .limitsInvoked: .limitsInvoked(try value())
            case .checkIn: .checkIn(try value())
            case .checkInReply: .checkInReply(try value())
            case .state: .state(try value())
            case .expire: .expire(try value())
            case .goodbye: .goodbye(try value())
            case .rating: .rating(try value())
            case .transferProposal: .transferProposal(try value())
            case .transferAcceptance: .transferAcceptance(try value())
            case .transferDecline: .transferDecline(try value())
            case .handoffProposal: .handoffProposal(try value())
            case .handoffConsent: .handoffConsent(try value())
            case .handoffDecline: .handoffDecline(try value())
            case .introduction: .introduction(try value())
            case .handoffAcceptance: .handoffAcceptance(try value())
            case .handoffRefusal: .handoffRefusal(try value())
            case .firstContact: .firstContact(try value())
            case .outcome: .outcome(try value())
            case .revocation: .revocation(try value())
            case .cover: .cover
            }
    }
}
