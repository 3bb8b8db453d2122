/// Where a person's client keeps what it keeps: one folder, for its owner alone.
public struct Home: Hashable, Sendable {
    /// The folder's path.
    public let path: String

    /// A folder, which need not be there yet.
    public init(_ path: String) { self.path = path }
}
