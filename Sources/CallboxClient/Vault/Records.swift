/// What a client keeps: byte strings by name. A vault stores all of it in one step or nothing of it, so whatever is changed in one go stands or
/// falls together: a session and what it opened, a message and the cells it goes out in.
package struct Records: Equatable, Sendable {
    /// In order, so that a beginning of names is one range, and the vault has nothing to sort.
    private var sorted: [String] = []
    private var values: [[UInt8]] = []

    /// Nothing kept yet.
    package init() {}

    /// The value under a name, 1 to 255 bytes of visible ASCII; nil when there is none.
    package subscript(name: String) -> [UInt8]? {
        get {
            let place = place(of: name)
            return holds(name, at: place) ? values[place] : nil
        }
        set {
            precondition(Self.isName(name.utf8), "a record's name is 1 to 255 bytes of visible ASCII: ours to choose")
            let place = place(of: name)
            switch (newValue, holds(name, at: place)) {
            case (.some(let value), true): values[place] = value
            case (.some(let value), false):
                sorted.insert(name, at: place)
                values.insert(value, at: place)
            case (.none, true):
                sorted.remove(at: place)
                values.remove(at: place)
            case (.none, false): break
            }
        }
    }

    /// All names that begin so, in order.
    package func names(beginning prefix: String) -> [String] {
        Array(sorted[place(of: prefix)...].prefix { $0.hasPrefix(prefix) })
    }

    /// All names, in order.
    package var names: [String] { sorted }

    /// How many records there are.
    package var count: Int { sorted.count }

    /// For the vault: all names and values, in order.
    func forEach(_ body: (_ name: String, _ value: [UInt8]) -> Void) {
        for place in sorted.indices { body(sorted[place], values[place]) }
    }

    /// For the vault: a record whose name comes after all that are there.
    /// - Returns: false, and nothing is changed, when it does not, or is no name.
    mutating func append(_ name: String, _ value: [UInt8]) -> Bool {
        guard Self.isName(name.utf8), sorted.last.map({ $0 < name }) ?? true else { return false }
        sorted.append(name)
        values.append(value)
        return true
    }

    /// For the vault: makes room for so many.
    mutating func reserveCapacity(_ count: Int) {
        sorted.reserveCapacity(count)
        values.reserveCapacity(count)
    }

    private static func isName(_ bytes: String.UTF8View) -> Bool {
        (1...255).contains(bytes.count) && bytes.allSatisfy { (0x21...0x7e).contains($0) }
    }

    private func holds(_ name: String, at place: Int) -> Bool { place < sorted.count && sorted[place] == name }

    /// Where a name stands, or would stand.
    private func place(of name: String) -> Int {
        var range = sorted.startIndex..<sorted.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = sorted[middle] < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
