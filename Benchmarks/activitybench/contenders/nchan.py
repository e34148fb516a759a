import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from email.utils import formatdate

from .. import events
from ..environment import output_of
from ..errors import WrongAnswer
from ..processes import Process
from ..wire import Reply, request
from .contender import BIG, IDLE, IDLE_TTL_SECONDS, MAX_ENTRIES, Contender

_MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
_JSON = {"Content-Type": "application/json"}
_MESSAGE_ID = re.compile(rb"last message id: (\d+):(\d+)")
# Cursors of the newest messages of each filled channel: as far back as any row reads.
_REMEMBERED = 10_001
_PIPELINED = 100
# It numbers the messages of a channel and a second in 16 bits with a sign; beyond that it answers with negative numbers.
_MOST_A_SECOND = 30_000

_CONFIGURATION = """\
load_module {module};
worker_processes {cores};
worker_rlimit_nofile 20000;
daemon off;
pid {directory}/{port}.pid;
error_log stderr error;
events {{ worker_connections 15000; use epoll; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    nchan_max_reserved_memory 4096m;
    server {{
        listen 127.0.0.1:{port} backlog=4096 reuseport;
        nchan_message_timeout 24h;
        nchan_message_buffer_length {entries};
        nchan_subscriber_first_message oldest;
        location = /ready {{ return 200 "ok"; }}
        location ~ ^/publish/({big}.+)$ {{
            nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 2000000;
        }}
        location ~ ^/publish/({idle}.+)$ {{ nchan_publisher; nchan_channel_id $1; nchan_message_timeout {ttl}s; }}
        location ~ ^/publish/(.+)$ {{ nchan_publisher; nchan_channel_id $1; }}
        location ~ ^/poll/(.+)$ {{ nchan_subscriber interval-poll; nchan_channel_id $1; }}
        location ~ ^/newest/(.+)$ {{
            nchan_subscriber interval-poll; nchan_channel_id $1; nchan_subscriber_first_message -1;
        }}
        location ~ ^/new/(.+)$ {{
            nchan_subscriber interval-poll; nchan_channel_id $1; nchan_subscriber_first_message newest;
        }}
        location ~ ^/page/(.+)$ {{
            nchan_subscriber longpoll; nchan_channel_id $1; nchan_longpoll_multipart_response on;
        }}
        location ~ ^/live/(.+)$ {{
            nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


class Nchan(Contender):
    name = "nchan"
    about = (
        "Debian's nchan on nginx, one worker per core; an event is a message, a poll an interval-poll, a page a "
        "long-poll with multipart answer"
    )
    ready_path = "/ready"

    def __init__(self, environment) -> None:
        super().__init__(environment)
        self.forget()

    def forget(self) -> None:
        self._newest: dict[str, deque[tuple[int, int]]] = {}

    def prepare(self) -> None:
        self.environment.require("nginx", "nginx")
        self.environment.require("libnginx-mod-nchan", _MODULE)
        nginx = output_of(["nginx", "-v"]).rpartition("/")[2]
        package = output_of(["dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan"])
        self.version = f"{package} on nginx {nginx}"

    def launch(self) -> Process:
        directory = self.environment.directory("nchan")
        path = directory / f"{self.port}.conf"
        path.write_text(_CONFIGURATION.format(
            module=_MODULE, cores=self.environment.cores, directory=directory, port=self.port, entries=MAX_ENTRIES,
            big=BIG, idle=IDLE, ttl=IDLE_TTL_SECONDS))
        self.processes = [Process(["nginx", "-p", str(directory), "-c", str(path)], directory)]
        return self.processes[0]

    def append(self, workspace: str) -> bytes:
        return request("POST", f"/publish/{workspace}", _JSON, events.append_body(workspace))

    def check_append(self, reply: Reply) -> None:
        if reply.status not in (201, 202) or not _MESSAGE_ID.search(reply.body):
            raise WrongAnswer(f"not published: {reply.status} {reply.body[:120]!r}")

    def fill(self, workspaces: Sequence[str], each: int) -> None:
        message = events.message().encode()

        def requests() -> Iterator[bytes]:
            for workspace in workspaces:
                raw = request("POST", f"/publish/{workspace}", _JSON, message)
                for _ in range(each):
                    yield raw

        with self.connect() as connection:
            for index, reply in enumerate(connection.pipeline(requests(), _PIPELINED)):
                found = _MESSAGE_ID.search(reply.body)
                if not found:
                    raise WrongAnswer(f"not published: {reply.status} {reply.body[:120]!r}")
                ids = self._newest.setdefault(workspaces[index // each], deque(maxlen=_REMEMBERED))
                second, number = int(found[1]), int(found[2])
                ids.append((second, number))
                if number >= _MOST_A_SECOND:
                    time.sleep(max(second + 1 - time.time(), 0))

    def cursor(self, workspace: str, back: int) -> str:
        ids = self._newest[workspace]
        if back >= len(ids):
            return ""
        second, number = ids[-1 - back]
        return f"{second}:{number}"

    def poll(self, workspace: str, cursor: str, limit: int) -> bytes:
        # Only an empty answer is served by interval-poll, and only a long-poll sends more than one message.
        path = f"/poll/{workspace}" if cursor == self.cursor(workspace, 0) else f"/page/{workspace}"
        headers = {}
        if cursor:
            second, _, number = cursor.partition(":")
            headers = {"If-Modified-Since": formatdate(int(second), usegmt=True), "If-None-Match": number}
        return request("GET", path, headers)

    def conditional_poll(self, workspace: str) -> bytes:
        return self.poll(workspace, self.cursor(workspace, 0), 0)

    def check_poll(self, reply: Reply, events: int) -> None:
        if events == 0:
            if reply.status != 304:
                raise WrongAnswer(f"{reply.status} instead of 304")
            return
        content_type = reply.header("Content-Type") or ""
        _, _, boundary = content_type.partition("boundary=")
        parts = reply.body.count(f"--{boundary}\r\n".encode()) if boundary else 1
        if reply.status != 200 or parts != events:
            raise WrongAnswer(f"{reply.status} with {parts} messages instead of {events}")

    def poll_newest(self, workspace: str, resident: int) -> bytes:
        return request("GET", f"/newest/{workspace}")

    def poll_since(self, workspace: str) -> bytes:
        # A cursor cannot be known beforehand here: this is a reader that is always up to date. (/newest/, which sends
        # one message, crashes nchan's workers beside appends.)
        return request("GET", f"/new/{workspace}")

    def live_path(self, workspace: str) -> str:
        return f"/live/{workspace}"

    def parked_path(self, workspace: str) -> str:
        return f"/page/{workspace}"

    def publish(self, workspace: str) -> tuple[str, str, str]:
        return f"/publish/{workspace}", "application/json", '{"kind":"bench.tick","payload":{"t":"%T"}}'
