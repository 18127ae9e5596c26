"""A film looked at by a model that only knows things when it sees them: what its events and its shots could sound like.

Each shot is seen in a few pictures, each event in the piece of the picture around it; events at one place of a shot
are one thing, and looked at once.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from soundwright.plan import looks
from soundwright.plan.looks import Look, Looks
from soundwright.progress import Progress
from soundwright.video import pictures
from soundwright.video.events import Event, Seen

WIDTH = 640  # pixels of the pictures that are looked at
EACH, PICTURES = 3, 300  # pictures of a shot, and of all shots together where there are many
THINGS = 200  # places of events that are looked at, the surest first
PLACES = 4  # events are at one place when they lie in the same of 4 x 4 fields of the picture
AROUND, LEAST = 3.0, 0.3  # side of the piece around an event: of its thing's own size, and of the width at the least
BATCH = 16


def look(seen: Seen, author: str, tell: Progress, *, device: str | None = None) -> Looks:
    """What the `author` names of a film. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    from soundwright import machine
    from soundwright.direct import watch

    machine.need("look" if author == "efficientnet" else "torch", "torch", *watch.TABLE[author].needs)
    from soundwright.direct.watch import eyes

    where = machine.device(device)
    eye: eyes.Eye = eyes.Words(watch.folder(author), where) if watch.TABLE[author].repository else eyes.Classes(where)
    things = _things(seen)
    wanted = sorted([*_of_shots(seen), *((events[0].time_s, key) for key, events in things.items())])
    sure = _sure(seen, wanted, things, eye, tell)
    shots: list[Look | None] = []
    within: dict[int, np.ndarray] = {}
    for at in range(len(seen.shots)):
        found = [row for key, rows in sure.items() if key == (at,) for row in rows]
        if found:
            within[at] = np.mean(found, axis=0)
        shots.append(looks.named(within[at], "bed", author) if found else None)
    told: dict[int, Look | None] = {}
    for key, events in things.items():
        near = looks.named(sure[key][0], "spot", author) if key in sure else None
        if near is None and key[0] in within:
            near = looks.named(within[key[0]], "spot", author)
        told |= {id(event): near for event in events}
    return Looks([told.get(id(event)) for event in seen.events], shots)


def _of_shots(seen: Seen) -> list[tuple[float, tuple[int, ...]]]:
    """Times at which shots are looked at, each with its key: the number of the shot alone."""
    each = max(1, min(EACH, PICTURES // max(len(seen.shots), 1)))
    shares = (np.arange(each) + 0.5) / each
    return [
        (float(shot.start_s + share * (shot.end_s - shot.start_s)), (at,))
        for at, shot in enumerate(seen.shots)
        for share in shares
    ]


def _things(seen: Seen) -> dict[tuple[int, ...], list[Event]]:
    """Events by shot and place, the surest of each first, and the surest places of all."""
    starts = [shot.start_s for shot in seen.shots]
    found: dict[tuple[int, ...], list[Event]] = {}
    for event in sorted(seen.events, key=lambda event: (-event.sure, event.time_s)):
        shot = max(bisect_right(starts, event.time_s) - 1, 0)
        place = (min(int(event.x * PLACES), PLACES - 1), min(int(event.y * PLACES), PLACES - 1))
        found.setdefault((shot, *place), []).append(event)
    return dict(list(found.items())[:THINGS])


def _sure(
    seen: Seen, wanted: list[tuple[float, tuple[int, ...]]], things: dict, eye, tell: Progress
) -> dict[tuple[int, ...], list[np.ndarray]]:
    """How sure the eye is of each row, by key, of all pictures that the film has of those wanted."""
    length, sure = max(float(seen.film.duration_s), 1e-3), {}
    held: list[tuple[tuple[int, ...], np.ndarray]] = []

    def see() -> None:
        for (key, _), row in zip(held, eye.sure([piece for _, piece in held]), strict=True):
            sure.setdefault(key, []).append(row)
        held.clear()

    shown = pictures.shown_at(seen.film, [time_s for time_s, _ in wanted], WIDTH)
    for (at_s, picture), (_, key) in zip(shown, wanted, strict=False):
        held.append((key, _around(picture, things[key][0]) if key in things else picture))
        if len(held) == BATCH:
            see()
            tell("look", min(at_s / length, 1.0))
    if held:
        see()
    return sure


def _around(picture: np.ndarray, event: Event) -> np.ndarray:
    """The square piece of a picture around an event."""
    high, wide = picture.shape[:2]
    side = int(np.clip(AROUND * np.sqrt(event.area), LEAST, 1.0) * wide)
    width, height = min(side, wide), min(side, high)
    left = int(np.clip(event.x * wide - width / 2, 0, wide - width))
    top = int(np.clip(event.y * high - height / 2, 0, high - height))
    return picture[top : top + height, left : left + width]
