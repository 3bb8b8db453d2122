import CallboxCrypto
import FoundationEssentials
import Testing

@testable import CallboxClient

@Suite("A vault that several use")
struct VaultSharingTests {
    @Test("Each of two sees what the other changed")
    func seeing() throws {
        try withHome { home in
            let one = try Vault.made(at: home)
            let other = try Vault.open(home, passphrase: .right())
            for round in 0..<10 as Range<UInt8> {
                try one.change { $0["a"] = [round] }
                #expect(try other.read { $0["a"] } == [round])
                try other.change { records in
                    #expect(records["a"] == [round])
                    records["b"] = [round]
                }
                #expect(try one.read { $0["b"] } == [round])
            }
        }
    }

    @Test("A file that was written over in place is seen too: somebody brought a copy back")
    func restored() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            let copy = home.bytes()
            try vault.change { $0["a"] = [2] }
            try home.put(copy)
            #expect(try vault.read { $0["a"] } == [1])
            try vault.change { $0["b"] = [1] }
            #expect(try Vault.open(home, passphrase: .right()).read(\.names) == ["a", "b"])
        }
    }

    @Test("Changes from many tasks through many vaults are all there in the end")
    func concurrency() async throws {
        try await withHome { home in
            let vaults = [try Vault.made(at: home), try Vault.open(home, passphrase: .right())]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<6 {
                    group.addTask {
                        let vault = vaults[task % 2]
                        for round in 0..<8 {
                            try vault.change { records in
                                records["sum"] = [(records["sum"]?.first ?? 0) + 1]
                                records["of/\(task)/\(round)"] = []
                            }
                            let seen = try vault.read { ($0["sum"], $0.names(beginning: "of/").count) }
                            #expect(seen.0 == [UInt8(seen.1)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try Vault.open(home, passphrase: .right()).read { $0["sum"] } == [48])
        }
    }

    @Test("Whoever does not get a turn is told that another is writing, and nothing has changed")
    func busy() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            let other = try Vault.open(home, passphrase: .right(), patience: 20)
            try vault.change { records in
                records["a"] = [1]
                #expect(throws: Trouble.busy) { try other.change { $0["a"] = [2] } }
                let seen = try other.read { $0["a"] }
                #expect(seen == nil)
            }
            #expect(try other.read { $0["a"] } == [1])
            try other.change { $0["a"] = [3] }
        }
    }

    @Test("A lock file that was removed while somebody had it lets nobody lose a change")
    func removedLock() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try FileManager.default.removeItem(atPath: "\(home.path)/lock")
            try vault.change { $0["a"] = [1] }
            #expect(try home.names == ["lock", "vault"])
        }
    }

    // MARK: Burning

    @Test(
        "A burnt vault is gone with everything beside it, and whoever had it open can neither read it nor bring it back"
    )
    func burning() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            try home.put(Array("half a vault".utf8), "vault.new")
            try home.put([], "chat-1.lock")
            try Vault.burn(home)
            #expect(!FileManager.default.fileExists(atPath: home.path))
            #expect(trouble { try vault.read(\.names) } == .home)
            #expect(trouble { try vault.change { $0["a"] = [2] } } == .home)
            #expect(!FileManager.default.fileExists(atPath: home.path))
            #expect(trouble { try Vault.burn(home) } == .home)
        }
    }

    @Test("Burning overwrites the header before it removes the name: whoever kept the blocks has no keys")
    func burntHeader() throws {
        try withHome { home in
            _ = try Vault.made(at: home)
            let bytes = home.bytes()
            let link = "\(home.path.dropLast("/home".count))/kept"
            try FileManager.default.linkItem(atPath: "\(home.path)/vault", toPath: link)
            try Vault.burn(home)
            let left = [UInt8](try #require(FileManager.default.contents(atPath: link)))
            #expect(zip(left, bytes).prefix(VaultHeader.byteCount).count { $0 == $1 } < 20)
        }
    }

    @Test("A damaged vault, one in an open folder and one whose lock somebody has can be burnt; files of others stay")
    func burningAnyway() throws {
        try withHome { home in
            _ = try Vault.made(at: home)
            try home.put([1, 2, 3])
            try home.put([1], "diary")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home.path)
            try VaultFolder(home).inTurn(patience: 10) { try Vault.burn(home, patience: 20) }
            #expect(try home.names == ["diary"])
        }
    }

    // MARK: Remembering

    /// Whether this system has a keyring that can be used.
    private static let hasKeyring: Bool = {
        let name = KernelKeyring.Name(hash: Array("callbox tests have a look".utf8))
        defer { _ = KernelKeyring.revoke(name) }
        return KernelKeyring.keep(Secret(copying: [1, 2, 3].span), as: name, seconds: 60)
            && KernelKeyring.secret(name, byteCount: 3)?.matches([1, 2, 3].span) ?? false
    }()

    private static func isRemembered(_ name: KernelKeyring.Name) -> Bool {
        KernelKeyring.secret(name, byteCount: VaultKeys.byteCount)?.byteCount == VaultKeys.byteCount
    }

    @Test("Remembered keys open the vault until it is locked", .enabled(if: hasKeyring))
    func remembering() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.change { $0["a"] = [1] }
            #expect(try Vault.openRemembered(home) == nil)
            try vault.remember(minutes: 1)
            defer { try? Vault.lock(home) }
            let opened = try #require(try Vault.openRemembered(home))
            #expect(try opened.read { $0["a"] } == [1])
            try vault.remember(minutes: 1)
            try Vault.lock(home)
            #expect(try Vault.openRemembered(home) == nil)
            try Vault.lock(home)
            #expect(try Vault.open(home, passphrase: .right()).read { $0["a"] } == [1])
        }
    }

    @Test("Where there is no keyring remembering says so, and nothing else is different", .enabled(if: !hasKeyring))
    func noKeyring() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            #expect(throws: Trouble.noKeyring) { try vault.remember(minutes: 1) }
            #expect(try Vault.openRemembered(home) == nil)
            try Vault.lock(home)
            try vault.change { $0["a"] = [1] }
            try Vault.burn(home)
        }
    }

    @Test("A new passphrase and a fire forget what was remembered", .enabled(if: hasKeyring))
    func forgetting() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            let name = try vault.folder.keyringName
            try vault.remember(minutes: 1)
            try vault.changePassphrase(to: .wrong(), cost: .least)
            #expect(try Vault.openRemembered(home) == nil)
            try vault.remember(minutes: 1)
            #expect(Self.isRemembered(name))
            try Vault.burn(home)
            #expect(!Self.isRemembered(name))
        }
    }

    @Test("Keys of another vault in the same folder are no keys", .enabled(if: hasKeyring))
    func staleMemory() throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            try vault.remember(minutes: 1)
            defer { try? Vault.lock(home) }
            try FileManager.default.removeItem(atPath: "\(home.path)/vault")
            _ = try Vault.made(at: home)
            #expect(try Vault.openRemembered(home) == nil)
        }
    }

    @Test("Nobody remembers for less than a minute or more than a day", arguments: [0, -1, 1_441, .max])
    func memoryBounds(minutes: Int) throws {
        try withHome { home in
            let vault = try Vault.made(at: home)
            #expect(trouble { try vault.remember(minutes: minutes) } == .usage)
        }
    }

    // MARK: Chats

    @Test("A chat says so while it runs; one that is gone without a word is tidied up, and one's own is left alone")
    func chats() throws {
        try withHome { home in
            #expect(trouble { try RunningChat(on: home) } == .home)
            _ = try Vault.made(at: home)
            do {
                let chat = try RunningChat(on: home)
                try home.put([], "chat-1.lock")
                #expect(try home.names.count == 4)
                try Vault.lock(home)
                #expect(try home.names.count == 3)
                withExtendedLifetime(chat) {}
            }
            #expect(try home.names == ["lock", "vault"])
        }
    }
}
