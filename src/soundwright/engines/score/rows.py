"""The small language in which bass and accompaniment patterns are written.

"0:1.5 R!, 1.5:0.5 5-" is a row of items `position:length token` in quarters of one bar; "!" accents, "-" softens.
"""

from __future__ import annotations

from soundwright.engines.score.grid import Metre

Item = tuple[float, float, str, float]  # position, length, token, level
Row = tuple[Item, ...]


def row(text: str) -> Row:
    """One written row."""
    out = []
    for item in text.split(","):
        place, token = item.split()
        at, length = place.split(":")
        level = 0.95 if token.endswith("!") else 0.58 if token.endswith("-") else 0.78
        out.append((float(at), float(length), token.rstrip("!-"), level))
    return tuple(out)


def even(step: float, length: float, tokens: str, bar: float = 4.0) -> Row:
    """Tokens in even steps through the bar, repeated to fill it; whole beats are a little stronger."""
    words = tokens.split()
    count = int(bar / step + 1e-6)
    return tuple(
        (k * step, length, words[k % len(words)], 0.9 if k * step % 2 == 0 else 0.8 if k * step % 1 == 0 else 0.7)
        for k in range(count)
    )


def squeezed(items: Row, metre: Metre) -> Row:
    """A 4/4 row in another bar: compound metres stretch each quarter to a dotted one, longer bars go on with it."""
    if metre.compound:
        stretched = ((round(at * 3) / 2, length * 1.5, token, level) for at, length, token, level in items)
        items = tuple(stretched)
    elif metre.bar > 4:
        items = items + tuple((at + 4, length, token, level) for at, length, token, level in items)
    seen: dict[float, Item] = {}
    for item in items:
        if item[0] < metre.bar - 1e-6:
            seen.setdefault(item[0], item)
    return tuple(seen.values())
