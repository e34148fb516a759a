import CMicroHTTPD
import Glibc

// Every C entry point and every Unmanaged of the request path. A callback unwraps its context and makes one call. They
// are static functions of a type that no actor owns: a closure at top level of main.swift would trap on this thread.

extension Worker {
    /// The options of a daemon whose callbacks come to the worker at `context`.
    static func options(
        context: UnsafeMutableRawPointer, poolBytes: Int, connectionLimit: UInt32
    ) -> CMicroHTTPD_Options {
        unsafe CMicroHTTPD_Options(
            poolBytes: poolBytes, connectionLimit: connectionLimit,
            context: context,
            log: { context, line in
                // SAFETY: the worker outlives its daemon, and `line` is a C string for the length of the call.
                guard let context = unsafe context else { return }
                unsafe Worker.at(context).log(String(cString: line))
            },
            access: { worker, mhd, url, method, version, data, dataCount, context in
                guard let worker = unsafe worker, let mhd = unsafe mhd, let dataCount = unsafe dataCount,
                    let context = unsafe context?.pointee
                else { return .NO }
                return unsafe Worker.with(worker, context) { worker, connection in
                    switch connection.stage {
                    case .head:
                        guard let url = unsafe url, let method = unsafe method, let version = unsafe version else {
                            return .NO
                        }
                        return unsafe worker.receiveHead(
                            of: connection, mhd, target: url, method: method, version: version)
                    case .body:
                        let count = unsafe dataCount.pointee
                        guard count > 0, let data = unsafe data else { return worker.answer(connection) }
                        unsafe dataCount.pointee = 0
                        return unsafe worker.receiveBody(
                            of: connection, UnsafeRawBufferPointer(start: data, count: count))
                    case .idle, .parked, .answered, .handedOver:
                        return .NO
                    }
                }
            },
            target: { worker, uri, mhd in
                guard let worker = unsafe worker, let uri = unsafe uri, let mhd = unsafe mhd,
                    let context = unsafe CMicroHTTPD_socketContext(mhd)
                else { return nil }
                // SAFETY: the library hands over a C string that is valid for the call.
                unsafe Worker.with(worker, context) { worker, connection in
                    unsafe worker.beginRequest(on: connection, target: uri, count: strlen(uri))
                }
                return unsafe context
            },
            completed: { worker, mhd, context, code in
                guard let worker = unsafe worker, let mhd = unsafe mhd, let context = unsafe context?.pointee
                else { return }
                unsafe Worker.with(worker, context) { worker, connection in
                    unsafe worker.endRequest(on: connection, mhd, code)
                }
            },
            connectionChanged: { context, mhd, socketContext, change in
                guard let context = unsafe context, let mhd = unsafe mhd, let socketContext = unsafe socketContext
                else { return }
                if change == .CONNECTION_NOTIFY_STARTED {
                    // SAFETY: one retain for each connection, released below when the library closes it.
                    let connection = unsafe Worker.at(context).open(mhd)
                    unsafe socketContext.pointee = Unmanaged.passRetained(connection).toOpaque()
                } else if let context = unsafe socketContext.pointee {
                    let connection = unsafe Unmanaged<Connection>.fromOpaque(context).takeRetainedValue()
                    unsafe socketContext.pointee = nil
                    connection.worker.close(connection)
                }
            })
    }

    /// The hooks of the thread of the worker at `context`, which live as long as it does.
    static func hooks(context: UnsafeMutableRawPointer) -> CMicroHTTPD_Hooks {
        unsafe CMicroHTTPD_Hooks(
            worker: context,
            turn: { worker, room, most in
                unsafe Worker.at(worker).takeTurn(into: UnsafeMutableBufferPointer(start: room, count: most))
            },
            peerEnded: { worker, mhd, events in
                guard let context = unsafe CMicroHTTPD_socketContext(mhd) else { return events }
                return unsafe Worker.with(worker, context) { $0.peerEnded($1, events) }
            },
            received: { _, _, _, _ in },
            send: { worker, connection, bytes, count in
                // SAFETY: the library's bytes are valid for the call.
                unsafe Worker.with(worker, connection) { worker, connection in
                    let bytes = unsafe Span(_unsafeStart: bytes, count: count)
                    return Int32(worker.librarySends(bytes, on: connection))
                }
            },
            watched: nil, watchedCount: 0, isTurnWanted: false)
    }

    // SAFETY: `context` is what `options` was given: a worker that outlives its daemon.
    @inline(__always)
    private static func at(_ context: UnsafeMutableRawPointer) -> Worker {
        unsafe Unmanaged<Worker>.fromOpaque(context).takeUnretainedValue()
    }

    /// Calls `body` with the worker and the connection of a callback, and retains neither: there are three callbacks and
    /// more for each request.
    ///
    // SAFETY: `worker` is what `options` was given, see above. `connection` is what `connectionChanged` stored, which
    // holds the connection until it is called for the last time, and then calls nothing else for it.
    @inline(__always)
    private static func with<Result>(
        _ worker: UnsafeMutableRawPointer, _ connection: UnsafeMutableRawPointer,
        _ body: (Worker, Connection) -> Result
    ) -> Result {
        unsafe Unmanaged<Worker>.fromOpaque(worker)._withUnsafeGuaranteedRef { worker in
            unsafe Unmanaged<Connection>.fromOpaque(connection)._withUnsafeGuaranteedRef { body(worker, $0) }
        }
    }
}
