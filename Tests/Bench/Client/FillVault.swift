import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxWire

/// Makes a member's vault as large as years make it: its first conversation, with the session, the keys and the mailbox that belong to it, stands in it
/// many times, each time under names of its own and with as many messages as wanted. Only the first is real; the mailboxes of the others were never made.
struct FillVault {
    let conversations: Int
    let messages: Int

    /// - Returns: how many messages stand in it then.
    func fill(_ vault: Vault) throws -> Int {
        let each = messages / conversations
        try vault.change { records in
            guard let first = try records.value(.conversation(1)), let session = try records.value(.session(1)) else {
                throw Missing()
            }
            let said = try records.names(beginning: Record<[EntryRecord]>.chunks(of: 1))
                .flatMap { try records.existing(Record<[EntryRecord]>($0)) }
                .filter { if case .said = $0.content { true } else { false } }
            guard !said.isEmpty else { throw Missing() }
            for id in 10_001..<10_000 + conversations {
                var random = SystemRandom()
                let mailbox = MailboxRecord.fresh(.session, session: id, under: vault.key, random: &random)
                records.put(mailbox, in: .mailbox(mailbox.address))
                records.put(session, in: .session(id))
                records[RawRecord.ratchet(id)] = records[RawRecord.ratchet(1)]
                records[RawRecord.room(id)] = records[RawRecord.room(1)]
                var record = ConversationRecord(
                    id: id, room: first.room, own: first.own, others: first.others, begun: first.begun)
                record.lastLine = first.lastLine
                record.lastHour = first.lastHour
                record.nextEntry = each + 1
                record.readThrough = each
                records.put(record, in: .conversation(id))
                put(each, like: said, in: id, &records)
            }
        }
        return try vault.read { records in
            try records.names(beginning: "entries/").reduce(0) {
                try $0 + records.existing(Record<[EntryRecord]>($1)).count
            }
        }
    }

    private func put(_ count: Int, like said: [EntryRecord], in id: Int, _ records: inout Records) {
        var chunk: [EntryRecord] = []
        for number in 1...count {
            let model = said[number % said.count]
            chunk.append(
                EntryRecord(
                    id: number, day: model.day, hour: model.hour, from: model.from, isOwn: model.isOwn,
                    content: model.content, delivery: model.delivery))
            if number == count || number % Record<[EntryRecord]>.chunkLength == 0 {
                records.put(chunk, in: .entries(id, with: number))
                chunk = []
            }
        }
    }

    /// The vault has no conversation to take as a model.
    struct Missing: Error {}
}
