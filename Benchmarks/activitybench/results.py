"""The figures of a run, and what can be said of them."""

import statistics
from dataclasses import dataclass, field

from .works.work import Metrics, Work


@dataclass
class Row:
    work: Work
    turns: dict[str, dict[int, Metrics]] = field(default_factory=dict)  # by contender, then round
    notes: dict[str, str] = field(default_factory=dict)  # why a contender has no figures, or not all

    def values(self, contender: str, metric: str) -> list[float]:
        return [turn[metric] for turn in self.turns.get(contender, {}).values() if metric in turn]

    def median(self, contender: str, metric: str) -> float | None:
        values = self.values(contender, metric)
        return statistics.median(values) if values else None

    def total(self, contender: str, metric: str) -> float:
        return sum(self.values(contender, metric))

    def paired_ratio(self, contender: str, other: str, metric: str) -> float | None:
        """The median of contender ÷ other over the rounds that both took part in."""
        ours, theirs = self.turns.get(contender, {}), self.turns.get(other, {})
        ratios = [
            ours[number][metric] / theirs[number][metric]
            for number in ours.keys() & theirs.keys()
            if theirs[number].get(metric) and metric in ours[number]]
        return statistics.median(ratios) if ratios else None


@dataclass
class Results:
    rows: list[Row] = field(default_factory=list)

    def row(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.work.name == name), None)
