package import CallboxWire
internal import Synchronization

/// Wakes whoever waits at a mailbox when a cell for it is on the disk, without asking the database over and over.
package final class Arrivals: Sendable {
    private struct State {
        var waiting: [MailboxAddress: (number: Int, wake: AsyncStream<Void>.Continuation)] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Nobody waits.
    package init() {}

    /// One who waits at a mailbox. It holds the place until `end`.
    package struct Place: Sendable {
        let number: Int
        let address: MailboxAddress
        /// Brings one value when a cell has come, and ends when somebody else waits at this mailbox now.
        package let arrivals: AsyncStream<Void>
    }

    /// Takes the place at a mailbox; who had it before is woken. There is one for each mailbox, so that an owner cannot have
    /// many requests wait.
    package func wait(at address: MailboxAddress) -> Place {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (number, earlier) = state.withLock { state in
            state.next &+= 1
            let earlier = state.waiting.updateValue((state.next, continuation), forKey: address)
            return (state.next, earlier?.wake)
        }
        earlier?.finish()
        return Place(number: number, address: address, arrivals: arrivals)
    }

    /// Gives the place up, unless somebody else has it by now.
    package func end(_ place: Place) {
        state.withLock { state in
            if state.waiting[place.address]?.number == place.number { state.waiting[place.address] = nil }
        }
    }

    /// A cell for this mailbox is on the disk.
    package func announce(_ address: MailboxAddress) {
        _ = state.withLock { $0.waiting[address]?.wake }?.yield()
    }

    /// How many wait.
    package var count: Int { state.withLock { $0.waiting.count } }
}
