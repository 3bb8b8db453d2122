public import CallboxClient
internal import CallboxCrypto

/// The way to relays over HTTPS, and if wanted through a SOCKS proxy, where each mailbox and address has a user name of its own: Tor makes a circuit
/// for each of them (`IsolateSOCKSAuth`), and looks up the relay's name itself. Nothing that is sent or received is logged, and no proxy is taken from the
/// environment.
public struct HTTPSConnector: RelayConnector {
    private let proxy: SOCKSProxy?
    private let deadlines: Deadlines
    private let clock: any ClientClock

    /// The way to relays; without a proxy it is the direct one.
    public init(proxy: SOCKSProxy? = nil) {
        self.init(proxy: proxy, deadlines: Deadlines(), clock: SystemClientClock())
    }

    /// The same with deadlines and a clock that are given. Requests are signed with the clock's time; deadlines go by another that only goes forward.
    package init(proxy: SOCKSProxy? = nil, deadlines: Deadlines, clock: any ClientClock = SystemClientClock()) {
        self.proxy = proxy
        self.deadlines = deadlines
        self.clock = clock
    }

    /// The relay that answers at one of these places. Nobody is called before the first request; the connections go with the last copy of what is returned.
    public func relay(at places: RelayPlaces) -> RelayHandle {
        RelayHandle(HTTPSRelay(Switchboard(places, proxy: proxy, deadlines: deadlines, clock: clock)))
    }
}
