internal import ActivityLog
internal import ByteBuffers

extension LivePosition {
    /// Appends the token: `<epoch>-<id>`, or the bare id while there is no epoch.
    func write(to bytes: inout ByteBuffer) {
        if let epoch {
            LogCursor.write(epoch: epoch, id: id, to: &bytes)
        } else {
            bytes.append(decimal: id)
        }
    }
}
