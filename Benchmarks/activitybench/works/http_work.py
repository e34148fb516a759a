"""Rows that wrk drives: appends and polls."""

import abc
from collections.abc import Callable
from dataclasses import dataclass, field

from ..contenders import BATCH, HTTP, Activityd, Contender, Floor, RedisPipeline
from ..contenders.contender import MAX_ENTRIES
from ..contenders.webdis import trimming
from ..drivers import Load, RedisBenchmark, Wrk
from ..errors import NoEquivalent, WrongAnswer
from ..events import append_body
from ..model import ModelReply
from ..wire import Reply
from .work import Metrics, Turn, Work, cpu_time

_COLUMNS = (("rate", "ops/s"), ("cpu_us", "CPU µs/op"), ("p50_us", "p50 µs"), ("p99_us", "p99 µs"))
# Below this many answers, the ones that were cut off at the end weigh too much in the mean length.
_ENOUGH_ANSWERS = 500
# Ids grow by a few digits while a row runs.
_LENGTH_TOLERANCE = 0.15
# Before appends are measured, so that each of them evicts and ids have grown up.
_APPENDED_BEFORE = 2 * MAX_ENTRIES


@dataclass
class Probe:
    """A request that is sent once before the measuring, and what its answer must be."""

    raw: bytes
    check: Callable[[Reply], None]
    model: ModelReply  # what the floor answers when activityd cannot be asked


@dataclass
class Plan:
    load: Wrk | RedisBenchmark
    get: Probe | None = None
    post: Probe | None = None
    size: int = 0  # bytes of the verified answer; 0: answers differ


@dataclass(kw_only=True)
class HTTPWork(Work):
    connections: int = 32
    operations: int = 1  # per request
    contenders: tuple[type[Contender], ...] = HTTP
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    _plans: dict[str, Plan] = field(default_factory=dict)
    # activityd's answers to the probes: the floor's replies.
    _reference: dict[str, Reply] = field(default_factory=dict)

    @abc.abstractmethod
    def plan(self, contender: Contender) -> Plan:
        """Fills the contender and says what to send."""

    def wrk(self, contender: Contender, **options: object) -> Wrk:
        return Wrk(contender.environment.directory("requests"), f"{self.name}-{contender.name}", **options)

    def prepare(self, contender: Contender) -> None:
        plan = self._plans[contender.name] = self.plan(contender)
        probes = {method: probe for method in ("get", "post") if (probe := getattr(plan, method))}
        if not probes:
            return
        if isinstance(contender, Floor):
            replies = {method: self._reference.get(method, probe.model) for method, probe in probes.items()}
            contender.serve(**{"get": ModelReply.poll(0), "post": ModelReply.append(), **replies})
        with contender.connect() as connection:
            for method, probe in probes.items():
                reply = connection.exchange(probe.raw)
                (contender.check if isinstance(contender, Floor) else probe.check)(reply)
                if isinstance(contender, Activityd):
                    self._reference[method] = reply
                plan.size = reply.size if len(probes) == 1 else 0

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        return self.drive(contender, turn, at_rest=True)

    def drive(self, contender: Contender, turn: Turn, at_rest: bool) -> Metrics:
        plan = self._plans[contender.name]
        with cpu_time(contender.processes, at_rest) as cpu:
            load = plan.load.run(contender.port, self.connections, turn.seconds, turn.number)
        return self.metrics(plan, load, cpu.used)

    def metrics(self, plan: Plan, load: Load, cpu: float) -> Metrics:
        if not load.requests:
            raise WrongAnswer("no answer within the time of a round")
        if plan.size and load.requests >= _ENOUGH_ANSWERS:
            mean = load.bytes / load.requests
            if abs(mean / plan.size - 1) > _LENGTH_TOLERANCE:
                raise WrongAnswer(f"answers of {mean:.0f} bytes under load, {plan.size} when verified")
        operations = load.requests * (1 if isinstance(plan.load, RedisBenchmark) else self.operations)
        return {
            "rate": operations / load.seconds, "cpu_us": cpu / operations, "p50_us": load.p50, "p99_us": load.p99,
            "errors": load.errors}


def workspace_names(prefix: str, count: int) -> list[str]:
    """As wrk/requests.lua numbers them."""
    width = len(str(count))
    return [f"{prefix}{number:0{width}d}" for number in range(1, count + 1)]


def template(prefix: str, count: int, make: Callable[[str], bytes]) -> bytes:
    """A request with %W where the number of the workspace goes; its Content-Length fits any of them."""
    hole = "~" * len(str(count))
    return make(f"{prefix}{hole}").replace(hole.encode(), b"%W")


def example(raw: bytes, count: int) -> bytes:
    """The first request that a template makes."""
    return raw.replace(b"%W", f"{1:0{len(str(count))}d}".encode()).replace(b"%S", b"0").replace(b"%R", b"00")


@dataclass(kw_only=True)
class AppendWork(HTTPWork):
    workspaces: int = 1

    def plan(self, contender: Contender) -> Plan:
        if self.workspaces == 1:
            contender.fill([self.name], _APPENDED_BEFORE)
            raw = sent = contender.append(self.name)
        else:
            # Short: the name has to fit into the 110 bytes of an append.
            sent = template(f"of{self.workspaces}-", self.workspaces, contender.append)
            raw = example(sent, self.workspaces)
        return Plan(
            self.wrk(contender, post=sent, workspaces=self.workspaces),
            post=Probe(raw, contender.check_append, ModelReply.append()))


@dataclass(kw_only=True)
class BatchWork(HTTPWork):
    count: int
    form: str  # ndjson or array
    minimal: bool = False  # Prefer: return=minimal
    contenders: tuple[type[Contender], ...] = BATCH

    def __post_init__(self) -> None:
        self.operations = self.count

    def plan(self, contender: Contender) -> Plan:
        if isinstance(contender, RedisPipeline):
            return Plan(RedisBenchmark(["XADD", "batch", *trimming("batch"), "*", "event", append_body("b").decode()]))
        if self.minimal:
            if not isinstance(contender, Activityd | Floor):
                raise NoEquivalent("no such answer")
            raw = contender.batch("batch", self.count, self.form, minimal=True)
        else:
            raw = contender.batch("batch", self.count, self.form)
        contender.fill(["batch"], _APPENDED_BEFORE)
        model = ModelReply.minimal_batch(self.count) if self.minimal else ModelReply.batch(self.count)
        return Plan(
            self.wrk(contender, post=raw), post=Probe(raw, lambda reply: contender.check_batch(reply, self.count), model))


@dataclass(kw_only=True)
class PollWork(HTTPWork):
    """A poll of the newest `events` of one workspace; 0: nothing new."""

    events: int
    resident: int = 10_000
    conditional: bool = False
    prefix: str = ""

    def plan(self, contender: Contender) -> Plan:
        workspace = f"{self.prefix}{self.name}"
        contender.fill([workspace], self.resident)
        if self.conditional:
            raw, model = contender.conditional_poll(workspace), ModelReply.not_modified()
        else:
            cursor = contender.cursor(workspace, self.events)
            raw, model = contender.poll(workspace, cursor, max(self.events, 100)), ModelReply.poll(self.events)
        return Plan(
            self.wrk(contender, get=raw), get=Probe(raw, lambda reply: contender.check_poll(reply, self.events), model))


@dataclass(kw_only=True)
class NewestPollWork(HTTPWork):
    """A poll for the newest event of one of many workspaces, all alike."""

    workspaces: int
    resident: int = 10

    def plan(self, contender: Contender) -> Plan:
        prefix = f"{self.name}-"
        contender.fill(workspace_names(prefix, self.workspaces), self.resident)
        sent = template(prefix, self.workspaces, lambda name: contender.poll_newest(name, self.resident))
        # The script fills no template when there is nothing to choose from.
        if self.workspaces == 1:
            sent = example(sent, 1)
        return Plan(
            self.wrk(contender, get=sent, workspaces=self.workspaces),
            get=Probe(
                example(sent, self.workspaces), lambda reply: contender.check_poll(reply, 1), ModelReply.poll(1)))


@dataclass(kw_only=True)
class MixedWork(HTTPWork):
    """Polls of readers that have seen everything before, and appends, over workspaces of Zipf popularity."""

    workspaces: int
    append_share: float
    exponent: float = 1.0

    def plan(self, contender: Contender) -> Plan:
        # %R is the round: readers count what they posted from 0, so each round has workspaces of its own.
        prefix = f"{self.name}%R-"
        get = template(prefix, self.workspaces, contender.poll_since)
        post = template(prefix, self.workspaces, contender.append)
        return Plan(
            self.wrk(
                contender, get=get, post=post, post_share=self.append_share, workspaces=self.workspaces,
                exponent=self.exponent),
            # The post comes second: a workspace that does not exist reads as nothing new.
            get=Probe(example(get, self.workspaces), self._nothing(contender), ModelReply.poll(0)),
            post=Probe(example(post, self.workspaces), contender.check_append, ModelReply.append()))

    @staticmethod
    def _nothing(contender: Contender) -> Callable[[Reply], None]:
        def check(reply: Reply) -> None:
            if reply.status >= 400:
                raise WrongAnswer(f"{reply.status}: {reply.body[:120]!r}")

        return check


@dataclass(kw_only=True)
class ContendedPollWork(PollWork):
    """The latency of polls while another workspace takes batches at full speed, and alone, in the same turn."""

    batch: int = 100
    writers: int = 4
    columns: tuple[tuple[str, str], ...] = (
        ("p99_alone_us", "p99 µs alone"), ("p99_us", "p99 µs beside"), ("p99_ratio", "ratio"),
        ("p50_us", "p50 µs beside"), ("rate", "polls/s beside"), ("written", "events/s written"))
    headline: str = "p99_ratio"
    _writers: dict[str, Wrk] = field(default_factory=dict)

    def plan(self, contender: Contender) -> Plan:
        raw = contender.batch("writer", self.batch, "ndjson")
        self._writers[contender.name] = Wrk(
            contender.environment.directory("requests"), f"{self.name}-writer-{contender.name}", post=raw)
        plan = super().plan(contender)
        plan.post = Probe(
            raw, lambda reply: contender.check_batch(reply, self.batch), ModelReply.batch(self.batch))
        return plan

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        alone = self.drive(contender, turn, at_rest=True)
        background = self._writers[contender.name].start(contender.port, self.writers, turn.seconds + 1, turn.number)
        try:
            beside = self.drive(contender, turn, at_rest=False)
        finally:
            written = background.finish()
        return {
            **beside, "p99_alone_us": alone["p99_us"], "p99_ratio": beside["p99_us"] / alone["p99_us"],
            "written": written.requests * self.batch / written.seconds, "errors": beside["errors"] + written.errors}
