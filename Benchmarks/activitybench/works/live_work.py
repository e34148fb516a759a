"""Rows with live readers, which our own fanout drives. Each turn has a server of its own: readers leave memory behind."""

import time
from dataclasses import dataclass

from ..contenders import LIVE, Activityd, Contender, Nchan
from ..drivers import Fanout, FanoutReaders, Wrk
from ..errors import NoEquivalent, WrongAnswer
from ..processes import cpu_us, memory_bytes, settle
from ..wire import request
from .work import Metrics, Turn, Work, cpu_time, fresh

_WORKSPACE = "live"
# activityd looks for free memory every five seconds.
_REST_SECONDS = 8
# How soon a stream's head must come, and how long a long-poll must at least wait.
_PATIENCE_SECONDS = 0.5


def _verify_stream(server: Contender) -> None:
    subscription = request("GET", server.live_path("verified"), {"Accept": "text/event-stream"})
    with server.connect() as connection:
        line = connection.first_line(subscription, _PATIENCE_SECONDS)
    if not line.startswith("HTTP/1.1 200"):
        raise WrongAnswer(f"not a stream: {line or 'no answer'}")


def _verify_waiting(server: Contender) -> None:
    with server.connect() as connection:
        line = connection.first_line(request("GET", server.parked_path("verified")), _PATIENCE_SECONDS)
    if line:
        raise WrongAnswer(f"does not wait: {line}")


@dataclass(kw_only=True)
class LiveWork(Work):
    """Server-sent events: `readers` of one workspace, `rate` publishes a second of `batch` events each."""

    readers: int
    rate: float
    batch: int = 1
    contenders: tuple[type[Contender], ...] = LIVE
    columns: tuple[tuple[str, str], ...] = (
        ("cpu_us", "CPU µs/delivery"), ("connect_cpu_us", "CPU µs/connect"), ("rate", "deliveries/s"),
        ("p50_us", "p50 µs"), ("p99_us", "p99 µs"), ("missed", "missed"), ("unconnected", "not connected"),
        ("reader_bytes", "bytes/reader"))
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        with fresh(contender) as server:
            _verify_stream(server)
            path, content_type, event = server.publish(_WORKSPACE)
            separator = "\n"
            if self.batch > 1:
                if isinstance(server, Nchan):
                    raise NoEquivalent("no batch append over HTTP")
                if isinstance(server, Activityd):
                    content_type = "application/x-ndjson"
                else:
                    separator = "\n\ndata: "  # the floor sends the body as it is
            fanout = Fanout.make(
                server.environment, port=server.port, subscribe=server.live_path(_WORKSPACE), publish=path,
                readers=self.readers, rate=self.rate, seconds=3 * turn.seconds, event=event, content_type=content_type,
                separator=separator, batch=self.batch)
            memory, cpu = memory_bytes(server.processes, "Pss"), cpu_us(server.processes)
            with FanoutReaders(fanout) as readers:
                settle(server.processes)
                connect_cpu = cpu_us(server.processes) - cpu
                # What connecting left free is not a reader's memory: servers get the time to give it back.
                time.sleep(_REST_SECONDS)
                grown = memory_bytes(server.processes, "Pss") - memory
                with cpu_time(server.processes) as used:
                    seen = readers.publish()
        return {
            "cpu_us": used.used / max(seen["deliveries"], 1), "connect_cpu_us": connect_cpu / self.readers,
            "rate": seen["deliveries"] / seen["seconds"], "p50_us": seen["p50_us"], "p99_us": seen["p99_us"],
            "missed": seen["expected"] - seen["deliveries"], "unconnected": readers.failed,
            "reader_bytes": grown / self.readers, "errors": seen["refused"] + seen["closed"]}


@dataclass(kw_only=True)
class ParkedWork(Work):
    """Long-polls that wait, and appends to a workspace that none of them waits on; and the same appends alone."""

    waiters: int
    rate: float
    contenders: tuple[type[Contender], ...] = (Activityd, Nchan)
    columns: tuple[tuple[str, str], ...] = (
        ("cpu_alone_us", "CPU µs/append alone"), ("cpu_us", "CPU µs/append beside"), ("cpu_ratio", "ratio"),
        ("unconnected", "not connected"))
    headline: str = "cpu_ratio"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        with fresh(contender) as server:
            _verify_stream(server)
            path, content_type, event = server.publish(_WORKSPACE)
            # One live reader, so that the publisher knows when it is done.
            publisher = Fanout.make(
                server.environment, port=server.port, subscribe=server.live_path(_WORKSPACE), publish=path, readers=1,
                rate=self.rate, seconds=3 * turn.seconds, event=event, content_type=content_type)
            _verify_waiting(server)
            parked = Fanout.make(
                server.environment, port=server.port, subscribe=server.parked_path("quiet"), publish=path,
                readers=self.waiters, rate=1, seconds=1, accept="*/*", parked=True)
            alone = self._publish(server, publisher)
            with FanoutReaders(parked) as waiters:
                beside = self._publish(server, publisher)
        return {
            "cpu_alone_us": alone, "cpu_us": beside, "cpu_ratio": beside / alone, "unconnected": waiters.failed,
            "errors": 0}

    @staticmethod
    def _publish(server: Contender, publisher: Fanout) -> float:
        with FanoutReaders(publisher) as reader, cpu_time(server.processes) as cpu:
            seen = reader.publish()
        return cpu.used / seen["published"]


@dataclass(kw_only=True)
class BesideReadersWork(Work):
    """Appends at full speed beside live readers of another workspace, and alone."""

    readers: int
    connections: int = 32
    contenders: tuple[type[Contender], ...] = (Activityd, Nchan)
    columns: tuple[tuple[str, str], ...] = (
        ("rate_alone", "appends/s alone"), ("rate", "appends/s beside"), ("rate_ratio", "ratio"))
    headline: str = "rate_ratio"
    shared: bool = False

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        with fresh(contender) as server:
            _verify_stream(server)
            path, content_type, event = server.publish(_WORKSPACE)
            append = Wrk(
                server.environment.directory("requests"), f"{self.name}-{server.name}", post=server.append("other"))
            fanout = Fanout.make(
                server.environment, port=server.port, subscribe=server.live_path(_WORKSPACE), publish=path,
                readers=self.readers, rate=1, seconds=1, event=event, content_type=content_type)
            alone = append.run(server.port, self.connections, turn.seconds, turn.number)
            with FanoutReaders(fanout):
                beside = append.run(server.port, self.connections, turn.seconds, turn.number)
        rates = (alone.requests / alone.seconds, beside.requests / beside.seconds)
        return {
            "rate_alone": rates[0], "rate": rates[1], "rate_ratio": rates[1] / rates[0],
            "errors": alone.errors + beside.errors}
