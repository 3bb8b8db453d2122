internal import FoundationEssentials

/// Whether SQLite's write-ahead log is whole, looked at before SQLite opens it. SQLite takes the first frame that does not match its
/// checksum for the end of the log, which is right after a crash; but when a bit has turned, what was answered long ago would go
/// without a word. Written by hand because SQLite has no call that tells. The format: https://www.sqlite.org/fileformat2.html#walformat
enum LogScan {
    enum Verdict: Equatable {
        /// Every group is whole; what follows the last one was never answered.
        case whole
        /// A group that ends is not whole: the power failed while it was written, or a bit has turned in it.
        case damaged
    }

    private static let headByteCount = 32
    private static let frameHeadByteCount = 24

    /// Looks at the log of a database.
    static func verdict(at path: String) -> Verdict {
        guard let log = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else { return .whole }
        return verdict(log.span)
    }

    /// Looks at a log.
    static func verdict(_ log: Span<UInt8>) -> Verdict {
        guard log.count >= headByteCount + frameHeadByteCount else { return .whole }
        let magic = word(log, 0, isBig: true)
        let pageByteCount = Int(word(log, 8, isBig: true))
        var sum = Checksum(isBig: magic & 1 == 1)
        sum.add(log, 0..<24)
        guard magic & ~1 == 0x377F_0682, (512...65_536).contains(pageByteCount), pageByteCount.nonzeroBitCount == 1,
            sum.matches(log, at: 24)
        else { return .damaged }
        let frameByteCount = frameHeadByteCount + pageByteCount
        var place = headByteCount
        while place + frameByteCount <= log.count {
            guard isOfThisLog(log, place) else { break }
            sum.add(log, place..<place + 8)
            sum.add(log, place + frameHeadByteCount..<place + frameByteCount)
            guard sum.matches(log, at: place + 16) else { break }
            place += frameByteCount
        }
        // Behind the first frame that does not match, a frame of this log that ends a group says that there was one.
        while place + frameByteCount <= log.count {
            if isOfThisLog(log, place), word(log, place + 4, isBig: true) != 0 { return .damaged }
            place += frameByteCount
        }
        return .whole
    }

    /// Whether a frame has the salts of the log's head: those of an earlier round are left over from it.
    private static func isOfThisLog(_ log: Span<UInt8>, _ place: Int) -> Bool {
        (0..<8).allSatisfy { log[16 + $0] == log[place + 8 + $0] }
    }

    private static func word(_ log: Span<UInt8>, _ place: Int, isBig: Bool) -> UInt32 {
        let (a, b, c, d) = (
            UInt32(log[place]), UInt32(log[place + 1]), UInt32(log[place + 2]), UInt32(log[place + 3])
        )
        return isBig ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a
    }

    /// The running sum of the log: of its head, then of each frame on top of the one before.
    private struct Checksum {
        let isBig: Bool
        private var first: UInt32 = 0
        private var second: UInt32 = 0

        init(isBig: Bool) { self.isBig = isBig }

        mutating func add(_ log: Span<UInt8>, _ range: Range<Int>) {
            for place in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                first &+= word(log, place, isBig: isBig) &+ second
                second &+= word(log, place + 4, isBig: isBig) &+ first
            }
        }

        func matches(_ log: Span<UInt8>, at place: Int) -> Bool {
            word(log, place, isBig: true) == first && word(log, place + 4, isBig: true) == second
        }
    }
}
