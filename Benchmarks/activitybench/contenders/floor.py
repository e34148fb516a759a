from collections.abc import Sequence

from ..errors import WrongAnswer
from ..model import ModelReply
from ..processes import Process
from ..wire import Reply, request
from .event_log_api import EventLogAPI

# libmicrohttpd writes these itself.
_WRITTEN_BY_LIBRARY = {"content-length", "connection"}


class Floor(EventLogAPI):
    name = "floor"
    about = "C on the same libmicrohttpd, flags, workers and memory limit; one pre-built response of activityd's bytes"

    def prepare(self) -> None:
        self.environment.require("libmicrohttpd-dev", "/usr/include/microhttpd.h")
        self._program = self.environment.compile("floor/httpfloor.c", "microhttpd")
        self._replies: dict[str, Reply | ModelReply] = {"get": ModelReply.poll(0), "post": ModelReply.append()}

    @property
    def ready_status(self) -> int:
        return self._replies["get"].status

    def serve(self, get: Reply | ModelReply, post: Reply | ModelReply) -> None:
        """Starts again with these replies."""
        self.stop()
        self._replies = {"get": get, "post": post}
        self.start()

    def launch(self) -> Process:
        directory = self.environment.directory("floor")
        paths = []
        for method, reply in self._replies.items():
            head = "".join(
                f"{name}: {value}\r\n" for name, value in reply.headers if name.lower() not in _WRITTEN_BY_LIBRARY)
            path = directory / f"{self.port}.{method}"
            path.write_bytes(f"{reply.status}\n{head}\r\n".encode("latin-1") + reply.body)
            paths.append(str(path))
        workers = str(self.environment.cores)
        self.processes = [Process([str(self._program), str(self.port), workers, *paths], directory)]
        return self.processes[0]

    # It answers the same whatever it is asked: filling it takes no requests, and any validator will do.

    def fill(self, workspaces: Sequence[str], each: int) -> None:
        for workspace in workspaces:
            self._latest[workspace] = each

    def conditional_poll(self, workspace: str) -> bytes:
        path = f"/workspaces/{workspace}/activity?since={self.cursor(workspace, 0)}"
        return request("GET", path, {"If-None-Match": 'W/"abcdefghij.10000.1.n"'})

    def check(self, reply: Reply) -> None:
        expected = self._replies["post" if reply.status == self._replies["post"].status else "get"]
        if reply.status != expected.status or reply.body != expected.body or (
            isinstance(expected, Reply) and reply.size != expected.size
        ):
            raise WrongAnswer(f"{reply.size} bytes, not what it was given")
