internal import CLinux
internal import FoundationEssentials

/// One thing that `callboxd check` has to say.
package struct Finding: Sendable, Encodable {
    /// How bad it is.
    package enum Weight: String, Sendable, Encodable {
        /// As it should be.
        case fine
        /// Will be bad.
        case warning
        /// Is bad.
        case problem
    }

    /// How bad it is.
    package let weight: Weight
    /// What it is, and what to do.
    package let text: String

    /// A finding.
    package init(_ weight: Weight, _ text: String) {
        self.weight = weight
        self.text = text
    }
}

/// What can be looked at from outside while a relay serves or stands still.
package enum Checkup {
    /// Folder and files are there, and closed to others.
    package static func permissions(_ settings: RelaySettings) -> [Finding] {
        let state = settings.state
        let secrets: [String?] = [state.path, state.seed, settings.tls?.key, state.database]
        let open = secrets.compactMap { $0 }.filter {
            FileManager.default.fileExists(atPath: $0) && !StateFolder.isPrivate($0)
        }
        var findings = open.map { Finding(.problem, SettingsError.permissions($0).description) }
        do throws(SettingsError) {
            _ = try state.readSeed()
        } catch {
            if error != .permissions(state.seed) { findings.append(Finding(.problem, error.description)) }
        }
        return findings.isEmpty ? [Finding(.fine, "Only the owner can read \(state.path).")] : findings
    }

    /// How much room there is.
    package static func room(_ state: StateFolder) -> Finding {
        let free = Disk.free(at: state.database)
        let text = "\(free / 1_048_576) MiB are free at \(state.path)."
        switch free {
        case ..<67_108_864: return Finding(.problem, text + " Deposits are refused soon, or already.")
        case ..<1_073_741_824: return Finding(.warning, text + " A relay wants 1024 MiB or more.")
        default: return Finding(.fine, text)
        }
    }

    /// Whether the clock can be believed. `reckoned` is the relay's own reckoning when it last stored it.
    package static func clock(now: Int64, reckoned: Int64?, isSynchronized: Bool) -> [Finding] {
        // Software of 2026 does not run before 2026.
        guard now > 1_767_225_600 else {
            return [Finding(.problem, "The clock stands before this software was written: set it.")]
        }
        var findings: [Finding] = []
        if !isSynchronized {
            findings.append(
                Finding(.warning, "The clock is not synchronised: signed requests fail when it is off by 300 seconds."))
        }
        if let reckoned, now < reckoned - 300 {
            findings.append(
                Finding(.problem, "The clock went back by \(reckoned - now) seconds since the relay last looked."))
        }
        return findings.isEmpty ? [Finding(.fine, "The clock is synchronised.")] : findings
    }

    /// Whether the kernel says that the clock follows another.
    package static var clockIsSynchronized: Bool { linux_clock_is_synchronized() == 1 }

    /// Whether a damaged log was set aside.
    package static func log(_ state: StateFolder) -> [Finding] {
        DamagedLog.paths(of: state.database).map { aside in
            Finding(
                .problem,
                """
                The log was not whole when the relay started: after a power cut that is to be expected and nothing is lost; \
                else the disk has turned bits, and the newest cells before that start may be lost. It is kept as \(aside), with \
                cells in it that may have been erased since: delete it when you have looked.
                """)
        }
    }

    /// What is wrong in the database.
    package static func database(_ desk: OperatorDesk) -> [Finding] {
        do {
            let damage = try desk.damage()
            return damage.isEmpty
                ? [Finding(.fine, "The database file is whole; every mailbox, cell and count in it matches its check.")]
                : damage.map { Finding(.problem, $0) }
        } catch {
            return [Finding(.problem, "The database cannot be read: \(error)")]
        }
    }
}
