/// A page that opens an EventSource and reports all that it sees, in order, as events of another workspace.
///
/// | kind | payload |
/// |---|---|
/// | `open`, `error` | `{"state": readyState}` |
/// | `message`, `gap`, `reset` | `{"last": lastEventId, "data": the message's data}` |
enum EventSourcePage {
    /// The page's text.
    static func html(source: String, results: String) -> String {
        """
        <!doctype html>
        <title>EventSource</title>
        <script>
            \(reporting(to: results))
            const source = new EventSource("\(source)");
            source.onopen = () => report("open", {state: source.readyState});
            source.onerror = () => report("error", {state: source.readyState});
            for (const type of ["message", "gap", "reset"])
                source.addEventListener(type, (event) =>
                    report(type, {last: event.lastEventId, data: JSON.parse(event.data)}));
        </script>

        """
    }

    /// A page that runs an example of the documentation, with the functions that it leaves to its reader: `show` reports a
    /// `message`, `clear` a `reset`.
    static func html(running example: String, results: String) -> String {
        """
        <!doctype html>
        <title>EventSource</title>
        <script>
            \(reporting(to: results))
            const show = (event) => report("message", {data: event});
            const clear = () => report("reset", {});
            \(example)
        </script>

        """
    }

    /// A function `report(kind, payload)`.
    private static func reporting(to results: String) -> String {
        """
        let reports = Promise.resolve();
        // One after the other, so that they stand in the order in which things happened.
        function report(kind, payload) {
            const body = JSON.stringify({workspace_id: "\(results)", kind, payload});
            const headers = {"Content-Type": "application/json"};
            const send = () => fetch("/events", {method: "POST", headers, body}).catch(send);
            reports = reports.then(send);
        }
        """
    }
}
