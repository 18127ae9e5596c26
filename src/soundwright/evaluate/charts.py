"""Charts for the report as SVG text: points, lines and bars with named axes, no script, no font of their own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 460, 280, 58, 22, 40, 14
COLOURS = ("#265e8a", "#c85428", "#7a8a3a")  # reference, generated, a third
Series = tuple[str, Sequence[float], Sequence[float]]  # its name, x, y


def points(series: Sequence[Series], x_name: str, y_name: str, *, joined: bool = False) -> str:
    """A scatter of `series`, or lines where `joined`."""
    axes = _Axes([x for _, xs, _ in series for x in xs], [y for _, _, ys in series for y in ys])
    marks = []
    for (_, xs, ys), colour in zip(series, COLOURS, strict=False):
        at = [(axes.x(x), axes.y(y)) for x, y in zip(xs, ys, strict=True)]
        if joined:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            marks.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        else:
            marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}" fill-opacity=".6"/>' for x, y in at]
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
                f'height="{HEIGHT - BOTTOM - y:.1f}" fill="{COLOURS[number]}"/>'
            )
    return axes.drawn("".join(marks), x_name, "share of clips", [name for name, _ in series])


def intervals(
    rows: Sequence[tuple[str, float, float, float, Sequence[float]]], x_name: str, ends: tuple[float, float]
) -> str:
    """One line per row of (name, value, low, high, single values): the value with its interval over the single ones."""
    step, left = 34, 150
    base = TOP + step * len(rows)

    def x(value: float) -> float:
        return left + (value - ends[0]) / (ends[1] - ends[0]) * (WIDTH - left - RIGHT)

    parts = [f'<svg viewBox="0 0 {WIDTH} {base + 40}" role="img" aria-label="{escape(x_name)}">']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = ends[0] + share * (ends[1] - ends[0])
        parts.append(f'<path d="M{x(value):.1f} {TOP}V{base}" stroke="#888" stroke-opacity=".25"/>')
        parts.append(f'<text x="{x(value):.1f}" y="{base + 15}" text-anchor="middle">{value:.3g}</text>')
    for number, (name, value, low, high, singles) in enumerate(rows):
        y = TOP + step * (number + 0.5)
        shown = name if len(name) <= 22 else name[:21] + "…"
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(shown)}</text>')
        for place, single in enumerate(singles):
            offset = (place * 7 % 15 - 7) * 0.8  # apart, and the same in every drawing
            parts.append(
                f'<circle cx="{x(single):.1f}" cy="{y + offset:.1f}" r="2" fill="{COLOURS[0]}" fill-opacity=".28"/>'
            )
        parts.append(f'<path d="M{x(low):.1f} {y:.1f}H{x(high):.1f}" stroke="{COLOURS[1]}" stroke-width="2.4"/>')
        parts.append(f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="4.5" fill="{COLOURS[1]}"/>')
    parts.append(
        f'<text x="{(left + WIDTH - RIGHT) / 2:.0f}" y="{base + 33}" text-anchor="middle">{escape(x_name)}</text>'
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
        parts.append(f'<text x="{LEFT + 6}" y="{TOP + 4}">{escape(y_name)}</text>')
        for number, name in enumerate(names if len(names) > 1 else ()):
            parts.append(
                f'<text x="{right}" y="{TOP + 4 + 14 * number}" text-anchor="end" fill="{COLOURS[number]}">'
                f"{escape(name)}</text>"
            )
        return "".join([*parts, marks, "</svg>"])


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    gap = (high - low) * 0.04 or 0.5
    return low - (gap if low != 0 else 0), high + gap
