extension Span<UInt8> {
    /// Lends the bytes as libsodium wants them: a pointer that is never null, and a length.
    @unsafe func octets<R: ~Copyable>(_ body: (UnsafePointer<UInt8>, Int) -> R) -> R {
        unsafe withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else {
                var nothing: UInt8 = 0
                return unsafe body(&nothing, 0)
            }
            return unsafe body(start, buffer.count)
        }
    }
}

/// An array of `count` bytes that a C function fills; nil when it reports failure.
@unsafe func filled(_ count: Int, by body: (UnsafeMutablePointer<UInt8>) -> Bool) -> [UInt8]? {
    var done = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, initialised in
        guard let start = buffer.baseAddress else { return }
        done = unsafe body(start)
        initialised = done ? count : 0
    }
    return done ? bytes : nil
}
