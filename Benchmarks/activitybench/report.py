"""Tables: the same for the terminal and for Markdown."""

import os

from .bars import Bar
from .results import Results, Row

_SUBJECT = "activityd"
_FLOOR = "floor"


def number(value: float | None) -> str:
    """Three significant digits, thousands separated."""
    if value is None:
        return "–"
    magnitude = abs(value)
    if magnitude >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if magnitude >= 10 else f"{value:.2f}"


def _spread(values: list[float]) -> str:
    return f" ({number(min(values))}–{number(max(values))})" if len(values) > 1 else ""


def _cell(row: Row, contender: str, metric: str) -> str:
    values = row.values(contender, metric)
    return number(row.median(contender, metric)) + (_spread(values) if metric in ("rate", row.work.headline) else "")


def table(row: Row) -> list[list[str]]:
    """Header and one line per contender. Ratios are paired: medians over the rounds that both took part in."""
    work = row.work
    names = [kind.name for kind in work.contenders]
    headings = dict(work.columns)
    headline = headings.get(work.headline, work.headline)
    header = ["", *headings.values()]
    has_floor = _FLOOR in row.turns
    if has_floor:
        header.append(f"{headline} ÷ floor")
    header.append(f"{_SUBJECT} ÷ it: {headline}")
    if "rate" in headings and work.headline != "rate":
        header.append(f"{_SUBJECT} ÷ it: {headings['rate']}")
    header.append("errors")
    lines = [header]
    for name in names:
        if name not in row.turns:
            lines.append([name, row.notes.get(name, "not measured")])
            continue
        line = [name, *(_cell(row, name, metric) for metric in headings)]
        if has_floor:
            line.append(number(row.paired_ratio(name, _FLOOR, work.headline)))
        line.append(number(row.paired_ratio(_SUBJECT, name, work.headline)))
        if "rate" in headings and work.headline != "rate":
            line.append(number(row.paired_ratio(_SUBJECT, name, "rate")))
        line.append(f"{row.total(name, 'errors'):.0f}" + (f"; {row.notes[name]}" if name in row.notes else ""))
        lines.append(line)
    return lines


def terminal(lines: list[list[str]]) -> str:
    columns = len(lines[0])
    whole = [line for line in lines if len(line) == columns]
    widths = [max(len(line[index]) for line in whole) for index in range(columns)]
    widths[0] = max(len(line[0]) for line in lines)
    out = []
    for line in lines:
        if len(line) < columns:  # a contender without figures: its note, as long as it is
            out.append(f"  {line[0]:<{widths[0]}}  {line[1]}")
            continue
        cells = [f"{cell:>{width}}" for cell, width in zip(line[1:], widths[1:])]
        out.append(f"  {line[0]:<{widths[0]}}  " + "  ".join(cells))
    return "\n".join(out)


def markdown(lines: list[list[str]]) -> str:
    columns = len(lines[0])
    out = [f"| {' | '.join(lines[0])} |", "|---" + "|--:" * (columns - 1) + "|"]
    for line in lines[1:]:
        out.append(f"| {' | '.join(line + [''] * (columns - len(line)))} |")
    return "\n".join(out)


def bars_table(bars: list[Bar], results: Results) -> list[list[str]]:
    lines = [["bar", "threshold", "measured", ""]]
    for bar in bars:
        if results.row(bar.work) is None:
            continue
        figure = bar.figure(results)
        verdict = "no figure" if figure is None else "met" if bar.met(figure) else "not met"
        lines.append([bar.text, bar.threshold, number(figure), verdict])
    return lines


def document(
    results: Results, bars: list[Bar], facts: list[tuple[str, str]], contenders: list[tuple[str, str, str]],
    command: str, plot: os.PathLike[str] | str,
) -> str:
    parts = [
        "# Benchmarks",
        f"Written by `{command}`; how it measures is in [Benchmarks/README.md](../Benchmarks/README.md). Each figure is "
        "the median of the rounds, with the smallest and the largest in parentheses. A ratio is the median of the ratios "
        "of the same rounds: absolute figures move with the machine, ratios hardly.",
        f"![CPU per operation, by contender]({plot})",
        "## Machine",
        markdown([["what", "is"], *map(list, facts)]),
        "## Contenders",
        markdown([["contender", "version", "is"], *map(list, contenders)]),
        "## Bars",
        markdown(bars_table(bars, results)),
        "## Rows",
    ]
    for row in results.rows:
        parts += [f"### {row.work.title}", f"`--only {row.work.name}`", markdown(table(row))]
    return "\n\n".join(parts) + "\n"
