/// What `stayInTouch` tells while it runs.
public enum Happening: Equatable, Sendable {
    /// Something is new in a conversation, and stored.
    case changed(conversation: Int)
    /// The relay answers.
    case connected
    /// It does not; it is tried again, and nothing is lost.
    case disconnected(Trouble)
    /// The relay answers, and something does not go through all the same: a message that cannot leave yet, or never will; a list that is not to be
    /// trusted. Told once, and again when something has left since.
    case troubled(Trouble)
}
