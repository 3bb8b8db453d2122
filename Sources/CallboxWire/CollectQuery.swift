/// How an owner asks for cells: the query `slots=N&wait=S`, in exactly this form.
package struct CollectQuery: Hashable, Sendable {
    /// 55 seconds: below the minute after which proxies give up on a silent connection.
    package static let waitLimit = 55

    /// How many slots the answer has.
    package let slots: SlotCount
    /// How many seconds the relay waits when there is nothing, 0 to 55.
    package let wait: Int

    /// A query.
    /// - Throws: `field` for a wait outside of 0 to 55.
    package init(slots: SlotCount, wait: Int) throws(WireError) {
        guard (0...Self.waitLimit).contains(wait) else { throw .field }
        self.slots = slots
        self.wait = wait
    }

    /// Reads a query that came in, without its `?`.
    /// - Throws: `field` for a number out of its bounds, or `encoding` for any other form.
    package init(_ text: String) throws(WireError) {
        let parts = text.split(separator: "&", omittingEmptySubsequences: false)
        guard text.utf8.count <= 32, parts.count == 2, parts[0].hasPrefix("slots="), parts[1].hasPrefix("wait="),
            let slots = Int(parts[0].dropFirst(6)), let wait = Int(parts[1].dropFirst(5))
        else { throw .encoding }
        try self.init(slots: SlotCount(slots), wait: wait)
        guard self.text == text else { throw .encoding }
    }

    /// The query without its `?`.
    package var text: String { "slots=\(slots.number)&wait=\(wait)" }
}
