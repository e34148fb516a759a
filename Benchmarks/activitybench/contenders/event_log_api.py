"""The wire API of DESIGN section 3: activityd's, and the Python event log's."""

import json
from collections.abc import Iterator, Sequence

from .. import events
from ..errors import WrongAnswer
from ..wire import Reply, request
from .contender import Contender

_JSON = {"Content-Type": "application/json"}
_BATCH = 1_000


def _documents(reply: Reply, status: int) -> object:
    if reply.status != status:
        raise WrongAnswer(f"{reply.status} instead of {status}: {reply.body[:200]!r}")
    try:
        return json.loads(reply.body)
    except ValueError:
        raise WrongAnswer(f"not JSON: {reply.body[:80]!r}") from None


class EventLogAPI(Contender):
    evicts_on_read = True

    def __init__(self, environment) -> None:
        super().__init__(environment)
        self.forget()

    def forget(self) -> None:
        self._latest: dict[str, int] = {}  # of the workspaces that `fill` made

    def append(self, workspace: str) -> bytes:
        return request("POST", "/events", _JSON, events.append_body(workspace))

    def check_append(self, reply: Reply) -> None:
        event = _documents(reply, 201)
        if not isinstance(event, dict) or event.keys() != {"id", "timestamp", "kind", "payload"} or event["id"] < 1:
            raise WrongAnswer(f"not an event: {reply.body[:120]!r}")

    def batch(self, workspace: str, count: int, form: str, minimal: bool = False) -> bytes:
        headers = {"Content-Type": "application/x-ndjson" if form == "ndjson" else "application/json"}
        if minimal:
            headers["Prefer"] = "return=minimal"
        drafts = [events.draft(workspace)] * count
        body = "\n".join(drafts) if form == "ndjson" else f"[{','.join(drafts)}]"
        return request("POST", "/events", headers, body.encode())

    def check_batch(self, reply: Reply, count: int) -> None:
        answer = _documents(reply, 201)
        if not isinstance(answer, dict) or answer.get("count") != count:
            raise WrongAnswer(f"not a batch of {count}: {reply.body[:120]!r}")

    def fill(self, workspaces: Sequence[str], each: int) -> None:
        def drafts() -> Iterator[str]:
            for workspace in workspaces:
                for _ in range(each):
                    yield events.draft(workspace)

        with self.connect() as connection:
            group: list[str] = []
            for index, draft in enumerate(drafts(), 1):
                group.append(draft)
                if len(group) == _BATCH or index == len(workspaces) * each:
                    body = "\n".join(group).encode()
                    headers = {"Content-Type": "application/x-ndjson", "Prefer": "return=minimal"}
                    self.check_batch(connection.exchange(request("POST", "/events", headers, body)), len(group))
                    group = []
        for workspace in workspaces:
            self._latest[workspace] = each

    def cursor(self, workspace: str, back: int) -> str:
        return str(self._latest[workspace] - back)

    def poll(self, workspace: str, cursor: str, limit: int) -> bytes:
        return request("GET", f"/workspaces/{workspace}/activity?since={cursor}&limit={limit}")

    def check_poll(self, reply: Reply, events: int) -> None:
        if reply.status == 304 and events == 0:
            return
        page = _documents(reply, 200)
        if not isinstance(page, list) or len(page) != events:
            raise WrongAnswer(f"not a page of {events} events: {reply.body[:120]!r}")
        if any(after["id"] != before["id"] + 1 for before, after in zip(page, page[1:])):
            raise WrongAnswer("ids that are not contiguous")

    def poll_newest(self, workspace: str, resident: int) -> bytes:
        return request("GET", f"/workspaces/{workspace}/activity?since={resident - 1}")

    def poll_since(self, workspace: str) -> bytes:
        return request("GET", f"/workspaces/{workspace}/activity?since=%S")
