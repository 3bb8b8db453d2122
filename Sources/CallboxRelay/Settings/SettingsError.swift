/// What is wrong with how the relay was set up. Each says what an operator can do about it; none holds a secret.
package enum SettingsError: Error, Equatable, CustomStringConvertible {
    /// No address to listen at.
    case address(String)
    /// Plain HTTP would be open to the network.
    case plainOnNetwork(String)
    /// The operator's listener would be.
    case adminOnNetwork(String)
    /// A certificate or its key cannot be read.
    case certificate(String)
    /// The address cannot be had.
    case listen(String)
    /// What systemd handed over is not one listening socket.
    case inherited
    /// What clients are to call the relay is no address of a relay.
    case url(String)
    /// A setting that there is not.
    case unknown(String)
    /// A number outside its range.
    case number(String, ClosedRange<Int>)
    /// A setting that is not a word of its list.
    case word(String, [String])
    /// The state folder is not there, or is no folder.
    case noState(String)
    /// A file in the state folder cannot be read, or is not what it should be.
    case file(String)
    /// A file or folder that others may read.
    case permissions(String)
    /// Something stands where something new was to be made.
    case alreadyThere(String)

    /// One sentence or two, for the terminal.
    package var description: String {
        switch self {
        case .address(let text):
            "\(text) is no address to listen at: give host:port, [IPv6]:port, or unix:/path."
        case .plainOnNetwork(let text):
            "\(text) would speak plain HTTP to the network. Without TLS a relay listens on 127.0.0.1, [::1] or a unix "
                + "socket only, behind a proxy or an onion service."
        case .adminOnNetwork(let text):
            "\(text) would show metrics to the network: the admin listener takes a loopback address or a unix socket."
        case .certificate(let path):
            "The certificate \(path) or its key cannot be read, or they do not belong together."
        case .listen(let text):
            "Cannot listen at \(text): the address is taken, or not this machine's."
        case .inherited:
            "systemd handed over something other than one listening socket."
        case .url(let text):
            "\(text) is no address of a relay: https://host, https://host:port, or http://….onion."
        case .unknown(let name):
            "There is no setting \(name)."
        case .number(let name, let range):
            "\(name) is a number from \(range.lowerBound) to \(range.upperBound)."
        case .word(let name, let words):
            "\(name) is one of: \(words.joined(separator: ", "))."
        case .noState(let path):
            "There is no relay in \(path): make one with callboxd init --state \(path)."
        case .file(let path):
            "\(path) cannot be read, or is not what it should be."
        case .permissions(let path):
            "\(path) can be read by others than its owner: chmod go= \(path)"
        case .alreadyThere(let path):
            "\(path) is there already, and nothing was changed."
        }
    }
}
