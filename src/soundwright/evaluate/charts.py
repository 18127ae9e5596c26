"""Charts for the reports as SVG text: points, lines, bars and intervals with named axes, no script, no own font.

A series has the class `s0`, `s1` and so on; its colour is the page's, light or dark (see `page`).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 460, 280, 58, 22, 40, 28
LONGEST = 22  # letters of a name that fit beside a row
Series = tuple[str, Sequence[float], Sequence[float]]  # its name, x, y


def points(series: Sequence[Series], x_name: str, y_name: str, *, joined: bool = False) -> str:
    """A scatter of `series`, or lines where `joined`."""
    axes = _Axes([x for _, xs, _ in series for x in xs], [y for _, _, ys in series for y in ys])
    marks = []
    for number, (_, xs, ys) in enumerate(series):
        at = [(axes.x(x), axes.y(y)) for x, y in zip(xs, ys, strict=True)]
        if joined:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            marks.append(
                f'<polyline points="{line}" class="s{number}" fill="none" stroke="currentColor" stroke-width="1.6"/>'
            )
        else:
            marks += [f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="3" fill="currentColor" '
                      f'fill-opacity=".6"/>' for x, y in at]  # fmt: skip
    return axes.drawn("".join(marks), x_name, y_name, [name for name, _, _ in series])


def bars(series: Sequence[tuple[str, Sequence[float]]], x_name: str, bins: int = 16) -> str:
    """Histograms of several rows over common bins, as shares of each row."""
    values = np.concatenate([np.asarray(row, float) for _, row in series])
    edges = np.linspace(values.min(), values.max() + 1e-9, bins + 1)
    shares = [np.histogram(row, edges)[0] / max(len(row), 1) for _, row in series]
    axes = _Axes(edges.tolist(), [0.0, *np.concatenate(shares).tolist()])
    width, marks = (axes.x(edges[1]) - axes.x(edges[0])) / len(series), []
    for number, share in enumerate(shares):
        for edge, height in zip(edges, share, strict=False):
            x, y = axes.x(edge) + number * width, axes.y(height)
            marks.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width - 1, 0.5):.1f}" '
                f'height="{HEIGHT - BOTTOM - y:.1f}" class="s{number}" fill="currentColor"/>'
            )
    return axes.drawn("".join(marks), x_name, "share of clips", [name for name, _ in series])


class Row(NamedTuple):
    """A name, its value, the interval around it where there is one, and single values behind it."""

    name: str
    value: float
    around: Sequence[float] | None = None
    singles: Sequence[float] = ()


def intervals(rows: Sequence[Row], x_name: str, ends: tuple[float, float] | None = None) -> str:
    """One line for each row: the value as a point on its interval, over the single ones; `ends` are the axis's."""
    step, left, above = 30, 150, 6
    base = above + step * len(rows)
    low, high = ends or _ends([value for row in rows for value in (row.value, *(row.around or ()), *row.singles)])

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (WIDTH - RIGHT - left)

    parts = [f'<svg viewBox="0 0 {WIDTH} {base + 36}" role="img" aria-label="{escape(x_name)}">']
    for number, row in enumerate(rows):
        y = above + step * (number + 0.5)
        shown = row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1]}…"
        parts.append(f'<text x="{left - 10}" y="{y + 4:.0f}" text-anchor="end">{escape(shown)}</text>')
        for place, single in enumerate(row.singles):
            beside = y + (place * 7 % 15 - 7) * 0.8  # apart, and the same in every drawing
            parts.append(f'<circle class="s1" cx="{x(single):.1f}" cy="{beside:.1f}" r="2" fill="currentColor" '
                         'fill-opacity=".35"/>')  # fmt: skip
        if row.around:
            span = f'x1="{x(row.around[0]):.1f}" x2="{x(row.around[1]):.1f}" y1="{y:.1f}" y2="{y:.1f}"'
            parts.append(f'<line class="s0" {span} stroke="currentColor" stroke-width="2"/>')
        parts.append(f'<circle class="s0" cx="{x(row.value):.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>')
    parts.append(f'<path d="M{left} {base}H{WIDTH - RIGHT}" fill="none" stroke="#888"/>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0) if ends else (0.0, 0.5, 1.0):
        value = low + share * (high - low)
        parts.append(f'<text x="{x(value):.0f}" y="{base + 15}" text-anchor="middle">{value:.3g}</text>')
    parts.append(
        f'<text x="{(left + WIDTH - RIGHT) / 2:.0f}" y="{base + 31}" text-anchor="middle">{escape(x_name)}</text>'
    )
    return "".join([*parts, "</svg>"])


class _Axes:
    """A frame whose corners are the extremes of the data, a little widened."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        self.ends = [_ends(xs), _ends(ys)]

    def x(self, value: float) -> float:
        low, high = self.ends[0]
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.ends[1]
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    def drawn(self, marks: str, x_name: str, y_name: str, names: Sequence[str]) -> str:
        base, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(y_name)} over {escape(x_name)}">']
        parts.append(f'<path d="M{LEFT} {TOP}V{base}H{right}" fill="none" stroke="#888"/>')
        for share in (0.0, 0.5, 1.0):
            (x0, x1), (y0, y1) = self.ends
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            parts.append(f'<text x="{self.x(x):.0f}" y="{base + 15}" text-anchor="middle">{x:.3g}</text>')
            parts.append(f'<text x="{LEFT - 5}" y="{self.y(y) + 4:.0f}" text-anchor="end">{y:.3g}</text>')
        parts.append(f'<text x="{(LEFT + right) / 2:.0f}" y="{base + 32}" text-anchor="middle">{escape(x_name)}</text>')
        parts.append(f'<text x="{LEFT}" y="{TOP - 12}">{escape(y_name)}</text>')
        legend = [f'<tspan class="key s{at}" dx="12">{escape(name)}</tspan>' for at, name in enumerate(names)]
        if len(names) > 1:
            parts.append(f'<text x="{right}" y="{TOP - 12}" text-anchor="end">{"".join(legend)}</text>')
        return "".join([*parts, marks, "</svg>"])


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    gap = (high - low) * 0.04 or 0.5
    return low - (gap if low != 0 else 0), high + gap
