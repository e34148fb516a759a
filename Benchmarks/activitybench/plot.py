"""An SVG of small bar charts, one a row: CPU per operation of each contender, on a scale of its own."""

from xml.sax.saxutils import escape

from .report import number
from .results import Results, Row

_COLOURS = {
    "activityd": "#0b6e4f", "floor": "#9aa0a6", "nchan": "#3367d6", "webdis+redis": "#c5221f", "redis": "#c5221f",
    "python": "#e37400",
}
_WIDTH = 860
_LABEL, _VALUE = 120, 110  # room left and right of the bars
_BAR, _GAP, _TITLE, _BETWEEN = 16, 5, 24, 18
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#202124}.t{font-weight:600}.v{fill:#5f6368}"
    "@media(prefers-color-scheme:dark){text{fill:#e8eaed}.v{fill:#9aa0a6}}")


def svg(results: Results) -> str:
    """Bars that would leave the picture (a contender a hundred times slower) are cut and end in a gap."""
    body: list[str] = []
    top = 8
    for row in results.rows:
        if row.work.headline != "cpu_us" or len(row.turns) < 2:
            continue
        chart, height = _chart(row, top)
        body += chart
        top += height + _BETWEEN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img" '
        f'aria-label="CPU per operation, by contender"><style>{_STYLE}</style>\n' + "\n".join(body) + "\n</svg>\n")


def _chart(row: Row, top: int) -> tuple[list[str], int]:
    names = [kind.name for kind in row.work.contenders if kind.name in row.turns]
    medians = {name: row.median(name, "cpu_us") or 0 for name in names}
    room = _WIDTH - _LABEL - _VALUE
    # Up to eight times the second cheapest: what is slower than that is cut.
    reference = sorted(medians.values())[min(1, len(names) - 1)]
    scale = room / max(min(max(medians.values()), 8 * reference), 1e-9)
    unit = dict(row.work.columns)["cpu_us"]
    out = [f'<text class="t" x="0" y="{top + 14}">{escape(row.work.title)}, {escape(unit)}</text>']
    y = top + _TITLE
    for name in names:
        values = row.values(name, "cpu_us")
        length = medians[name] * scale
        cut = length > room
        shown = min(length, room)
        colour = _COLOURS.get(name, "#5f6368")
        out.append(f'<text x="{_LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
        out.append(f'<rect x="{_LABEL}" y="{y}" width="{shown:.1f}" height="{_BAR}" fill="{colour}"/>')
        if cut:
            out.append(f'<path d="M{_LABEL + room - 24} {y - 1}l6 {_BAR + 2}h6l-6 -{_BAR + 2}z" fill="#fff"/>')
        elif len(values) > 1:
            low, high = (_LABEL + min(value * scale, room) for value in (min(values), max(values)))
            middle = y + _BAR / 2
            out.append(
                f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" '
                'stroke="#202124" fill="none"/>')
        end = _LABEL + shown if cut or len(values) < 2 else _LABEL + min(max(*values, medians[name]) * scale, room)
        out.append(f'<text class="v" x="{end + 8:.1f}" y="{y + 12}">{number(medians[name])}</text>')
        y += _BAR + _GAP
    return out, y - top
