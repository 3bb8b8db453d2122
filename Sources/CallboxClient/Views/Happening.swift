/// What `stayInTouch` tells while it runs.
public enum Happening: Equatable, Sendable {
    /// Something is new in a conversation, and stored.
    case changed(conversation: Int)
    /// The relay answers.
    case connected
    /// It does not; it is tried again, and nothing is lost.
    case disconnected(Trouble)
}
