/// Whoever wants to know that a log has new events.
package protocol LogSubscriber: AnyObject, Sendable {
    /// Something was appended. Called on the appender's thread, after the append, possibly several times for one append
    /// and from several threads at once: must be short, must not block, and should do no more than note it.
    func logChanged()
}
