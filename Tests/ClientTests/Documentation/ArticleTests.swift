import CallboxClient
import Foundation
import Testing

/// What the library's article shows, as code that is built: the same lines, between the two marks.
private func article(
    invite: String, code: String?, by connector: some RelayConnector, show: @Sendable @escaping ([Entry]) -> Void
) async throws {
    // The article begins.
    let home = Home("/home/ana/callbox")
    let passphrase = try Callbox.freshPassphrase(words: 6)
    let callbox = try await Callbox.joinAsOfficer(
        invite: invite, code: code, home: home, passphrase: passphrase, by: connector)

    try callbox.acknowledge(callbox.notice(language: nil))
    let peers = try callbox.peers(PeerFilter())
    guard let peer = peers.people.first, try callbox.screen(peer.id, ConflictAnswers()) else { return }
    let conversation = try await callbox.reachOut(to: peer.id, text: "Are you there?", concern: nil)
    _ = try await callbox.sync()

    try await callbox.stayInTouch { happening in
        if case .changed(conversation) = happening, let entries = try? callbox.entries(of: conversation, last: 1) {
            show(entries)
        }
    }
    // The article ends.
}

@Suite("The library's article")
struct ArticleTests {
    @Test("shows code that is built")
    func code() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let page = try String(
            contentsOf: root.appending(path: "Sources/CallboxClient/CallboxClient.docc/CallboxClient.md"),
            encoding: .utf8)
        let own = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let shown = try #require(
            page.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "\n```").first)
        let marked = own.components(separatedBy: "// The article begins.\n").dropFirst().first?
            .components(separatedBy: "\n    // The article ends.").first
        let built = try #require(marked).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
        #expect(shown == built)
    }
}
