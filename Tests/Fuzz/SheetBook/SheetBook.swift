import CallboxProgram
import Fuzzing

/// The sheets of a day.
@main
struct SheetBookTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        let book = RoundTrip.exact(bytes, { try SheetBook(parsing: $0) }, \.encoded)
        guard let book else { return }
        for sheet in book.sheets {
            precondition(book.sheet(of: sheet.content.memberID) == sheet, "a member with two sheets")
        }
    }
}
