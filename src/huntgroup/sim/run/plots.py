"""Line plots as SVG texts, without a library: what a report shows of a run."""

from __future__ import annotations

import math
from html import escape

_WIDTH, _HEIGHT = 860, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 150, 34, 36
# Colours that people with any colour vision tell apart (Okabe and Ito).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")


def line_plot(title: str, series: dict[str, list[float]], minutes: int) -> str:
    """One line per name over equal intervals of the run; nan leaves a gap. O(points)."""
    shown = dict(list(series.items())[: len(_COLOURS)])
    known = [value for values in shown.values() for value in values if math.isfinite(value)]
    top = _round_up(max(known, default=1.0))
    count = max((len(values) for values in shown.values()), default=1)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(place: float) -> float:
        return _LEFT + (right - _LEFT) * place / max(1, count - 1)

    def y(value: float) -> float:
        return bottom - (bottom - _TOP) * value / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="system-ui,sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<text x="{_LEFT}" y="18" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for part in range(5):
        value = top * part / 4
        parts.append(
            f'<path d="M{_LEFT} {y(value):.1f}H{right}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for part in range(5):
        place = (count - 1) * part / 4
        hours = place * minutes / 60
        parts.append(f'<text x="{x(place):.1f}" y="{bottom + 18}" text-anchor="middle">{hours:g} h</text>')
    for number, (name, values) in enumerate(shown.items()):
        colour = _COLOURS[number]
        parts.append(f'<path d="{_path(values, x, y)}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        line = _TOP + 8 + 18 * number
        parts.append(
            f'<path d="M{right + 12} {line}h18" stroke="{colour}" stroke-width="3"/>'
            f'<text x="{right + 36}" y="{line + 4}">{escape(name[:16])}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def _path(values: list[float], x: object, y: object) -> str:
    assert callable(x)
    assert callable(y)
    steps, drawing = [], False
    for place, value in enumerate(values):
        if math.isfinite(value):
            steps.append(f"{'L' if drawing else 'M'}{x(place):.1f} {y(value):.1f}")
        drawing = math.isfinite(value)
    return "".join(steps)


def _round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 4, 5, 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 10) if step * power >= value * (1 - 1e-12))
