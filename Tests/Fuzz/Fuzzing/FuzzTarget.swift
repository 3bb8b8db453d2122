internal import CFuzzer
internal import Glibc
internal import Synchronization

/// A decoder under fire: one program for each, written `@main struct …: FuzzTarget`.
package protocol FuzzTarget: SendableMetatype {
    /// Decodes the bytes. An error thrown and caught is good; a trap, a leak or a broken promise is a find.
    static func decode(_ bytes: [UInt8])
}

/// The one decoder of this program; a C function pointer cannot carry it.
private let target = Mutex<(any FuzzTarget.Type)?>(nil)

extension FuzzTarget {
    /// Hands the program over to libFuzzer, which feeds `decode` until its time is up or it finds something.
    package static func main() {
        target.withLock { $0 = Self.self }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
                target.withLock { $0 }?.decode(bytes)
                return 0
            })
    }
}
