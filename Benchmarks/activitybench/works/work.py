"""What a row of the benchmark is to the runner."""

import abc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..contenders import Contender
from ..errors import WrongAnswer
from ..processes import Process, cpu_us, settle

Metrics = dict[str, float]


@dataclass
class Turn:
    """One contender's turn in one round."""

    number: int  # of the round, from 1
    seconds: float


@dataclass(kw_only=True)
class Work(abc.ABC):
    name: str  # for --only and bars.toml
    title: str
    quick: bool = False  # whether --quick runs it
    max_rounds: int = 1_000  # for rows whose figures hardly vary and take long
    contenders: tuple[type[Contender], ...] = field(kw_only=True)

    # Of its table: metric and heading. The headline metric is the one that is compared with the floor and plotted.
    columns: tuple[tuple[str, str], ...] = ()
    headline: str = "cpu_us"

    # Whether the runner keeps one started instance for it; otherwise `measure` makes a fresh one for each turn.
    shared: bool = True

    def prepare(self, contender: Contender) -> None:
        """Fills, and verifies an answer; once per contender, before the first round."""

    @abc.abstractmethod
    def measure(self, contender: Contender, turn: Turn) -> Metrics: ...


class CPU:
    """The CPU time that processes took within a `with cpu_time(...)`, in microseconds."""

    used: float = 0


@contextmanager
def cpu_time(processes: list[Process], at_rest: bool = True) -> Iterator[CPU]:
    """`at_rest`: begins when the processes have nothing left to do from before."""
    if at_rest:
        settle(processes)
    pids = {pid for process in processes for pid in process.pids()}
    cpu, before = CPU(), cpu_us(processes)
    yield cpu
    cpu.used = cpu_us(processes) - before
    if lost := pids - {pid for process in processes for pid in process.pids()}:
        raise WrongAnswer(f"{len(lost)} of its processes died under the load: {processes[-1].log_tail()}")


@contextmanager
def fresh(contender: Contender) -> Iterator[Contender]:
    other = contender.fresh()
    try:
        other.start()
        yield other
    finally:
        other.stop()


def rest(seconds: float) -> None:
    """Real time must pass here: something outside this process is on a clock of its own."""
    time.sleep(seconds)
