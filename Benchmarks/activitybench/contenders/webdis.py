import json
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import events
from ..environment import output_of
from ..errors import Missing, WrongAnswer
from ..processes import Process, free_port
from ..wire import Reply, request
from .contender import BIG, IDLE, MAX_ENTRIES, Contender

_PIPELINED = 1_000


def trimming(workspace: str) -> list[str]:
    return ["MAXLEN", "~", str(2_000_000 if workspace.startswith(BIG) else MAX_ENTRIES)]


def _command(*words: str) -> bytes:
    """A command in RESP, https://redis.io/docs/latest/develop/reference/protocol-spec/."""
    return f"*{len(words)}\r\n".encode() + b"".join(
        f"${len(word.encode())}\r\n{word}\r\n".encode() for word in words)


def start_redis(directory: Path, port: int) -> Process:
    server = Process(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
         "--dir", str(directory)], directory)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        server.raise_if_dead()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            time.sleep(0.0005)
    raise Missing(f"redis-server: not ready after 10 s: {server.log_tail()}")


class Webdis(Contender):
    name = "webdis+redis"
    about = (
        "Debian's webdis (one thread per core) in front of Redis Streams without persistence; an append is XADD, a "
        "poll XRANGE. webdis drops the nested arrays of a stream reply from its JSON, which flatters its polls"
    )
    ready_path = "/PING"

    def prepare(self) -> None:
        self.environment.require("redis-server", "redis-server")
        self.environment.require("redis-tools", "redis-cli", "redis-benchmark")
        self.environment.require("webdis", "webdis")
        redis = output_of(["dpkg-query", "-W", "-f", "${Version}", "redis-server"])
        webdis = output_of(["dpkg-query", "-W", "-f", "${Version}", "webdis"])
        self.version = f"webdis {webdis}, redis {redis}"

    def launch(self) -> Process:
        directory = self.environment.directory("webdis")
        self._redis_port = free_port()
        redis = start_redis(directory, self._redis_port)
        self.processes = [redis]
        path = directory / f"{self.port}.json"
        path.write_text(json.dumps({
            "redis_host": "127.0.0.1", "redis_port": self._redis_port, "http_host": "127.0.0.1",
            "http_port": self.port, "threads": self.environment.cores, "pool_size": 16, "daemonize": False,
            "websockets": False, "database": 0, "verbosity": 1, "logfile": str(directory / "webdis-own.log"),
            "http_max_request_size": 1 << 24}))
        webdis = Process(["webdis", str(path)], directory)
        webdis.started = redis.started
        self.processes.append(webdis)
        return webdis

    def append(self, workspace: str) -> bytes:
        path = "/".join(["/XADD", workspace, *trimming(workspace), "*", "event"])
        return request("PUT", path, {"Content-Type": "application/json"}, events.append_body(workspace))

    def check_append(self, reply: Reply) -> None:
        if not isinstance(self._answer(reply, "XADD"), str):
            raise WrongAnswer(f"not added: {reply.body[:120]!r}")

    def fill(self, workspaces: Sequence[str], each: int) -> None:
        payload = events.payload(events.PAYLOAD_BYTES)

        def commands() -> Iterator[bytes]:
            for workspace in workspaces:
                added = _command(
                    "XADD", workspace, *trimming(workspace), "*", "kind", events.KIND, "payload", payload)
                for _ in range(each):
                    yield added
                if workspace.startswith(IDLE):
                    # A stream has no age limit; what one looks like after it is the same stream, trimmed to nothing.
                    yield _command("XTRIM", workspace, "MAXLEN", "0")

        with socket.create_connection(("127.0.0.1", self._redis_port), 60) as connection:
            answers = connection.makefile("rb")
            group: list[bytes] = []
            for command in [*commands(), b""]:
                group.append(command)
                if len(group) < _PIPELINED and command:
                    continue
                connection.sendall(b"".join(group))
                for sent in group:
                    if sent:
                        self._skip(answers)
                group = []

    @staticmethod
    def _skip(answers) -> bytes:
        line = answers.readline()
        if line[:1] == b"$":
            return answers.readline()
        if line[:1] == b"-":
            raise WrongAnswer(line.decode())
        return line

    def cursor(self, workspace: str, back: int) -> str:
        newest = output_of(
            ["redis-cli", "-p", str(self._redis_port), "XREVRANGE", workspace, "+", "-", "COUNT", str(back + 1)])
        # Three fields of two values each: id, kind and its value, payload and its value.
        ids = newest.splitlines()[::5]
        return f"({ids[back]}" if back < len(ids) else "-"

    def poll(self, workspace: str, cursor: str, limit: int) -> bytes:
        return request("GET", f"/XRANGE/{workspace}/{cursor}/%2B/COUNT/{max(limit, 1)}")

    def check_poll(self, reply: Reply, events: int) -> None:
        answer = self._answer(reply, "XRANGE", "XREVRANGE")
        if not isinstance(answer, list) or (answer and answer[0] is False):
            raise WrongAnswer(f"not a range: {reply.body[:120]!r}")
        # Of each entry, a pair of id and array, webdis writes the id and nothing for the array.
        if len(answer) != events:
            raise WrongAnswer(f"{len(answer)} entries instead of {events}: {reply.body[:120]!r}")

    def poll_newest(self, workspace: str, resident: int) -> bytes:
        return request("GET", f"/XREVRANGE/{workspace}/%2B/-/COUNT/1")

    def poll_since(self, workspace: str) -> bytes:
        return self.poll_newest(workspace, 1)

    @staticmethod
    def _answer(reply: Reply, *commands: str) -> object:
        if reply.status != 200:
            raise WrongAnswer(f"{reply.status}: {reply.body[:120]!r}")
        try:
            answers = json.loads(reply.body)
        except ValueError:
            raise WrongAnswer(f"not JSON: {reply.body[:120]!r}") from None
        return next((answers[command] for command in commands if command in answers), None)
