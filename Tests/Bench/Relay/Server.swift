import FoundationEssentials

/// What the kernel says of the process that is measured. Linux.
struct Server {
    let pid: Int
    let folder: String

    /// Seconds of processor time used so far.
    var cpuSeconds: Double {
        let fields = text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / 100
    }

    /// Resident memory in KiB.
    var residentKiB: Int {
        let line = text("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { $0.split(separator: " ").compactMap { Int($0) }.first } ?? 0
    }

    /// Bytes of all files of its folder, but for what it holds in reserve.
    var diskBytes: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("relay.sqlite") }.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum + Self.number(attributes?[.size])
        }
    }

    private static func number(_ value: Any?) -> Int {
        (value as? UInt64).map { Int(clamping: $0) } ?? (value as? UInt).map { Int(clamping: $0) } ?? value as? Int ?? 0
    }

    private func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// One line of the table.
struct Line {
    let rate: Double
    let p50: Double
    let p99: Double
    let cpuMicroseconds: Double

    /// Times are of requests; rate and processor time are by what each request carries.
    init(_ nanoseconds: [Int64], seconds: Double, cpu: Double, each: Int = 1) {
        let sorted = nanoseconds.sorted()
        let count = Double(sorted.count * each)
        rate = count / seconds
        p50 = Double(sorted[sorted.count / 2]) / 1_000
        p99 = Double(sorted[min(sorted.count - 1, sorted.count * 99 / 100)]) / 1_000
        cpuMicroseconds = cpu * 1_000_000 / count
    }
}
