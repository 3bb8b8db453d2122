internal import Logging
internal import ServiceLifecycle

/// Listens to the store: counts, says what an operator must know, and ends the process when the disk failed for good.
/// Whoever does not know what is on the disk must not answer any more.
struct StoreWatch: Service {
    let store: SQLiteStore
    let metrics: RelayMetrics
    let logger: Logger
    /// Ends the process at once. Taking connections down one by one would take time, in which others go on.
    let end: @Sendable () -> Void

    func run() async throws {
        for await event in store.events.cancelOnGracefulShutdown() {
            switch event {
            case .committed(_, let time):
                metrics.countCommit(seconds: time / .seconds(1))
            case .diskFull:
                logger.warning("The disk is full: no deposits until there is room; collecting goes on.")
            case .refusedByDatabase:
                logger.error("The database refused a change.")
            case .damage:
                metrics.count(.damageFound)
                logger.error("Something stored is damaged. It is kept and not served: run callboxd check.")
            case .expired(let cells, _):
                metrics.count(.cellsExpired, cells)
            case .failed(let code):
                logger.critical("The disk failed; SQLite's code is \(code). The relay ends.")
                end()
                throw RelayFailure.disk
            }
        }
    }
}

/// Why a relay ended without being asked to.
package enum RelayFailure: Error, CustomStringConvertible {
    /// The disk failed: what was answered is safe, what was not answered may or may not be stored.
    case disk

    /// What the process ends with.
    package static let exitCode: Int32 = 3

    /// A sentence for the terminal.
    package var description: String { "The disk failed, and the relay does not go on without it." }
}
