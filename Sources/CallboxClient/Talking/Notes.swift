internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What a room's view finds, as entries: each one plain sentence. Nothing of it keeps a message from being read.
enum Notes {
    static let unreadable =
        "Something came that could not be read. If a message seems to be missing, ask for it to be sent again."
    static let withoutBeginning =
        "Something came to you whose beginning is missing, so it cannot be read: the beginning is late, somebody on the way is holding it back, "
        + "or it was nonsense. An officer may be waiting for your answer. If this stays, tell a coordinator, not over Callbox."
    static let withoutRoom =
        "Something came for a conversation that has not opened here: its beginning is late, or somebody on the way is holding it back. "
        + "Ask here what it was."
    static let incomplete = "A long message came in pieces, and pieces are missing. Ask for it to be sent again."

    /// Adds an entry for each finding that a person should know.
    static func note(
        _ findings: [RoomFinding], in room: inout OpenRoom, hour: Hour, day: Day, records: inout Records
    ) throws {
        for finding in findings {
            switch finding {
            case .inOrder, .filled, .duplicate, .settled, .wrongRoom: continue
            case .resolved(let from, let number, _): room.fill(from, number)
            case .gap(let from, let missing):
                try noteGap(
                    missing, of: from, gap(missing.count, from: room.name(of: from)), in: &room, hour, day, &records)
            case .pending(let from, let number, let witness):
                let sentence =
                    "\(room.name(of: witness)) has read a message of \(room.name(of: from)) that has not come here yet."
                try noteGap(number...number, of: from, sentence, in: &room, hour, day, &records)
            case .fork(let from, _, let witness):
                try add(.fork, fork(from, witness, in: room), in: &room, hour, day, &records)
            case .notAMember(let stranger, let witness):
                let sentence =
                    stranger == witness
                    ? "Something came from somebody who is not in this conversation, or has left it. It is not shown."
                    : "\(room.name(of: witness)) speaks of somebody who is not in this conversation, as far as is known here."
                try add(.stranger, sentence, in: &room, hour, day, &records)
            }
        }
    }

    private static func gap(_ count: Int, from name: String) -> String {
        count == 1
            ? "One message from \(name) is missing. It may be late, or somebody on the way is holding it back."
            : "\(count) messages from \(name) are missing. They may be late, or somebody on the way is holding them back."
    }

    private static func fork(
        _ from: VerificationKey, _ witness: VerificationKey, in room: OpenRoom
    ) -> String {
        if from == room.record.own {
            return "\(room.name(of: witness)) has seen a message of yours that this vault did not send: "
                + "either it is an old copy of your vault, or somebody speaks for you."
        }
        if from == witness {
            return
                "\(room.name(of: from)) sent two different messages in one place: they told people different things, "
                + "or work from an old copy of their vault."
        }
        return
            "\(room.name(of: witness)) has seen another message of \(room.name(of: from)) than the one that came here."
    }

    private static func noteGap(
        _ missing: ClosedRange<UInt32>, of from: VerificationKey, _ sentence: String, in room: inout OpenRoom,
        _ hour: Hour, _ day: Day, _ records: inout Records
    ) throws {
        let isKnown = room.record.gaps.contains {
            $0.from == from && $0.first <= missing.lowerBound && missing.upperBound <= $0.last
        }
        guard !isKnown, !Plant.hidesGaps else { return }
        let entry = try add(.gap, sentence, in: &room, hour, day, &records)
        room.record.gaps.append(
            ConversationRecord.Gap(entry: entry, from: from, first: missing.lowerBound, last: missing.upperBound))
    }

    @discardableResult
    private static func add(
        _ finding: Finding, _ sentence: String, in room: inout OpenRoom, _ hour: Hour, _ day: Day,
        _ records: inout Records
    ) throws -> Int {
        try room.append(
            .noticed(finding, sentence), from: nil, isOwn: false, hour: hour, day: day,
            summary: OpenRoom.Summary(counts: true, line: nil), in: &records)
    }
}

extension OpenRoom {
    /// An entry that was missing has come.
    mutating func fill(_ from: VerificationKey, _ number: UInt32) {
        for place in record.gaps.indices
        where record.gaps[place].from == from && (record.gaps[place].first...record.gaps[place].last).contains(number) {
            record.gaps[place].came.append(number)
        }
    }

    /// What was missing and has all come is a gap no more: its entry goes.
    mutating func eraseFilledGaps(in records: inout Records) throws {
        for gap in record.gaps where gap.came.count > Int(gap.last - gap.first) {
            try records.updateEntry(gap.entry, of: record.id) { _ in nil }
            if gap.entry > record.readThrough { record.unread = max(0, record.unread - 1) }
        }
        record.gaps.removeAll { $0.came.count > Int($0.last - $0.first) }
    }
}
