import CallboxProgram
import CallboxTesting
import Fuzzing

/// A bulletin once a coordinator has signed it, and a page as it comes.
@main
struct BulletinTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        if rest.choice() & 1 == 0 {
            let bulletin = RoundTrip.stable(rest, { try Bulletin(parsing: $0) }, \.payload)
            guard bulletin != nil else { return }
            read(fixture { try BulletinPage([sample.coordinators[..<1].sign(rest, as: .bulletin)]) })
        } else if let page = RoundTrip.respelt(rest, { try BulletinPage(parsing: $0) }, \.encoded) {
            read(page)
        }
    }

    private static func read(_ page: BulletinPage) {
        var feed = BulletinFeed()
        guard let news = try? feed.accept(page, under: sample.root) else { return }
        precondition(feed.head?.index == news.bulletins.last?.index, "the feed ends elsewhere")
        precondition((try? feed.accept(page, under: sample.root))?.bulletins == [], "the same page brings news twice")
    }
}
