"""Raw HTTP/1.1: requests as bytes (wrk sends the same bytes) and an exchange over one kept connection."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType

from .errors import WrongAnswer


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    size: int  # bytes on the wire, head included

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Connection:
    """One kept connection to a loopback port."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._socket.close()

    def exchange(self, raw: bytes) -> Reply:
        self._socket.sendall(raw)
        return self._read()

    def first_line(self, raw: bytes, patience: float) -> str:
        """The first line of the answer, "" when none comes in time. Nothing else can be asked afterwards."""
        self._socket.sendall(raw)
        self._socket.settimeout(patience)
        try:
            return self._file.readline().decode("latin-1").strip()
        except TimeoutError:
            return ""

    def pipeline(self, requests: Iterable[bytes], depth: int) -> Iterator[Reply]:
        """Sends `depth` requests at a time; for filling, never for measuring."""
        group: list[bytes] = []
        for raw in requests:
            group.append(raw)
            if len(group) == depth:
                yield from self._flush(group)
                group = []
        yield from self._flush(group)

    def _flush(self, group: list[bytes]) -> Iterator[Reply]:
        self._socket.sendall(b"".join(group))
        for _ in group:
            yield self._read()

    def _read(self) -> Reply:
        status_line = self._file.readline()
        size = len(status_line)
        if not status_line.startswith(b"HTTP/1.1 "):
            raise WrongAnswer(f"not an HTTP/1.1 answer: {status_line[:40]!r}")
        headers = []
        while (line := self._file.readline()) not in (b"\r\n", b""):
            size += len(line)
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        reply = Reply(int(status_line[9:12]), headers, b"", size + 2)
        length = reply.header("Content-Length")
        if reply.status not in (204, 304):
            if length is None:
                raise WrongAnswer("an answer without Content-Length")
            reply.body = self._file.read(int(length))
            reply.size += len(reply.body)
        return reply
