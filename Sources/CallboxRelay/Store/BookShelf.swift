internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization

/// The books of the days, as they are served. A book is made when somebody asks for it after a change, and kept: it
/// is the same for all.
package final class BookShelf: Sendable {
    private struct Place: Hashable {
        let program: ProgramID
        let day: Day
    }

    private struct Book {
        let document: DocumentTag?
        let revision: Int64
        let book: StoredDocument
    }

    private let store: any ProgramStore
    private let making = Turn()
    private let queue = DocumentQueue()
    private let books = Mutex<[Place: Book]>([:])

    /// How many bytes of books are kept; a book of the largest program has 7.4 MB.
    private static let byteLimit = 67_108_864

    /// A shelf before a store.
    package init(store: any ProgramStore) { self.store = store }

    /// The book of a day; without a sheet in it when nobody is there that day.
    /// - Throws: `no-such-document` when the program has no document; `uncertain`, `busy`.
    package func book(of known: KnownProgram, on day: Day) async throws(Problem) -> StoredDocument {
        guard let program = known.program else { throw .noSuchDocument }
        if let book = try await kept(of: program, known.head, on: day).book { return book }
        // Books wait for books only: a document that takes long keeps nobody from looking somebody up.
        await making.begin()
        defer { making.end() }
        let (kept, revision) = try await kept(of: program, known.head, on: day)
        if let kept { return kept }
        let sheets = try await store.sheets(of: program, on: day)
        let book = try await queue.run { () throws(ProgramError) in
            StoredDocument(try SheetBook(day: day, sheets: sheets).encoded)
        }
        keep(
            Book(document: known.head.document, revision: revision, book: book),
            at: Place(program: program.id, day: day))
        return book
    }

    /// The book that was made, if nothing has changed since.
    private func kept(
        of program: VerifiedProgram, _ head: ProgramHead, on day: Day
    ) async throws(Problem) -> (book: StoredDocument?, revision: Int64) {
        let revision = try await store.bookRevision(of: program.id, on: day)
        let kept = books.withLock { $0[Place(program: program.id, day: day)] }
        guard let kept, kept.revision == revision, kept.document == head.document else { return (nil, revision) }
        return (kept.book, revision)
    }

    private func keep(_ book: Book, at place: Place) {
        books.withLock { books in
            books[place] = nil
            let held = books.values.reduce(0) { $0 + $1.book.bytes.count }
            if held + book.book.bytes.count > Self.byteLimit { books = [:] }
            books[place] = book
        }
    }
}
