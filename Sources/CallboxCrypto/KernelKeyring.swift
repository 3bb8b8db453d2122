internal import CLinux

/// The kernel's keyring of the user who runs this process: a secret kept there outlives the process, is never swapped or written
/// anywhere, and is wiped by the kernel when its time is up or it is revoked. Every process of the same user can read it until then.
package enum KernelKeyring {
    /// The name of something in the keyring. It is no secret: whatever runs as the same user can list it.
    package struct Name: Hashable, Sendable {
        fileprivate let text: String

        /// `callbox:` and the first 16 bytes of a hash, in hexadecimal.
        package init(hash: [UInt8]) {
            let digits = Array("0123456789abcdef".utf8)
            let hexadecimal = hash.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            text = "callbox:" + String(decoding: hexadecimal, as: UTF8.self)
        }
    }

    /// Keeps a copy of a secret for so many seconds, in the place of what was kept under the name.
    /// - Returns: false where there is no keyring to use, as in many containers, or no room in it.
    package static func keep(_ secret: borrowing Secret, as name: Name, seconds: UInt32) -> Bool {
        unsafe linux_keyring_keep(name.text, secret.octets, secret.byteCount, seconds) == 0
    }

    /// The secret of so many bytes that is kept under a name, straight into guarded memory; nil when there is none, or no keyring.
    package static func secret(_ name: Name, byteCount: Int) -> Secret? {
        let secret = Secret(byteCount: byteCount)
        guard unsafe linux_keyring_read(name.text, secret.octets, byteCount) == 0 else { return nil }
        return secret
    }

    /// Revokes what is kept under a name, if there is anything.
    /// - Returns: false when it is still there.
    package static func revoke(_ name: Name) -> Bool { unsafe linux_keyring_revoke(name.text) == 0 }
}
