"""What happens in a film that would sound: contacts of things that move, and what is suddenly there.

Contacts are instants at which a thing's velocity jumps (`kinks`), seen by several of its coordinates at once; how sure
one is, is told by a small network from 27 figures (`contacts.npz`, 24 units, fitted by `benchmarks/contacts.py` on
drawn films whose truth is known). Sudden are flashes, and things that appear where nothing came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from soundwright.video import kinks, motion, pictures, shots, tracks
from soundwright.video.clock import Film
from soundwright.video.clock import film as film_of

SURE = 0.45  # contacts less sure than this are not told
LEAST = 0.12  # widths a second that a velocity jumps at the least
APART_S, APART = 0.085, 0.3  # of two contacts nearer than both, in seconds and widths, the surer is told
NEAR = 0.15  # widths within which kinks are one contact's
FLASH = 7.0  # levels by which the whole picture brightens at once
APPEARED = 0.0012  # squared widths of a thing that is suddenly there
YOUNG = 0.15  # how far a thing may go between the first two pictures that show it
MIDDLES, SIDES = (0, 7), (1, 2, 8, 9)  # columns of a track's curves; the others are tips, and from 7 on they go down
DOWN = 7


@dataclass(frozen=True)
class Event:
    """Something that would sound: when (seconds from the first picture on), where on the screen (0 to 1), how hard.

    `kind` is "contact", "flash" or "appear"; `strength` 0 to 1 within the film; `sure` 0 to 1; `speed` the jump of
    velocity in picture widths a second, `area` of the thing in squared picture widths.
    """

    time_s: float
    kind: str
    x: float
    y: float
    strength: float
    sure: float
    speed: float = 0.0
    area: float = 0.0


@dataclass(frozen=True)
class Shot:
    """A stretch between two changes of shot; `soft` where it begins with a fade rather than a cut."""

    start_s: float
    end_s: float
    soft: bool = False


@dataclass(frozen=True)
class Seen:
    """All that was seen: `times_s`, and for each picture `motion` (levels of change that the camera does not explain)
    and `brightness`; events and shots in order."""

    film: Film
    times_s: np.ndarray
    motion: np.ndarray
    brightness: np.ndarray
    events: list[Event] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)


def see(source: str | Path | Film, tell=lambda time_s: None) -> Seen:
    """Watch a film once, in bounded memory; `tell` hears how far it is. Raises `BadRequest` as `film` does."""
    film = source if isinstance(source, Film) else film_of(source)
    watcher, slow = _Watcher(1.0 / max(float(film.rate), 1.0)), shots.Slow()
    for moment in motion.watch(slow.passing(pictures.frames(film, width=motion.WIDTH, grey=False))):
        watcher.see(moment)
        tell(moment.time_s)
    return watcher.seen(film, slow)


class _Watcher:
    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self.curve: list[tuple[float, float, float, float, float, float]] = []
        self.sudden: list[Event] = []
        self.kinks: list[_Seen] = []
        self.before: motion.Moment | None = None
        self.trackers = [tracks.Tracker(motion.WIDTH), tracks.Tracker(motion.WIDTH)]

    def see(self, moment: motion.Moment) -> None:
        row = (moment.time_s, moment.change, moment.brightness, moment.lift, moment.alike, float(moment.cut))
        self.curve.append(row)
        if moment.cut:
            self._end_shot()
        else:
            self._sudden(moment)
        for tracker, blobs in zip(self.trackers, (moment.blobs, moment.later), strict=True):
            tracker.see(moment, blobs)
            self._gather(tracker.gone(), later=tracker is self.trackers[1])
        self.before = moment

    def seen(self, film: Film, slow: shots.Slow) -> Seen:
        self._end_shot()
        curve = np.array(self.curve).reshape(-1, 6)
        found = [*_appeared(self.sudden, self.step_s), *_contacts(self.kinks, self.step_s), *_flashes(curve)]
        cuts = curve[curve[:, 5] > 0, 0]
        found = [one for one in found if not len(cuts) or np.abs(cuts - one.time_s).min() > 1.5 * self.step_s]
        told = _shots(list(cuts), slow, float(film.duration_s))
        return Seen(film, curve[:, 0], curve[:, 1], curve[:, 2], _ranked(found), told)

    def _end_shot(self) -> None:
        for tracker in self.trackers:
            self._gather(tracker.end(), later=tracker is self.trackers[1])
        self.before = None

    def _gather(self, gone: list[tracks.Track], *, later: bool) -> None:
        for track in gone:
            for kink in kinks.kinks(np.array(track.times_s), track.curves(), LEAST):
                at = min(int(np.searchsorted(track.times_s, kink.time_s)), len(track.blobs) - 1)
                where = track.blobs[at]
                self.kinks.append(_Seen(kink, id(track), later, where.x, where.y, where.area, len(track.blobs)))

    def _sudden(self, moment: motion.Moment) -> None:
        """Things that are there at once, where nothing was on its way to."""
        if self.before is None or moment.lift > FLASH:
            return
        known = [
            (track.blobs[-1], 0.03 + 1.5 * track.speed if len(track.blobs) > 1 else YOUNG)
            for track in self.trackers[0].alive
        ]
        for one in moment.fresh:
            left, right, top, bottom = one.box
            edge = left < 0.02 or right > 0.98 or top < 0.02
            if one.area < APPEARED or edge or max(right - left, bottom - top) > 8 * min(right - left, bottom - top):
                continue
            if any(_apart(one.box, other.box) < reach and other.area > 0.1 * one.area for other, reach in known):
                continue
            self.sudden.append(Event(moment.time_s, "appear", one.x, one.y, one.area, 0.8, area=one.area))


@dataclass(frozen=True)
class _Seen:
    """A kink and whose it is."""

    kink: kinks.Kink
    track: int
    later: bool
    x: float
    y: float
    area: float
    length: int

    @property
    def weight(self) -> float:
        return self.kink.jump * float(np.log(self.kink.gain))


def _apart(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """The distance of two boxes (left, right, top, bottom); 0 where they touch."""
    across, down = max(a[0] - b[1], b[0] - a[1], 0.0), max(a[2] - b[3], b[2] - a[3], 0.0)
    return float(np.hypot(across, down))


def _contacts(found: list[_Seen], step_s: float) -> list[Event]:
    """Kinks of one place and instant as one contact; of neighbours the surer."""
    told = groups(found, step_s)
    if not told:
        return []
    events = [_event(group, sure) for group, sure in zip(told, _sure(figures(told, step_s)), strict=True)]
    kept: list[Event] = []
    for one in sorted((one for one in events if one.sure >= SURE), key=lambda event: -event.sure):
        if all(abs(one.time_s - other.time_s) > APART_S or abs(one.x - other.x) > APART for other in kept):
            kept.append(one)
    return kept


def groups(found: list[_Seen], step_s: float) -> list[list[_Seen]]:
    """Kinks that are one contact's, the weightiest first in each."""
    order = sorted(found, key=lambda one: one.kink.time_s)
    times = np.array([one.kink.time_s for one in order])
    free = np.ones(len(order), bool)
    made = []
    for at in np.argsort([-one.weight for one in order], kind="stable"):
        if free[at]:
            first, last = np.searchsorted(times, (times[at] - step_s, times[at] + step_s))
            near = [i for i in range(first, last) if free[i] and abs(order[i].x - order[at].x) < NEAR]
            free[near] = False
            made.append([order[at], *(order[i] for i in near if i != at)])
    return made


def _event(group: list[_Seen], sure: float) -> Event:
    jump = max(one.kink.jump for one in group if one.kink.gain > 0.3 * max(other.kink.gain for other in group))
    first = group[0]
    hard = jump * float(np.sqrt(first.area))
    return Event(time_of(group), "contact", first.x, first.y, hard, float(sure), float(jump), first.area)


def time_of(group: list[_Seen]) -> float:
    """When: the mean of the clear kinks, by their weights."""
    best = max(one.kink.gain for one in group)
    weights = np.array([one.weight * (one.kink.gain > 0.3 * best) for one in group])
    return float((weights * [one.kink.time_s for one in group]).sum() / weights.sum())


def figures(told: list[list[_Seen]], step_s: float) -> np.ndarray:
    """What tells contacts from the rest, `[groups, 27]`: 22 figures of each by itself, 5 beside its neighbours."""
    own = np.array([_figures(group, step_s) for group in told])
    times, across = np.array([time_of(group) for group in told]), np.array([group[0].x for group in told])
    weights, stops = own[:, WEIGHT], own[:, STOPS]
    beside = []
    for at in range(len(told)):
        near = (np.abs(times - times[at]) < 0.2) & (np.abs(across - across[at]) < 0.2)
        near[at] = False
        around = np.abs(times - times[at]) < 1.5
        beside.append((
            weights[at] - weights[near].max(initial=-np.inf) if near.any() else 2.0,
            stops[at] - stops[near].max(initial=-np.inf) if near.any() else 2.0,
            weights[at] - np.quantile(weights[around], 0.9),
            near.sum() / 8,
            around.sum() / 40,
        ))  # fmt: skip
    return np.hstack([own, np.array(beside)])


STOPS, WEIGHT = 7, 14  # columns of `_figures`


def _figures(group: list[_Seen], step_s: float) -> list[float]:
    """One contact's figures: how clear and how large its jumps are, how many agree, what stops, starts, comes down or
    goes up, what is seen from before and from after, its size, how long its thing was followed, and how scattered its
    kinks are."""

    def log(value: float) -> float:
        return float(np.log(value + 0.05))

    def heard(test) -> float:
        return log(sum(one.weight for one in group if test(one.kink)))

    def clearest(columns) -> float:
        return max((float(np.log(one.kink.gain)) for one in group if one.kink.column in columns), default=0.0)

    weights = np.array([one.weight for one in group])
    whole = float(weights.sum())
    times = np.array([one.kink.time_s for one in group])
    scatter = float(np.sqrt((weights * (times - (weights * times).sum() / whole) ** 2).sum() / whole)) / step_s
    tips = set(range(14)) - set(MIDDLES) - set(SIDES)
    stops = sum(one.weight for one in group if one.kink.slowing > 0.6)
    starts = sum(one.weight for one in group if one.kink.slowing < -0.3)
    before = sum(one.weight for one in group if not one.later)
    return [
        clearest(MIDDLES),
        clearest(SIDES),
        clearest(tips),
        log(max((one.kink.jump for one in group if one.kink.column in MIDDLES), default=0.0)),
        log(max((one.kink.jump for one in group if one.kink.column not in MIDDLES), default=0.0)),
        min(len(group), 24) / 8,
        len({one.track for one in group}),
        log(stops),
        log(starts),
        heard(lambda kink: kink.column >= DOWN and kink.before > 0.15 and kink.after < 0.5 * kink.before),
        heard(lambda kink: kink.column >= DOWN and kink.before < -0.15 and kink.after > 0.5 * kink.before),
        heard(lambda kink: kink.column < DOWN and kink.slowing > 0.6),
        log(before),
        log(whole - before),
        log(whole),
        float(np.log(group[0].area + 1e-5)),
        min(group[0].length / 30, 3.0),
        scatter,
        log(max((abs(one.kink.before) for one in group if one.kink.slowing > 0.6), default=0.05)),
        stops / whole,
        starts / whole,
        group[0].y,
    ]


@cache
def _network() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).with_name("contacts.npz")) as file:
        return dict(file)


def _sure(figures: np.ndarray) -> np.ndarray:
    """How sure each contact is, 0 to 1."""
    net = _network()
    hidden = np.tanh((figures - net["mean"]) / net["spread"] @ net["w1"] + net["b1"])
    return 1 / (1 + np.exp(-(hidden @ net["w2"] + net["b2"])))


def _appeared(found: list[Event], step_s: float) -> list[Event]:
    """Of what was sudden, what stays in its place, told once; what is elsewhere in the next picture moves."""
    kept = []
    for one in found:
        near = [(other, float(np.hypot(other.x - one.x, other.y - one.y))) for other in found if other is not one]
        late = any(0 < one.time_s - other.time_s < 2.5 * step_s and apart < 0.2 for other, apart in near)
        goes = any(0 < other.time_s - one.time_s < 2.5 * step_s and 0.025 < apart < 0.25 for other, apart in near)
        if not late and not goes:
            kept.append(one)
    return kept


def _flashes(curve: np.ndarray) -> list[Event]:
    """Pictures that are brighter at once than the one before, and no other shot."""
    lift, cut = curve[:, 3], curve[:, 5] > 0
    usual = 4 * np.median(np.abs(lift)) if len(lift) else 0.0
    return [
        Event(float(curve[at, 0]), "flash", 0.5, 0.3, float(lift[at] / 255), 0.9)
        for at in range(1, len(lift))
        if lift[at] > max(FLASH, usual) and not cut[at] and lift[at - 1] < 0.5 * lift[at]
    ]


def _shots(cuts_s: list[float], slow: shots.Slow, end_s: float) -> list[Shot]:
    """The shots between cuts and slow changes, those in the middle of the change; the first begins at 0."""
    soft = [one.time_s for one in slow.boundaries(cuts_s)]
    starts = sorted([(0.0, False), *((float(t), False) for t in cuts_s), *((t, True) for t in soft)])
    ends = [time_s for time_s, _ in starts[1:]] + [end_s]
    return [Shot(start_s, stop_s, is_soft) for (start_s, is_soft), stop_s in zip(starts, ends, strict=True)]


def _ranked(found: list[Event]) -> list[Event]:
    """In order of time, strength 1 for the strongest of each kind."""
    strongest = {kind: max(one.strength for one in found if one.kind == kind) for kind in {one.kind for one in found}}
    ranked = [replace(one, strength=float(one.strength / max(strongest[one.kind], 1e-9))) for one in found]
    return sorted(ranked, key=lambda one: one.time_s)
