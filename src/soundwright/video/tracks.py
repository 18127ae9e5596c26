"""Blobs of one thing, picture after picture: where it is, and its six coordinates as curves in time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from soundwright.video.motion import Blob, Moment, blob

REACH = 0.05  # how far from where it is expected a thing may be found, in picture widths
YOUNG = 0.15  # and the second time that it is seen
HUE = 0.04 / 60  # widths that a level of other colour counts as
LOST = 3  # pictures after which a thing that is not seen is gone
GROWN = 1.8  # a blob so much larger than its thing was holds another thing too
TOGETHER = 12  # pictures for which things that met are told apart; after that they are one


@dataclass
class Track:
    """One thing's way: `times_s`, and for each its blob."""

    times_s: list[float] = field(default_factory=list)
    blobs: list[Blob] = field(default_factory=list)
    rest: list[np.ndarray] = field(default_factory=list)  # its coordinates as a camera that stands would see them
    missed: int = 0
    together: int = 0  # pictures since it met another
    area: float = 0.0  # lately
    colour: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def add(self, moment: Moment, found: Blob) -> None:
        """Follow it to a blob of a moment."""
        left, right, top, bottom = found.box
        a, b, c, d, e, f, g, h = found.tips
        across = np.array([found.x, left, right, a, b, c, d])
        down = np.array([found.y, top, bottom, e, f, g, h])
        x, _ = moment.at_rest(across, np.full(7, found.y))
        _, y = moment.at_rest(np.full(7, found.x), down)
        self.times_s.append(moment.time_s)
        self.blobs.append(found)
        self.rest.append(np.concatenate([x, y]))
        self.missed = 0
        lately = self.blobs[-5:]
        self.area = sorted(one.area for one in lately)[len(lately) // 2]
        self.colour = sum((one.colour for one in lately), np.zeros(3)) / len(lately)

    def expected(self, time_s: float) -> tuple[float, float]:
        """Where it should be by its last two places."""
        last = self.blobs[-1]
        if len(self.blobs) < 2:
            return last.x, last.y
        before, gap = self.blobs[-2], self.times_s[-1] - self.times_s[-2]
        ahead = min((time_s - self.times_s[-1]) / max(gap, 1e-6), 2.0)
        return last.x + (last.x - before.x) * ahead, last.y + (last.y - before.y) * ahead

    @property
    def speed(self) -> float:
        """Widths for each picture, lately."""
        if len(self.blobs) < 2:
            return 0.0
        last, before = self.blobs[-1], self.blobs[-2]
        return float(np.hypot(last.x - before.x, last.y - before.y))

    def curves(self) -> np.ndarray:
        """Its coordinates `[pictures, 14]` in picture widths, the camera taken away: seven across, seven down.

        Of each seven the first is the middle, two are its sides, four the tips of its outer parts.
        """
        return np.array(self.rest)


class Tracker:
    """Follows the blobs of a shot; `ended` gathers what is gone."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.alive: list[Track] = []
        self.ended: list[Track] = []

    def see(self, moment: Moment, blobs: list[Blob]) -> None:
        """Find the things that are followed among a moment's blobs."""
        parts = [part for one in blobs for part in self._parted(one, moment.time_s)]
        costs = [
            (self._cost(track, part, moment.time_s), i, j)
            for i, track in enumerate(self.alive)
            for j, part in enumerate(parts)
        ]
        taken_tracks: set[int] = set()
        taken_parts: set[int] = set()
        for cost, i, j in sorted(costs):
            reach = REACH + 1.5 * self.alive[i].speed if len(self.alive[i].blobs) > 1 else YOUNG
            if cost > reach or i in taken_tracks or j in taken_parts:
                continue
            self.alive[i].add(moment, parts[j])
            taken_tracks.add(i)
            taken_parts.add(j)
        for i, track in enumerate(self.alive):
            if i not in taken_tracks:
                track.missed += 1
        self.ended += [track for track in self.alive if track.missed > LOST]
        self.alive = [track for track in self.alive if track.missed <= LOST]
        for j, part in enumerate(parts):
            if j not in taken_parts:
                fresh = Track()
                fresh.add(moment, part)
                self.alive.append(fresh)

    def gone(self) -> list[Track]:
        """Those that are no longer seen, told once."""
        done, self.ended = self.ended, []
        return done

    def end(self) -> list[Track]:
        """All tracks, and none is followed any more."""
        done, self.ended, self.alive = self.ended + self.alive, [], []
        return done

    def _cost(self, track: Track, part: Blob, time_s: float) -> float:
        x, y = track.expected(time_s)
        last = track.blobs[-1]
        apart = min(np.hypot(part.x - x, part.y - y), np.hypot(part.x - last.x, part.y - last.y) + 0.01)
        grown = abs(np.log(part.area / track.area))
        return float(apart + HUE * np.abs(part.colour - track.colour).mean() + 0.01 * grown)

    def _parted(self, one: Blob, time_s: float) -> list[Blob]:
        """A blob as the things that it holds: where several that were apart have met, by colour and place."""
        inside = []
        for track in self.alive:
            if len(track.blobs) < 8 or track.missed or track.together > TOGETHER:
                continue
            x, y = track.expected(time_s)
            left, right, top, bottom = one.box
            if left - 0.01 <= x <= right + 0.01 and top - 0.01 <= y <= bottom + 0.01:
                inside.append((track, x, y))
        for track, _, _ in inside:
            track.together = track.together + 1 if len(inside) > 1 else 0
        if len(inside) < 2 or one.area < GROWN * min(track.area for track, _, _ in inside):
            return [one]
        rows, columns, weights = one.pixels
        cost = np.stack(
            [
                np.abs(one.shades - track.colour).mean(axis=1) / 30
                + np.hypot(columns / self.width - x, rows / self.width - y) / max(np.sqrt(track.area), 1e-3)
                for track, x, y in inside
            ]
        )
        owner = cost.argmin(axis=0)
        parts = []
        for at in range(len(inside)):
            mine = owner == at
            if weights[mine].sum() >= 4:
                parts.append(blob(rows[mine], columns[mine], weights[mine], one.shades[mine], self.width))
        return parts
