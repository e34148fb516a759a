"""Rows about memory: per event, per workspace whose events have aged out, per connection."""

from contextlib import ExitStack
from dataclasses import dataclass

from ..contenders import HTTP, Contender, Floor
from ..contenders.contender import BIG, IDLE, IDLE_TTL_SECONDS
from ..processes import memory_bytes, settle
from .http_work import workspace_names
from .work import Metrics, Turn, Work, fresh, rest

_CONTENDERS = tuple(kind for kind in HTTP if kind is not Floor)
_COLUMNS = (("bytes", "bytes each"), ("total_mib", "MiB in all"))
_PIPELINED = 100


def _figures(before: int, after: int, count: int) -> Metrics:
    return {"bytes": (after - before) / count, "total_mib": after / (1 << 20), "errors": 0}


@dataclass(kw_only=True)
class EventMemoryWork(Work):
    """Growth over `events` events in one workspace."""

    events: int
    contenders: tuple[type[Contender], ...] = _CONTENDERS
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    headline: str = "bytes"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        with fresh(contender) as server:
            server.fill(["warm-up"], 1_000)
            before = memory_bytes(server.processes, "Pss")
            server.fill([f"{BIG}memory"], self.events)
            settle(server.processes)
            return _figures(before, memory_bytes(server.processes, "Pss"), self.events)


@dataclass(kw_only=True)
class IdleMemoryWork(Work):
    """Growth over `workspaces` workspaces that have held events, all of them too old by now."""

    workspaces: int
    events: int = 3
    contenders: tuple[type[Contender], ...] = _CONTENDERS
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    headline: str = "bytes"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        names = workspace_names(IDLE, self.workspaces)
        with fresh(contender) as server:
            server.fill(["warm-up"], 1_000)
            before = memory_bytes(server.processes, "Pss")
            server.fill(names, self.events)
            # The contenders' own clocks age the events.
            rest(IDLE_TTL_SECONDS + 1)
            if server.evicts_on_read:
                with server.connect() as connection:
                    polls = (server.poll_newest(name, self.events) for name in names)
                    for reply in connection.pipeline(polls, _PIPELINED):
                        server.check_poll(reply, 0)
            settle(server.processes)
            return _figures(before, memory_bytes(server.processes, "Pss"), self.workspaces)


@dataclass(kw_only=True)
class ConnectionMemoryWork(Work):
    """Growth over `connections` kept connections, each of which has polled once."""

    connections: int
    contenders: tuple[type[Contender], ...] = HTTP
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    headline: str = "bytes"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        with fresh(contender) as server, ExitStack() as stack:
            server.fill(["polled"], 1)
            raw = server.poll("polled", server.cursor("polled", 0), 100)
            with server.connect() as connection:
                connection.exchange(raw)
            before = memory_bytes(server.processes, "Pss")
            for _ in range(self.connections):
                stack.enter_context(server.connect()).exchange(raw)
            return _figures(before, memory_bytes(server.processes, "Pss"), self.connections)


@dataclass(kw_only=True)
class StartWork(Work):
    """From fork to the first answer, and the memory of a server that has done nothing yet."""

    starts: int = 5
    contenders: tuple[type[Contender], ...] = HTTP
    columns: tuple[tuple[str, str], ...] = (("ready_ms", "ms to ready"), ("idle_mib", "idle RSS MiB"))
    headline: str = "ready_ms"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        times, memory = [], 0
        for _ in range(self.starts):
            server = contender.fresh()
            try:
                times.append(server.start())
                settle(server.processes)
                memory = memory_bytes(server.processes, "Rss")
            finally:
                server.stop()
        return {"ready_ms": sorted(times)[len(times) // 2] * 1e3, "idle_mib": memory / (1 << 20), "errors": 0}
