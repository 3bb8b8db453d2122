internal import FoundationEssentials

/// What the file system says, in bytes.
package enum Disk {
    /// How much is free where a file is to be; 0 when nobody can say.
    package static func free(at path: String) -> Int {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return number(try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize])
    }

    /// How long a file is; 0 when there is none.
    package static func byteCount(of path: String) -> Int {
        number(try? FileManager.default.attributesOfItem(atPath: path)[.size])
    }

    private static func number(_ value: Any?) -> Int {
        (value as? UInt64).map { Int(clamping: $0) } ?? (value as? UInt).map { Int(clamping: $0) } ?? value as? Int ?? 0
    }
}
