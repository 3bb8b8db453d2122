package import CallboxProgram
package import CallboxWire

/// Something that waits to leave. It is sent as it stands here, as often as it takes: the same bytes, paid with the same token.
package struct OutboxItem: Equatable, Sendable, Codable {
    /// What is asked of the relay.
    package enum Order: Equatable, Sendable, Codable {
        /// Have this mailbox of ours made.
        case make(MailboxAddress)
        /// Drop a cell.
        case deposit(Deposit)
        /// Have this mailbox of ours erased.
        case delete(MailboxAddress)
    }

    /// A cell and where it goes.
    package struct Deposit: Equatable, Sendable, Codable {
        /// The cell, 8,192 bytes.
        package let cell: Blob
        /// The mailbox.
        package let address: MailboxAddress
        /// Its own way to the relay.
        package let channel: Channel

        /// A cell and where it goes.
        package init(cell: Cell, address: MailboxAddress, channel: Channel) {
            self.cell = Blob(cell.bytes)
            self.address = address
            self.channel = channel
        }
    }

    /// What it is paid with.
    package enum Payment: Equatable, Sendable, Codable {
        /// Nothing: it is free.
        case free
        /// Not chosen yet.
        case due
        /// The value of `Authorization`; for good, unless the relay says that it is worth nothing.
        case chosen(String)
    }

    /// Its number; what goes to one mailbox goes in this order.
    package let number: UInt64
    /// What is asked.
    package let order: Order
    /// What must have left before.
    package let after: [UInt64]
    /// What it is paid with.
    package var payment: Payment
    /// The session it belongs to.
    package let session: Int?
    /// The conversation and the entry that it carries a part of.
    package let conversation, entry: Int?
    /// When it is tried again, at the earliest.
    package var notBefore: Instant?
    /// How often it was tried in vain.
    package var failures = 0
    /// Since when the relay has said that there is no such mailbox.
    package var missedSince: Instant?

    /// Something to send.
    package init(
        number: UInt64, order: Order, after: [UInt64] = [], payment: Payment, session: Int?, conversation: Int? = nil,
        entry: Int? = nil
    ) {
        self.number = number
        self.order = order
        self.after = after
        self.payment = payment
        self.session = session
        self.conversation = conversation
        self.entry = entry
    }

    /// The mailbox it is about: what is about one mailbox leaves in order.
    package var lane: MailboxAddress {
        switch order {
        case .make(let address), .delete(let address): address
        case .deposit(let deposit): deposit.address
        }
    }
}
