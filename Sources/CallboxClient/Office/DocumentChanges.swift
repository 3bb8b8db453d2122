internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// What one program document changes against another, in sentences. With nothing to compare it tells everything.
struct DocumentChanges {
    private(set) var lines: [String] = []
    /// Whether there is nothing to compare with.
    private let isWhole: Bool

    init(from old: ProgramContent?, to new: ProgramContent) {
        isWhole = old == nil
        head(old, new)
        members(old?.members ?? [], new.members)
        notices(old?.notices ?? [], new.notices)
        resources(old?.resources ?? [], new.resources)
        relays(old?.relays ?? [], new.relays)
        epochs(old?.tokenEpochs ?? [], new.tokenEpochs)
        policy(old?.policy, new.policy)
    }

    private mutating func head(_ old: ProgramContent?, _ new: ProgramContent) {
        change("The program is called", old?.name.text, new.name.text)
        change("The time zone of on-call hours is", old?.timeZone.text, new.timeZone.text)
    }

    /// "New peer", or "Peer" where everything is told.
    private func new(_ what: String) -> String {
        isWhole ? what.prefix(1).uppercased() + what.dropFirst() : "New \(what)"
    }

    /// A sentence when a value is new or another.
    private mutating func change(_ what: String, _ old: String?, _ new: String) {
        guard old != new else { return }
        lines.append(old.map { "\(what) \(new); it was \($0)." } ?? "\(what) \(new).")
    }

    private mutating func members(_ old: [Member], _ new: [Member]) {
        let before = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
        let after = Set(new.map(\.id))
        for member in new {
            guard let was = before[member.id] else {
                lines.append("\(self.new(member.role.rawValue)): \(member.profile.name.text). \(Self.about(member))")
                continue
            }
            if was != member { lines.append("Changed: \(member.profile.name.text): " + Self.differences(was, member)) }
        }
        for member in old where !after.contains(member.id) {
            lines.append("Taken out of the roster, keys and all: \(member.role.rawValue) \(member.profile.name.text).")
        }
    }

    private static func about(_ member: Member) -> String {
        let status = member.status == .active ? "" : " Status: \(member.status.rawValue)."
        // The name stands before it.
        let facts = facts(member).dropFirst().map { "\($0.0): \($0.1)\($0.1.hasSuffix(".") ? "" : ".")" }
        return facts.joined(separator: " ") + status
            + " Key: \(fingerprint(member))."
    }

    private static func differences(_ old: Member, _ new: Member) -> String {
        var parts: [String] = []
        if old.status != new.status { parts.append("is now \(new.status.rawValue), was \(old.status.rawValue)") }
        if old.role != new.role { parts.append("is now a \(new.role.rawValue), was a \(old.role.rawValue)") }
        if fingerprint(old) != fingerprint(new) { parts.append("HAS OTHER KEYS, now \(fingerprint(new))") }
        let before = Dictionary(facts(old)) { first, _ in first }
        let after = facts(new)
        for (what, value) in after where before[what] != value {
            parts.append("\(what.lowercased()) \(value)" + (before[what].map { ", was \($0)" } ?? ""))
        }
        let kept = Set(after.map(\.0))
        for (what, value) in facts(old) where !kept.contains(what) {
            parts.append("no \(what.lowercased()) any more, was \(value)")
        }
        return parts.joined(separator: "; ") + "."
    }

    /// Everything that the roster says of a member, named.
    private static func facts(_ member: Member) -> [(String, String)] {
        let profile = member.profile
        let list = { (values: [String]) in values.isEmpty ? nil : values.joined(separator: ", ") }
        let facts: [(String, String?)] = [
            ("Name", profile.name.text), ("Credential", member.credential.text),
            ("Credential until", member.credentialExpires.written), ("Training until", member.trainingExpires.written),
            ("Member since", member.designatedSince.written), ("Agency", profile.agency?.text),
            ("Rank band", profile.rankBand?.text), ("Unit", profile.unit?.text), ("Shift", profile.shift?.text),
            ("Service", profile.service?.rawValue), ("Languages", list(profile.languages.map(\.text))),
            ("Knows about", list(profile.specialties.map(\.text))),
            ("Has been through", list(profile.livedExperience.map(\.text))), ("Biography", profile.biography?.text),
            ("Usual minutes until an answer", profile.usualReplyMinutes.map { "\($0)" }),
            ("On call", list(profile.onCall.map(Field.text))), ("Availability", profile.availability.rawValue),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The first 20 symbols of the hash of both keys.
    private static func fingerprint(_ member: Member) -> String {
        String(
            CrockfordBase32.encode(BLAKE2b256.hash((member.verificationKey.bytes + member.agreementKey.bytes).span))
                .prefix(20)
        ).inFours
    }

    private mutating func notices(_ old: [LimitsNotice], _ new: [LimitsNotice]) {
        for notice in new where !old.contains(notice) {
            let isNew = !old.contains { $0.language == notice.language }
            lines.append(
                "\(isNew ? self.new("notice") : "Another notice") in \(notice.language.text). Every officer sees it before the first word:"
            )
            lines.append(
                contentsOf: notice.text.text.split(separator: "\n", omittingEmptySubsequences: false).map {
                    "    \($0)"
                })
        }
        for notice in old where !new.contains(where: { $0.language == notice.language }) {
            lines.append("No notice in \(notice.language.text) any more.")
        }
    }

    private mutating func resources(_ old: [Resource], _ new: [Resource]) {
        for resource in new where !old.contains(resource) {
            let isNew = !old.contains { $0.name == resource.name }
            lines.append(
                "\(isNew ? self.new("resource") : "Changed resource"): \(resource.name.text): \(resource.contact.text), made sure on "
                    + "\(resource.verifiedOn.written)." + (resource.note.map { " \($0.text)" } ?? ""))
        }
        for resource in old where !new.contains(where: { $0.name == resource.name }) {
            lines.append("No resource \(resource.name.text) any more.")
        }
    }

    private mutating func relays(_ old: [RelayEntry], _ new: [RelayEntry]) {
        for relay in new where !old.contains(relay) {
            let isNew = !old.contains { $0.url == relay.url }
            let pin = relay.tlsPin.map { "pinned \(CrockfordBase32.encode($0.bytes))" }
            lines.append(
                "\(isNew ? self.new("way in") : "Changed way in") to the relay: \(relay.url.text), "
                    + "\(pin ?? (relay.url.isTLS ? "known by the public authorities" : "not TLS")), identity \(relay.identityKey.base64URL)."
            )
        }
        for relay in old where !new.contains(where: { $0.url == relay.url }) {
            lines.append("No way in at \(relay.url.text) any more.")
        }
    }

    private mutating func epochs(_ old: [TokenEpoch], _ new: [TokenEpoch]) {
        for epoch in new where !old.contains(epoch) {
            let known = old.contains { $0.number == epoch.number }
            lines.append(
                "\(known ? "ANOTHER KEY for token epoch" : "Token epoch") \(epoch.number), \(epoch.first.written) to "
                    + "\(epoch.last.written), key \(epoch.key.base64URL).")
        }
        let gone = old.filter { epoch in !new.contains { $0.number == epoch.number } }.map { "\($0.number)" }
        if !gone.isEmpty { lines.append("Token epochs that are over and taken out: \(gone.joined(separator: ", ")).") }
    }

    private mutating func policy(_ old: ProgramPolicy?, _ new: ProgramPolicy) {
        change(
            "Conversations are kept for so many days at most:", old.map { "\($0.retentionDays)" },
            "\(new.retentionDays)")
        change(
            "A member takes on so many conversations at most:", old.map { "\($0.caseloadLimit)" },
            "\(new.caseloadLimit)")
        change("The oldest client that may begin a conversation:", old?.minimumClient.text, new.minimumClient.text)
        change("The largest attachment, in bytes:", old.map { "\($0.attachmentLimit)" }, "\(new.attachmentLimit)")
    }
}
