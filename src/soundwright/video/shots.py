"""Where a film's shots change slowly: dissolves, and fades through black or white, from its pictures made tiny.

A picture in the middle of a dissolve is a mixture of what was before and what comes after. So each picture is fitted as
a + m (b - a) to those some time before (a) and after (b); where the fit is close, m is near a half, and a and b are two
different scenes, they dissolve. Something that moves, or a camera that pans, shows in the middle what neither a nor b
shows, and fits badly. A flat picture (black, white) is a scene of its own: a fade is a dissolve into it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

SIZE = (32, 18)  # of the tiny pictures
REACHES_S = (0.2, 0.4, 0.8)  # half the time of the dissolves looked for
FIT = 0.30  # what the mixture leaves unexplained, against the way from a to b
MIDDLE = (0.25, 0.75)
APART = 18.0  # levels of 255 between a and b, on average
ALIKE = 0.5  # a and b that correlate more are one scene, brighter or darker
FLAT = 4.0  # levels of spread within a picture that shows nothing
APART_S = 1.0  # of two boundaries, the clearer is one


@dataclass(frozen=True)
class Soft:
    """A slow change of shot: the middle of it, and how far what was before is from what comes after, in levels."""

    time_s: float
    apart: float


class Slow:
    """Watches pictures one by one, two seconds of them held tiny, and knows the slow changes of shot."""

    def __init__(self) -> None:
        self.held: deque[tuple[float, np.ndarray]] = deque()
        self.found: list[Soft] = []
        self.looked_s = -np.inf

    def passing(self, pictures: Iterable[tuple[float, np.ndarray]]) -> Iterator[tuple[float, np.ndarray]]:
        """The same pictures, watched as they go by."""
        for time_s, picture in pictures:
            self.see(time_s, picture)
            yield time_s, picture

    def see(self, time_s: float, picture: np.ndarray) -> None:
        """The next picture, uint8 `[height, width, 3]` or `[height, width]`."""
        import cv2

        tiny = cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        self.held.append((time_s, tiny.mean(axis=2) if tiny.ndim == 3 else tiny))
        while self.held[0][0] < time_s - 2 * REACHES_S[-1] - 0.1:
            self.held.popleft()
        self._look(time_s - REACHES_S[-1])

    def boundaries(self, cuts_s: list[float]) -> list[Soft]:
        """The slow changes in order; those with a cut in their middle are that cut."""
        kept: list[Soft] = []
        for one in sorted(self.found, key=lambda one: -one.apart):
            near = [other.time_s for other in kept] + cuts_s
            if all(abs(one.time_s - time_s) > APART_S for time_s in near):
                kept.append(one)
        return sorted(kept, key=lambda one: one.time_s)

    def _look(self, until_s: float) -> None:
        times = np.array([time_s for time_s, _ in self.held])
        for at in np.flatnonzero((times > self.looked_s) & (times <= until_s)):
            for reach_s in REACHES_S:
                first, last = (int(np.abs(times - t).argmin()) for t in (times[at] - reach_s, times[at] + reach_s))
                if first < at < last and times[at] - times[first] > 0.7 * reach_s:
                    apart = mixture(*(self.held[k][1] for k in (first, at, last)))
                    if apart:
                        self.found.append(Soft(float(times[at]), apart))
            self.looked_s = float(times[at])


def mixture(a: np.ndarray, middle: np.ndarray, b: np.ndarray) -> float:
    """How far two scenes `[height, width]` are apart in levels, where `middle` is a mixture of both; else 0."""
    way = b - a
    apart = float(np.abs(way).mean())
    if apart < APART or _alike(a, b):
        return 0.0
    share = float((way * (middle - a)).sum() / (way**2).sum())
    rest = float(np.sqrt(((middle - a - share * way) ** 2).sum() / (way**2).sum()))
    return apart if rest < FIT and MIDDLE[0] < share < MIDDLE[1] else 0.0


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether both show one scene: their structure agrees, or neither has any."""
    if min(a.std(), b.std()) < FLAT:
        return max(a.std(), b.std()) < FLAT
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) > ALIKE
