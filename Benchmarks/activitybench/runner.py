"""Runs the rows: each round gives every contender one turn, so that they share the machine's moods."""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack

from .contenders import Contender
from .environment import Environment, say
from .errors import Missing, NoEquivalent, WrongAnswer
from .results import Results, Row
from .works.work import Turn, Work

_FAILURES = (Missing, NoEquivalent, WrongAnswer, OSError, subprocess.TimeoutExpired)


class Runner:
    def __init__(self, environment: Environment, rounds: int, seconds: float) -> None:
        self._environment = environment
        self._rounds = rounds
        self._seconds = seconds
        # One instance of each kind for the whole run; the value is why there is none.
        self._instances: dict[type[Contender], Contender | str] = {}

    def run(self, works: list[Work], finished: Callable[[Row], None]) -> Results:
        results = Results()
        with ExitStack() as stack:
            for index, work in enumerate(works, 1):
                began = time.monotonic()
                row = self._row(work, stack)
                results.rows.append(row)
                say(f"{index} of {len(works)}: {work.name} in {time.monotonic() - began:.0f} s")
                finished(row)
        return results

    def contenders(self) -> list[tuple[str, str, str]]:
        """Of each kind that was asked for: name, version or why it is missing, and what it is."""
        return [
            (kind.name, f"missing: {instance}" if isinstance(instance, str) else instance.version, kind.about)
            for kind, instance in self._instances.items()]

    def _row(self, work: Work, stack: ExitStack) -> Row:
        row = Row(work)
        ready: list[Contender] = []
        for kind in work.contenders:
            try:
                instance = self._instance(kind, work.shared, stack)
                work.prepare(instance)
                ready.append(instance)
            except _FAILURES as error:
                row.notes[kind.name] = self._note(error)
        rounds = min(self._rounds, work.max_rounds)
        for number in range(1, rounds + 1):
            # The order turns, so that nobody always runs behind the same other.
            start = (number - 1) % max(len(ready), 1)
            for instance in ready[start:] + ready[:start]:
                if instance.name in row.notes:
                    continue
                try:
                    metrics = work.measure(instance, Turn(number, self._seconds))
                    for process in instance.processes:
                        process.raise_if_dead()
                    row.turns.setdefault(instance.name, {})[number] = metrics
                except _FAILURES as error:
                    row.notes[instance.name] = self._note(error)
                    # The next row gets another one: this one may be broken.
                    instance.stop()
        return row

    def _instance(self, kind: type[Contender], start: bool, stack: ExitStack) -> Contender:
        if kind not in self._instances:
            instance = kind(self._environment)
            try:
                instance.prepare()
                self._instances[kind] = instance
            except Missing as error:
                self._instances[kind] = str(error)
                say(f"{kind.name} is missing: {error}")
        instance = self._instances[kind]
        if isinstance(instance, str):
            raise Missing(instance)
        if start and not instance.alive():
            stack.callback(instance.stop)
            instance.stop()
            instance.start()
        return instance

    @staticmethod
    def _note(error: BaseException) -> str:
        prefix = {Missing: "missing: ", NoEquivalent: "no equivalent: ", WrongAnswer: "wrong answer: "}
        return f"{prefix.get(type(error), f'{type(error).__name__}: ')}{error}".removesuffix(": ")
