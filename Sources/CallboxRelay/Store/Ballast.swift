internal import FoundationEssentials
internal import Synchronization

/// Sees to it that there is always room to acknowledge cells, which takes room in the log before it makes any; and to copy the log, which
/// takes as much room again as the log has. So deposits end before the disk does, and a file is held in reserve.
final class Ballast: Sendable {
    /// How many bytes are held: more than a group of changes takes in the log.
    static let byteCount = 8 << 20
    /// How many bytes may be written at most before the disk is looked at again.
    private static let longestStride = 16 << 20

    private struct State {
        var isHeld: Bool
        var isShort = false
        var isSaid = false
        /// How many bytes may still be written before the disk is looked at again.
        var stride = 0
    }

    private let path: String
    private let log: String
    private let state: Mutex<State>

    /// What is held from an earlier run is held still.
    init(folder: String) {
        path = folder + "/ballast"
        log = folder + "/" + SQLiteStore.fileName + "-wal"
        state = Mutex(State(isHeld: Disk.byteCount(of: path) == Self.byteCount))
    }

    /// Whether there is room beside what is held. While there is none, nothing that needs room is begun.
    var hasRoom: Bool { state.withLock { $0.isHeld && !$0.isShort } }

    /// Whether so many bytes may be written.
    func allows(_ byteCount: Int) -> Bool {
        state.withLock { state in
            guard state.isHeld, !state.isShort else { return false }
            if state.stride < byteCount {
                // What is written takes room twice, in the log and then in the database.
                state.stride = min(spare / 4, Self.longestStride)
                state.isShort = state.stride < byteCount
            }
            state.stride -= byteCount
            return !state.isShort
        }
    }

    /// The disk was found full.
    func ranShort() { state.withLock { ($0.isShort, $0.stride) = (true, 0) } }

    /// Whether there is no room and that was not said yet.
    func isNews() -> Bool {
        state.withLock { state in
            defer { state.isSaid = state.isShort }
            return state.isShort && !state.isSaid
        }
    }

    /// Holds the room, if there is enough beside it.
    func hold() {
        state.withLock { state in
            guard !state.isHeld || state.isShort else { return }
            guard spare > (state.isHeld ? 2 : 3) * Self.byteCount else {
                state.isShort = true
                return
            }
            // Written, not only sized: a file of holes holds nothing.
            state.isHeld =
                state.isHeld || Plant.keepsNoRoom
                || FileManager.default.createFile(atPath: path, contents: Data(repeating: 0xFF, count: Self.byteCount))
            (state.isShort, state.isSaid, state.stride) = (!state.isHeld, false, 0)
        }
    }

    /// Gives it back.
    func release() {
        state.withLock { state in
            try? FileManager.default.removeItem(atPath: path)
            state.isHeld = false
        }
    }

    /// What is free when the log has been copied.
    private var spare: Int { Plant.keepsNoRoom ? .max : Disk.free(at: path) - Disk.byteCount(of: log) }
}
