import CallboxClient
import CallboxTransport
import Testing

@Suite("A proxy's address")
struct SOCKSProxyTests {
    @Test(
        "An address of this machine with a port is one",
        arguments: [
            ("127.0.0.1:9050", "127.0.0.1", 9050), ("127.8.9.10:1", "127.8.9.10", 1), ("[::1]:65535", "::1", 65_535),
        ])
    func good(text: String, host: String, port: UInt16) throws {
        let proxy = try SOCKSProxy(text)
        #expect(proxy.host == host && proxy.port == port)
    }

    @Test(
        "A name, an address elsewhere, and anything unclear is none",
        arguments: [
            "localhost:9050", "10.0.0.1:9050", "128.0.0.1:9050", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
            "127.0.0.1:65536",
            "127.0.0.1:+80", "127.0.0.1:80 ", "127.1:80", "127.0.0.01:80", "127.0.0.256:80", "127.0.0.1.evil:80",
            "::1:80",
            "[::2]:80", "[::1]80", "[::1]:80:80", "", ":", "socks5://127.0.0.1:9050", "127.0.0.1:٩٠٥٠",
        ])
    func bad(text: String) {
        let trouble = #expect(throws: Trouble.self) { try SOCKSProxy(text) }
        #expect(trouble?.kind == .usage)
    }
}
