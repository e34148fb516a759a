"""The bars of bars.toml, held against the figures of a run."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from .results import Results

_SUBJECT = "activityd"


@dataclass(kw_only=True)
class Bar:
    text: str
    work: str
    metric: str
    against: str | None = None
    per_work: str | None = None
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"bar '{self.text}': one of at_most and at_least")

    @staticmethod
    def load(path: Path) -> list["Bar"]:
        return [Bar(**bar) for bar in tomllib.loads(path.read_text())["bar"]]

    @property
    def threshold(self) -> str:
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"

    def figure(self, results: Results) -> float | None:
        """None when the run has not got it."""
        figure = self._figure_of(self.work, results)
        if self.per_work is None or figure is None:
            return figure
        base = self._figure_of(self.per_work, results)
        return figure / base if base else None

    def met(self, figure: float) -> bool:
        return figure <= self.at_most if self.at_most is not None else figure >= self.at_least

    def _figure_of(self, work: str, results: Results) -> float | None:
        row = results.row(work)
        if row is None:
            return None
        if self.against:
            return row.paired_ratio(_SUBJECT, self.against, self.metric)
        return row.median(_SUBJECT, self.metric)
