internal import CallboxClient

/// What `--json` prints. The names stay; members may be added. Text of others is as they wrote it, escaped where a terminal would act on it.
enum JSON {
    struct Inbox: Encodable {
        let conversations: [Thread]
        /// Whether the relay was reached just now.
        let isCurrent: Bool
    }

    struct Thread: Encodable {
        let id: Int
        let others: [Somebody]
        let unread: Int
        let lastLine: String?
        let lastHour: Int?
        let waitingToLeave: Int
        let isConcern: Bool
        let hasEnded: Bool
        let retentionDays: Int
        let handoff: Handoff?

        init(_ conversation: Conversation) {
            id = conversation.id
            others = conversation.others.map(Somebody.init)
            unread = conversation.unread
            lastLine = conversation.lastLine
            lastHour = conversation.lastHour
            waitingToLeave = conversation.waitingToLeave
            isConcern = conversation.isConcern
            hasEnded = conversation.hasEnded
            retentionDays = conversation.retentionDays
            handoff = conversation.handoff.map(Handoff.init)
        }
    }

    struct Somebody: Encodable {
        let role: String
        let name: String
        let memberId: String?

        init(_ participant: Participant) {
            (role, name, memberId) = (participant.role.rawValue, participant.name, participant.memberID)
        }
    }

    struct Handoff: Encodable {
        let state: String
        let sentence: String
        let clinician: Somebody
        let peer: Somebody
        let lastDay: Int
        let possible: [String]

        init(_ handoff: HandoffView) {
            state = handoff.state
            sentence = handoff.sentence
            clinician = Somebody(handoff.clinician)
            peer = Somebody(handoff.peer)
            lastDay = handoff.lastDay
            possible = handoff.possible.map(\.rawValue)
        }
    }

    struct Read: Encodable {
        let conversation: Thread
        let entries: [Line]
    }

    struct Line: Encodable {
        let id: Int
        /// nil: this person, or Callbox itself.
        let from: Somebody?
        let isOwn: Bool
        let hour: Int
        /// `text`, `concern`, `limits`, `check-in`, `check-in-reply`, `presence`, `retention`, `goodbye`, `rating`, `transfer-…`, `handoff`, `told`, `needs-newer`, `noticed`.
        let kind: String
        var text: String?
        /// What goes with the kind: `danger`, `limit`, `occasion`, `feeling`, `state`, `step`, `finding`, `type`, …
        var detail: String?
        var items: [Item]?
        let delivery: String?

        init(_ entry: Entry) {
            id = entry.id
            from = entry.from.map(Somebody.init)
            isOwn = entry.isOwn
            hour = entry.hour
            delivery = entry.delivery?.rawValue
            switch entry.content {
            case .text(let said): (kind, text) = ("text", said)
            case .concern(let said, let danger): (kind, text, detail) = ("concern", said, danger)
            case .limitsInvoked(let limit, let said): (kind, text, detail) = ("limits", said, limit)
            case .checkIn(let said, let occasion): (kind, text, detail) = ("check-in", said, occasion)
            case .checkInReply(let feeling, let said): (kind, text, detail) = ("check-in-reply", said, feeling)
            case .presence(let state, let until):
                (kind, text, detail) = ("presence", until.map { "until hour \($0)" }, state)
            case .retention(let days): (kind, detail) = ("retention", String(days))
            case .goodbye(let said): (kind, text) = ("goodbye", said)
            case .rating(let helped, let would): (kind, text, detail) = ("rating", would, String(helped))
            case .transferProposed(let to, let reason, let said):
                (kind, text, detail) = ("transfer-proposed", said, "\(to), \(reason)")
            case .transferAccepted: kind = "transfer-accepted"
            case .transferDeclined(let said): (kind, text) = ("transfer-declined", said)
            case .handoff(let step, let sentence, let said):
                (kind, text, detail) = ("handoff", said ?? sentence, step.rawValue)
            case .told(let told): (kind, items) = ("told", told.map(Item.init))
            case .needsNewer(let type): (kind, detail) = ("needs-newer", type)
            case .noticed(let finding, let sentence): (kind, text, detail) = ("noticed", sentence, finding.rawValue)
            }
        }
    }

    struct Item: Encodable {
        let kind: String
        let text: String

        init(_ item: DisclosedItem) { (kind, text) = (item.kind, item.text) }
    }

    struct Peers: Encodable {
        let eligible: Int
        let people: [Peer]

        init(_ list: PeerList) {
            eligible = list.eligibleCount
            people = list.people.map(Peer.init)
        }
    }

    struct Peer: Encodable {
        let id, role, name, availability, credential: String
        let agency, rankBand, unit, shift, biography, cannotBeChosen: String?
        let isRetired: Bool?
        let isOnCall: Bool
        let languages, specialties, livedExperience: [String]
        let usualReplyMinutes: Int?
        let credentialExpires, trainingExpires, designatedSince: Int

        init(_ person: Person) {
            id = person.id
            role = person.role.rawValue
            name = person.name
            availability = person.availability
            credential = person.credential
            agency = person.agency
            rankBand = person.rankBand
            unit = person.unit
            shift = person.shift
            biography = person.biography
            cannotBeChosen = person.cannotBeChosen
            isRetired = person.isRetired
            isOnCall = person.isOnCall
            languages = person.languages
            specialties = person.specialties
            livedExperience = person.livedExperience
            usualReplyMinutes = person.usualReplyMinutes
            credentialExpires = person.credentialExpires
            trainingExpires = person.trainingExpires
            designatedSince = person.designatedSince
        }
    }

    struct Resources: Encodable {
        let resources: [Resource]

        init(_ resources: [ResourceView]) { self.resources = resources.map(Resource.init) }
    }

    struct Resource: Encodable {
        let name, contact: String
        let note: String?
        let verifiedOn: Int?

        init(_ resource: ResourceView) {
            (name, contact, note, verifiedOn) = (resource.name, resource.contact, resource.note, resource.verifiedOn)
        }
    }

    struct Notice: Encodable {
        let language, text: String
        let isAcknowledged: Bool
        let otherLanguages: [String]

        init(_ notice: NoticeView) {
            language = notice.language
            text = notice.text
            isAcknowledged = notice.isAcknowledged
            otherLanguages = notice.otherLanguages
        }
    }

    struct Bulletins: Encodable {
        let bulletins: [Bulletin]

        init(_ bulletins: [BulletinView]) { self.bulletins = bulletins.map(Bulletin.init) }
    }

    struct Bulletin: Encodable {
        let index: Int
        let kind, title, text: String
        let issued: Int
        let occurred: Int?

        init(_ bulletin: BulletinView) {
            index = bulletin.index
            kind = bulletin.kind
            title = bulletin.title
            text = bulletin.text
            issued = bulletin.issued
            occurred = bulletin.occurred
        }
    }

    struct Status: Encodable {
        let role: String
        let program: String?
        let rootDigest: String
        let version: Int?
        let expires: Int?
        let warning: String?
        let conversations, unread, waitingToLeave: Int

        init(role: Role, program: ProgramView, conversations: [Conversation]) {
            self.role = role.rawValue
            self.program = program.name
            rootDigest = program.rootDigest
            version = program.version
            expires = program.expires
            warning = program.warning
            self.conversations = conversations.count
            unread = conversations.reduce(0) { $0 + $1.unread }
            waitingToLeave = conversations.reduce(0) { $0 + $1.waitingToLeave }
        }
    }

    struct Consent: Encodable {
        let conversation: Int
        let handoff: Handoff?
        /// The consent that was signed; nil while none is.
        let signed: String?
    }
}
