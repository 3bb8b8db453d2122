/// A person's client: officer, peer or clinician. It holds the open vault; every call takes the newest state from it and leaves the next, stored durably,
/// or nothing. It may be used from many tasks, and several processes may have the same vault.
///
/// Calls that go to the relay say so. All others are answered from the vault.
public final class Callbox: Sendable {
    package let store: any RecordStore
    package let relay: any Relay
    package let clock: any ClientClock
    /// The program as it was last read.
    let programs = ProgramCache()
    /// Rings when something was put into the outbox.
    let bell = Bell()
    /// How much work the relay asks for, once it has said so.
    let difficulty = KnownDifficulty()

    package init(store: any RecordStore, relay: any Relay, clock: any ClientClock) {
        self.store = store
        self.relay = relay
        self.clock = clock
    }

    /// Where conversations are kept, at this time.
    var talk: Talk { Talk(key: store.key, programs: programs, now: clock.now) }
}
