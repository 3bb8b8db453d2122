internal import CallboxWire

/// All members' sheets of one day in one file, the same for everybody, so that nothing tells whom somebody is looking for:
/// version (1) ‖ day (4) ‖ count (4) ‖ sheets (1,485 each), in ascending order of member id. The relay makes it; what is in
/// it is believed by the sheets' own signatures. A missing sheet shows as a member who is not reachable.
package struct SheetBook: Hashable, Sendable {
    /// The day of all sheets in it.
    package let day: Day
    /// The sheets, one a member, in ascending order of member id. Nobody has checked their signatures.
    package let sheets: [PrekeySheet]

    /// The longest book, of 5,000 sheets.
    package static let byteLimit = headByteCount + ProgramDocument.memberLimit * PrekeySheet.byteCount

    private static let version: UInt8 = 1
    private static let headByteCount = 9

    /// A book of sheets in any order.
    /// - Throws: `tooLarge`, `window` for a sheet of another day, `wrongProgram` for sheets of two programs, `duplicate`.
    package init(day: Day, sheets: [PrekeySheet]) throws(ProgramError) {
        guard sheets.count <= ProgramDocument.memberLimit else { throw .tooLarge }
        guard sheets.allSatisfy({ $0.content.day == day }) else { throw .window }
        guard sheets.allSatisfy({ $0.content.programID == sheets.first?.content.programID }) else {
            throw .wrongProgram
        }
        self.day = day
        self.sheets = sheets.sorted { $0.content.memberID < $1.content.memberID }
        guard Self.isStrictlyAscending(self.sheets) else { throw .duplicate }
    }

    /// Reads a book.
    /// - Throws: `tooLarge`, `truncated`, `trailing`, `version`, `duplicate` for sheets out of order, or what a sheet refuses.
    package init(parsing bytes: [UInt8]) throws(ProgramError) {
        var reader = ByteReader(bytes)
        let (version, day, count): (UInt8, UInt32, UInt32)
        do throws(WireError) {
            (version, day, count) = (try reader.integer(), try reader.integer(), try reader.integer())
        } catch {
            throw ProgramError(error)
        }
        guard version == Self.version else { throw .version }
        guard count <= ProgramDocument.memberLimit else { throw .tooLarge }
        let end = Self.headByteCount + Int(count) * PrekeySheet.byteCount
        guard bytes.count >= end else { throw .truncated }
        guard bytes.count == end else { throw .trailing }
        var sheets: [PrekeySheet] = []
        for start in stride(from: Self.headByteCount, to: end, by: PrekeySheet.byteCount) {
            sheets.append(try PrekeySheet(parsing: [UInt8](bytes[start..<start + PrekeySheet.byteCount])))
        }
        guard Self.isStrictlyAscending(sheets) else { throw .duplicate }
        try self.init(day: Day(day), sheets: sheets)
    }

    /// The book as it is served.
    package var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.headByteCount + sheets.count * PrekeySheet.byteCount)
        writer.put(Self.version)
        writer.put(day.number)
        writer.put(UInt32(sheets.count))
        for sheet in sheets { writer.put(sheet.encoded) }
        return writer.bytes
    }

    /// A member's sheet, not verified.
    package func sheet(of member: MemberID) -> PrekeySheet? {
        sheets.first { $0.content.memberID == member }
    }

    private static func isStrictlyAscending(_ sheets: [PrekeySheet]) -> Bool {
        zip(sheets, sheets.dropFirst()).allSatisfy { $0.content.memberID < $1.content.memberID }
    }
}
