import Synchronization

/// The open connections of one worker.
///
/// A connection is taken out before the library closes its descriptor, so whoever works on a descriptor under the lock
/// never meets a number that has been reused.
final class ConnectionRegistry: Sendable {
    private let connections = Mutex<[Connection]>([])

    /// Adds a connection. O(1).
    func insert(_ connection: Connection) {
        connections.withLock { connections in
            connection.slot = connections.count
            connections.append(connection)
        }
    }

    /// Removes a connection. O(1): the last one takes its place.
    func remove(_ connection: Connection) {
        connections.withLock { connections in
            let last = connections.removeLast()
            guard last !== connection else { return }
            last.slot = connection.slot
            connections[connection.slot] = last
        }
    }

    /// Visits every connection under the lock: `visit` must be short and must not block.
    func forEach(_ visit: (Connection) -> Void) {
        connections.withLock { connections in
            for connection in connections { visit(connection) }
        }
    }

    /// Connections open now.
    var count: Int { connections.withLock { $0.count } }
}
