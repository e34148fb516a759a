private import Glibc

/// A thread that is joined.
package struct PosixThread: Sendable {
    private let identifier: pthread_t

    /// Starts a thread that runs `body`; returns nil when the system has no room for one.
    package init?(_ body: @escaping @Sendable () -> Void) {
        // SAFETY: one retain, released by the thread itself, or here when there is no thread.
        let box = unsafe Unmanaged.passRetained(Body(run: body))
        var identifier = pthread_t()
        let code = unsafe pthread_create(
            &identifier, nil,
            { box in
                if let box = unsafe box { unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            return nil
        }
        self.identifier = identifier
    }

    /// Waits until the thread has ended. Once.
    package func join() { _ = pthread_join(identifier, nil) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
