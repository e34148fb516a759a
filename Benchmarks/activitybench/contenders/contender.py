"""What the rows ask of a contender.

A contender turns operations into its own requests and knows what a right answer looks like. Workspaces (a contender's
channels, streams) hold MAX_ENTRIES events unless their name begins with one of the prefixes below.
"""

import abc
import copy
from collections.abc import Sequence

from ..environment import Environment
from ..errors import NoEquivalent
from ..processes import Process, free_port, wait_until_ready
from ..wire import Connection, Reply

MAX_ENTRIES = 10_000
# Workspaces that keep 2 000 000 events.
BIG = "big-"
# Workspaces whose events live IDLE_TTL_SECONDS.
IDLE = "idle-"
IDLE_TTL_SECONDS = 2


class Contender(abc.ABC):
    name: str  # of the column and of --only
    about: str  # one line for the report: what it is and how it is set up

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.port = 0
        self.processes: list[Process] = []
        self.version = ""

    # Life. `prepare` installs and compiles; it and `start` raise Missing.

    @abc.abstractmethod
    def prepare(self) -> None: ...

    @abc.abstractmethod
    def launch(self) -> Process:
        """Starts the processes on `self.port`; returns the one to watch."""

    ready_path = "/"
    ready_status = 200
    # Whether events leave a log by age only when it is read.
    evicts_on_read = False

    def start(self) -> float:
        """Starts on a free port; returns the seconds from fork to the first answer that says so."""
        self.port = free_port()
        watched = self.launch()
        return wait_until_ready(watched, self.port, self.ready_path, self.ready_status)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()
        self.processes = []

    def alive(self) -> bool:
        return bool(self.processes) and all(process.alive() for process in self.processes)

    def fresh(self) -> "Contender":
        """Another one of the same kind, prepared but not started, that knows of no workspaces."""
        other = copy.copy(self)
        other.processes = []
        other.forget()
        return other

    def forget(self) -> None:
        """Forgets what `fill` noted for `cursor`."""

    def connect(self) -> Connection:
        return Connection(self.port)

    # Operations. Requests are raw bytes; a check raises WrongAnswer. What a contender lacks raises NoEquivalent.

    def append(self, workspace: str) -> bytes:
        raise NoEquivalent

    def check_append(self, reply: Reply) -> None:
        raise NoEquivalent

    def batch(self, workspace: str, count: int, form: str) -> bytes:
        """`form` is ndjson or array."""
        raise NoEquivalent("no batch append over HTTP")

    def check_batch(self, reply: Reply, count: int) -> None:
        raise NoEquivalent

    def fill(self, workspaces: Sequence[str], each: int) -> None:
        """Puts `each` events into each of the workspaces, which are new. Never measured."""
        raise NoEquivalent

    def cursor(self, workspace: str, back: int) -> str:
        """A cursor that `back` events follow, for `fill`ed workspaces."""
        raise NoEquivalent

    def poll(self, workspace: str, cursor: str, limit: int) -> bytes:
        raise NoEquivalent

    def conditional_poll(self, workspace: str) -> bytes:
        """A poll with a validator that holds: the answer is 304."""
        raise NoEquivalent("no validator on reads")

    def check_poll(self, reply: Reply, events: int) -> None:
        raise NoEquivalent

    def poll_newest(self, workspace: str, resident: int) -> bytes:
        """A poll for the newest event of a workspace that holds `resident`, made without asking it first."""
        raise NoEquivalent

    def poll_since(self, workspace: str) -> bytes:
        """A template: the poll of a reader that has seen %S events of the workspace."""
        raise NoEquivalent

    def live_path(self, workspace: str) -> str:
        raise NoEquivalent("no live stream")

    def parked_path(self, workspace: str) -> str:
        """A long-poll that waits for the next event of a workspace without events."""
        raise NoEquivalent("no long-poll")

    def publish(self, workspace: str) -> tuple[str, str, str]:
        """For live rows: path, content type and an event's template with %T."""
        raise NoEquivalent("no live stream")
