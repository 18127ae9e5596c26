"""What happens in a film that would sound: contacts of things that move, and what is suddenly there.

Contacts are instants at which a thing's velocity jumps (`kinks`, `contacts`). Sudden are flashes, and things that
appear where nothing came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from soundwright.video import contacts, kinks, motion, pictures, shots, tracks
from soundwright.video.clock import Film
from soundwright.video.clock import film as film_of

SURE = 0.5  # contacts less sure than this are not told
LEAST = 0.12  # widths a second that a velocity jumps at the least
APART_S, APART = 0.085, 0.3  # of two contacts nearer than both, in seconds and widths, the surer is told
FLASH = 7.0  # levels by which the whole picture brightens at once
APPEARED = 0.0012  # squared widths of a thing that is suddenly there
YOUNG = 0.15  # how far a thing may go between the first two pictures that show it


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
        self.kinks: list[contacts.Sighting] = []
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
                self.kinks.append(
                    contacts.Sighting(kink, id(track), later, where.x, where.y, where.area, len(track.blobs))
                )

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


def _apart(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """The distance of two boxes (left, right, top, bottom); 0 where they touch."""
    across, down = max(a[0] - b[1], b[0] - a[1], 0.0), max(a[2] - b[3], b[2] - a[3], 0.0)
    return float(np.hypot(across, down))


def _contacts(found: list[contacts.Sighting], step_s: float) -> list[Event]:
    """Kinks of one place and instant as one contact; of neighbours the surer."""
    told = contacts.groups(found, step_s)
    if not told:
        return []
    sure = contacts.sure(contacts.figures(told, step_s))
    events = [_event(group, float(each)) for group, each in zip(told, sure, strict=True)]
    kept: list[Event] = []
    for one in sorted((one for one in events if one.sure >= SURE), key=lambda event: -event.sure):
        if all(abs(one.time_s - other.time_s) > APART_S or abs(one.x - other.x) > APART for other in kept):
            kept.append(one)
    return kept


def _event(group: list[contacts.Sighting], sure: float) -> Event:
    jump = max(one.kink.jump for one in group if one.kink.gain > 0.3 * max(other.kink.gain for other in group))
    first = group[0]
    hard = jump * float(np.sqrt(first.area))
    return Event(contacts.time_of(group), "contact", first.x, first.y, hard, float(sure), float(jump), first.area)


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
