internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// A member's sheets: made for today and 21 days, stored before they are published, never two for one day, and erased when nothing that was sealed to
/// them can come any more.
enum OwnSheets {
    /// Makes and stores the sheets that are missing, and gives those that the relay does not have yet.
    static func prepare(
        for member: Member, in program: VerifiedProgram, intake: MailboxRecord, on today: Day, under key: StateKey,
        in records: inout Records
    ) throws -> [PrekeySheet] {
        var random = SystemRandom()
        let keys = try key.memberKeys(in: records)
        let made = Set(try days(in: records))
        for day in SheetPlan.days(from: today, published: made) {
            let secrets = SheetSecrets.random(from: &random)
            let content = SheetContent(
                memberID: member.id, program: program, day: day, secrets: secrets, intakeAddress: intake.address,
                sealingKey: intake.sealingKey)
            let sheet = PrekeySheet(signing: content, by: keys.signing)
            let record = SheetRecord(
                sheet: Blob(sheet.encoded), secrets: key.seal(secrets, of: day, random: &random))
            records.put(record, in: .sheet(day))
        }
        return try days(in: records).filter { $0.later(by: 1) >= today }.compactMap { day in
            let record = try records.existing(.sheet(day))
            return record.isPublished ? nil : try PrekeySheet(parsing: record.sheet.bytes)
        }
    }

    /// The relay has these.
    static func markPublished(_ sheets: [PrekeySheet], in records: inout Records) throws {
        for sheet in sheets {
            guard var record = try records.value(.sheet(sheet.content.day)), record.sheet.bytes == sheet.encoded else {
                continue
            }
            record.isPublished = true
            records.put(record, in: .sheet(sheet.content.day))
        }
    }

    /// Erases the private halves of days for which nothing can come any more, and what was accepted on them.
    static func erase(at now: Instant, retentionDays: Int, in records: inout Records) throws {
        for day in try days(in: records) where SheetPlan.erasure(of: day, retentionDays: retentionDays) < now {
            records[Record<SheetRecord>.sheet(day).name] = nil
        }
        guard let first = try days(in: records).min(), let replays = try records.value(.replays) else { return }
        var cache = replays.cache
        cache.forget(before: first)
        records.put(ReplayRecord(cache), in: .replays)
    }

    /// Looks for our sheet in a book, and remembers the day when the one in it is none of ours.
    static func check(_ book: SheetBook, in records: inout Records) throws {
        guard let member = try records.existing(.person).memberID else { return }
        let served = book.sheet(of: member)?.encoded
        let own = try records.value(.sheet(book.day))?.sheet.bytes
        guard let served else { return }
        var log = try records.value(.upkeep) ?? UpkeepRecord()
        let known = log.foreignSheets.contains(book.day)
        guard (served != own) != known else { return }
        if known { log.foreignSheets.removeAll { $0 == book.day } } else { log.foreignSheets.append(book.day) }
        log.foreignSheets = log.foreignSheets.suffix(32)
        records.put(log, in: .upkeep)
    }

    /// The days of which there is a sheet here, in order.
    static func days(in records: Records) throws -> [Day] {
        records.names(beginning: "sheet/").compactMap { UInt32($0.dropFirst("sheet/".count)) }.map { Day($0) }.sorted()
    }
}
