package import CallboxCrypto
package import CallboxProgram
package import CallboxSealing
package import CallboxWire

/// A session with one other party: where its cells go and come from, and who is at the other end. Its keys are in `RawRecord.ratchet`.
package struct SessionRecord: Equatable, Sendable, Codable {
    /// Who is at the other end.
    package enum Other: Hashable, Sendable, Codable {
        /// A member of the program.
        case member(MemberID)
        /// An officer, by the number that they have in this vault.
        case officer(Int)
    }

    /// Where what we say goes.
    package struct Destination: Equatable, Sendable, Codable {
        /// The mailbox.
        package var address: MailboxAddress
        /// What cells are sealed to.
        package var sealingKey: AgreementPublicKey
        /// Whether it is an intake: a deposit must be paid.
        package var isIntake: Bool
        /// Its own way to the relay.
        package var channel: Channel
    }

    /// Its number in this vault.
    package let number: Int
    /// Whether we began it.
    package let isInitiator: Bool
    /// Its name in a consent.
    package let tag: ConsentSessionTag
    /// Who is at the other end.
    package let other: Other
    /// The participant key of the other end: SIG of an officer, SIGK of a member.
    package let otherKey: VerificationKey
    /// The identity key that the initiator proved; ours when we began it.
    package let identityKey: AgreementPublicKey
    /// Our own participant key.
    package let ownKey: VerificationKey
    /// The consent that it was begun on; `none` when on none.
    package let consent: ConsentHash
    /// The day it began.
    package let begun: Day
    /// The mailbox of ours that it was begun in, or answers come to: an intake for a session that a member accepted.
    package let firstMailbox: MailboxAddress
    /// Our session mailbox.
    package let ownMailbox: MailboxAddress
    /// Where what we say goes.
    package var destination: Destination
    /// Whether the other end still has to be told of our session mailbox, in the slip of what we say next.
    package var slipIsDue: Bool
    /// The item of the outbox that has our session mailbox made; gone from there when it is.
    package var making: UInt64?
    /// The item of the outbox that carries its first frame, when we began it.
    package var opening: UInt64?
    /// Whether the other end has used our session mailbox: then nothing more of it comes to the intake.
    package var hasMoved = false
    /// When this client answers by itself, to heal the session; nil when it has answered.
    package var healDue: Instant?
    /// The conversations that it carries.
    package var conversations: [Int] = []
    /// Whether the other end's mailbox is gone.
    package var isGone = false
    /// Whether it is over: our mailbox is deleted, or about to be.
    package var hasEnded = false
}

/// A body for a room that is not open here: somebody in it was faster than who opens it. Held until it is.
package struct HeldBody: Equatable, Sendable, Codable {
    /// The session that it came by.
    package let session: Int
    /// Its id.
    package let body: BodyID
    /// The exact line of its entry.
    package let line: Blob
    /// When it came.
    package let day: Day
    /// Whether the person was told that its room has not opened.
    package var isTold: Bool?
}

/// What was said to somebody with whom there is no session yet, in the order in which it was said.
package struct Unsent: Equatable, Sendable, Codable {
    /// One thing.
    package struct Line: Equatable, Sendable, Codable {
        /// Its id.
        package let body: BodyID
        /// The exact line of its entry.
        package let line: Blob
        /// Where it is shown here, if it is.
        package let entry: Int?
    }

    /// All of it.
    package var lines: [Line]
}
