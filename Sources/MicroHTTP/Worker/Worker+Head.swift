import ByteBuffers
import CMicroHTTPD
import Glibc

extension Worker {
    /// Collects what the library knows of the head and checks it.
    func check(
        _ connection: Connection, _ mhd: OpaquePointer, target: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> HeadDefect? {
        let count = unsafe CMicroHTTPD_headBytes(mhd)
        let start = unsafe UnsafeRawPointer(method).assumingMemoryBound(to: UInt8.self)
        // SAFETY: the head lies in the connection's pool, from the method on, and stays there until the request ends.
        unsafe connection.headBytes = UnsafeBufferPointer(start: start, count: count)
        var collector = unsafe LineCollector(head: UnsafeRawPointer(start), room: lines)
        unsafe withUnsafeMutablePointer(to: &collector) { collector in
            _ = unsafe MHD_get_connection_values_n(mhd, MHD_ValueKind.HEADER_KIND, LineCollector.collect, collector)
        }
        guard collector.count <= lines.count else { return .tooManyFields }
        connection.methodCount = unsafe strlen(method)
        let layout = unsafe HeadLayout(
            methodCount: connection.methodCount, targetOffset: UnsafeRawPointer(target) - UnsafeRawPointer(start),
            versionOffset: UnsafeRawPointer(version) - UnsafeRawPointer(start), versionCount: strlen(version))
        // SAFETY: the collector initialised the first `count` lines.
        let lines = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: self.lines[0..<collector.count]))
        let head = unsafe Span(_unsafeElements: connection.headBytes)
        if let defect = connection.head.check(
            head, layout: layout, target: connection.target.span, lines: lines,
            checksStructure: core.checksHeadStructure)
        {
            return defect
        }
        connection.method = HTTPMethod(head.extracting(0..<connection.methodCount))
        connection.parts = HTTPTargetParts(connection.target.span)
        return connection.parts.isWellFormed || connection.method == .other ? nil : .target
    }

    /// A view of the current request.
    ///
    /// SAFETY: the view points into buffers of the connection that live and stay unchanged until the request ends. The
    /// callers hand it to the responder as a borrowed argument, and a view that cannot escape ends with that call.
    @_lifetime(immortal)
    func request(of connection: Connection) -> HTTPRequest {
        let head = unsafe _overrideLifetime(Span(_unsafeElements: connection.headBytes), copying: ())
        let target = unsafe _overrideLifetime(connection.target.span, copying: ())
        let body = unsafe _overrideLifetime(connection.body.bytes.span, copying: ())
        return HTTPRequest(
            method: connection.method, methodName: head.extracting(0..<connection.methodCount), target: target,
            parts: connection.parts, head: head, fields: connection.head.fields, framing: connection.head.framing,
            body: body, bodyOutcome: connection.body.sink == .overflow ? .tooLarge : .complete)
    }
}
