internal import CallboxWire

/// How far a client has read the bulletins. A feed is believed from its newest end: one coordinator of the root in hand has
/// signed the last bulletin, and that one names those before it by their hashes, whoever signed them then.
package struct BulletinFeed: Hashable, Sendable, Codable {
    /// The newest bulletin read; nil before the first.
    package private(set) var head: BulletinHead?

    /// Nothing read yet.
    package init() {}

    /// What a page brought.
    package struct News: Hashable, Sendable {
        /// Bulletins not seen before, oldest first.
        package let bulletins: [Bulletin]
        /// Whether bulletins between these and the last one read are missing.
        package let isAfterGap: Bool
    }

    /// Reads a page. Nothing changes when it is refused.
    /// - Throws: `payloadType`, `tooLarge`, `malformed`, `field`, `wrongProgram`; `gap` or `wrongPrevious` when the page does
    ///   not hang together; `rollback` when it ends before what was read; `fork` when it shows another bulletin in the place of
    ///   one that was read or announced; `badSignature` when no coordinator of the root signed its end.
    package mutating func accept(
        _ page: BulletinPage, under root: VerifiedRoot, announced: BulletinHead? = nil
    ) throws(ProgramError) -> News {
        let links = try Self.links(of: page, program: root.document.programID)
        guard let first = links.first, let last = links.last, let envelope = page.bulletins.last else {
            guard head == nil else { throw .rollback }
            return News(bulletins: [], isAfterGap: false)
        }
        guard last.head.index >= head?.index ?? 0 else { throw .rollback }
        if last.head == head { return News(bulletins: [], isAfterGap: false) }
        guard (try? envelope.verify(as: .bulletin, by: root.document.coordinatorKeys, quorum: 1)) != nil else {
            throw .badSignature
        }
        for known in [head, announced].compactMap({ $0 }) where Self.contradicts(links, known) { throw .fork }
        let read = head?.index ?? 0
        head = last.head
        return News(
            bulletins: links.filter { $0.head.index > read }.map(\.bulletin),
            isAfterGap: read > 0 && first.head.index > read + 1)
    }

    private struct Link {
        let bulletin: Bulletin
        let head: BulletinHead
    }

    /// The bulletins of a page, each the next after the one before it.
    private static func links(of page: BulletinPage, program: ProgramID) throws(ProgramError) -> [Link] {
        var links: [Link] = []
        for envelope in page.bulletins {
            guard envelope.payloadType == "\(PayloadType.bulletin.name)" else { throw .payloadType }
            let bulletin = try Bulletin(parsing: envelope.unverifiedPayload)
            guard bulletin.programID == program else { throw .wrongProgram }
            if let before = links.last {
                guard bulletin.index == before.head.index + 1 else { throw .gap }
                guard bulletin.previous == before.head.hash else { throw .wrongPrevious }
            }
            let hash = Bulletin.hash(of: envelope.unverifiedPayload)
            links.append(Link(bulletin: bulletin, head: BulletinHead(index: bulletin.index, hash: hash)))
        }
        return links
    }

    /// Whether the page has something else in the place of a known bulletin, or something that follows on something else.
    private static func contradicts(_ links: [Link], _ known: BulletinHead) -> Bool {
        links.contains { link in
            link.head.index == known.index && link.head.hash != known.hash
                || link.head.index == known.index + 1 && link.bulletin.previous != known.hash
        }
    }
}
