internal import CLinux
internal import ServiceLifecycle

/// Gives memory that connections left behind back to the system: glibc keeps it, 200 MB and more after many have come
/// and gone.
struct MemoryTrim: Service {
    let interval: Duration

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: interval)
                linux_give_memory_back()
            }
        }
    }
}
