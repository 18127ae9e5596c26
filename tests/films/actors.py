"""What moves: each actor is drawn from a seed and knows its own contacts.

Times between events are irregular, so that a lag has one answer. Motion between two events runs in u from 0 to 1;
all contacts change the velocity at an instant, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tests.films.drawing import Colour, Shape, disc
from tests.films.truth import Event

FLOOR = 0.44
EDGE_S = 0.25  # no event is nearer to the film's ends
Random = np.random.Generator


@dataclass(frozen=True)
class Actor:
    """`shapes(t)` is always the same number of shapes; `light(t)` multiplies the whole picture; x of events is the
    world's."""

    shapes: Callable[[float], Sequence[Shape]]
    events: tuple[Event, ...]
    light: Callable[[float], float] = lambda t: 1.0


def beats(rng: Random, seconds: float, shortest: float, longest: float, edge: float = EDGE_S) -> np.ndarray:
    """Irregular times of events; at least one, in the middle, in a short film."""
    steps = rng.uniform(shortest, longest, int(seconds / shortest) + 2)
    times = edge + rng.uniform(0, 0.6) * steps[0] + np.concatenate([[0.0], np.cumsum(steps)])
    inside = times[times < seconds - edge]
    return inside if len(inside) else np.array([seconds / 2])


def colour(rng: Random) -> Colour:
    """Bright or dark, never the middle grey of the backgrounds."""
    base = rng.uniform(0, 70, 3)
    base[rng.integers(3)] = rng.uniform(215, 255)
    if rng.random() < 0.4:
        base = np.full(3, rng.uniform(225, 250))
    return (float(base[0]), float(base[1]), float(base[2]))


def phase(times: np.ndarray, t: float, around: float) -> tuple[int, float, float]:
    """Which gap between events `t` is in (0: before the first), how far through it (0..1), and the gap's length."""
    index = int(np.searchsorted(times, t, side="right"))
    start = times[index - 1] if index else times[0] - around
    end = times[index] if index < len(times) else start + around
    return index, float((t - start) / (end - start)), float(end - start)


def contacts(times: np.ndarray, kind: str, x: Callable[[float], float]) -> tuple[Event, ...]:
    return tuple(Event(float(t), kind, float(x(float(t)))) for t in times)


def bounce(rng: Random, seconds: float, x: float | None = None) -> Actor:
    """A dribbled ball: heights as free fall over each gap has them."""
    times = beats(rng, seconds, 0.33, 0.68)
    r, ink = rng.uniform(0.02, 0.038), colour(rng)
    middle, wander, turn = x or rng.uniform(0.3, 0.7), rng.uniform(0, 0.15 if x is None else 0.05), rng.uniform(0, 6.28)

    def across(t: float) -> float:
        return middle + wander * np.sin(1.1 * t + turn)

    def shapes(t: float) -> list[Shape]:
        _, u, gap = phase(times, t, 0.6)
        return [disc(across(t), FLOOR - r - 5.6 / 8 * gap**2 * 4 * u * (1 - u), r, ink)]

    return Actor(shapes, contacts(times, "bounce", across))


def drop(rng: Random, seconds: float) -> Actor:
    """Things that fall, one after the other, and lie where they fell."""
    times = beats(rng, seconds, 0.4, 0.8)
    places, sizes = rng.permutation(np.linspace(0.12, 0.88, len(times))), rng.uniform(0.015, 0.03, len(times))
    inks = [colour(rng) for _ in times]

    def shapes(t: float) -> list[Shape]:
        fallen = np.clip(t - (times - 0.42), 0, 0.42)  # seconds of free fall from above the picture
        heights = 2.8 * (0.42**2 - fallen**2)
        return [
            disc(float(x), float(FLOOR - r - h), float(r), ink)
            for x, h, r, ink in zip(places, heights, sizes, inks, strict=True)
        ]

    return Actor(shapes, tuple(Event(float(t), "thud", float(x)) for t, x in zip(times, places, strict=True)))


def decay(rng: Random, seconds: float) -> Actor:
    """A ball let fall, that bounces lower and lower: gaps shrink by its restitution until it rests."""
    gap, keep, first = rng.uniform(0.6, 0.75), rng.uniform(0.8, 0.88), rng.uniform(0.3, 0.45)
    gaps = gap * keep ** np.arange(40)
    times = first + np.concatenate([[0.0], np.cumsum(gaps)])
    times = times[(times < seconds - EDGE_S) & (np.concatenate([[gap], gaps]) > 0.22)]
    x, speed, r, ink = rng.uniform(0.2, 0.4), rng.uniform(0.02, 0.09), rng.uniform(0.02, 0.035), colour(rng)

    def shapes(t: float) -> list[Shape]:
        index, u, length = phase(times, t, gap / keep)
        resting = index == len(times)
        length = gap * keep ** (index - 1) if resting else length
        u = min((t - times[-1]) / length, 1.0) if resting else u
        height = 5.6 / 8 * length**2 * 4 * u * (1 - u)
        return [disc(x + speed * t, FLOOR - r - height, r, ink)]

    ended = float(times[-1] + gap * keep ** (len(times) - 1))
    rest = np.append(times, ended) if ended < seconds - 0.05 else times
    return Actor(shapes, contacts(rest, "bounce", lambda t: x + speed * t))


def _blow(u: float) -> float:
    """From contact (0) slowly up, then ever faster down to contact (0 at u = 1)."""
    return float(np.sin(np.pi / 2 * u / 0.6) ** 2) if u < 0.6 else 1 - ((u - 0.6) / 0.4) ** 2


def strike(rng: Random, seconds: float, shortest: float = 0.35, longest: float = 0.75, x: float | None = None) -> Actor:
    """A hammer on an anvil."""
    times = beats(rng, seconds, shortest, longest)
    x = x or rng.uniform(0.35, 0.7)
    length, ink, head = rng.uniform(0.14, 0.2), colour(rng), colour(rng)
    lift = min(1.0, 1.6 * longest)

    def shapes(t: float) -> list[Shape]:
        _, u, _ = phase(times, t, longest)
        angle = lift * _blow(u)
        px, py = x - length, FLOOR - 0.07
        hx, hy = px + length * np.cos(angle), py - length * np.sin(angle)
        return [
            Shape(x - 0.03, FLOOR - 0.02, x + 0.05, FLOOR - 0.02, 0.025, (45.0, 45.0, 50.0)),
            Shape(px, py, hx, hy, 0.007, ink),
            disc(hx, hy, 0.025, head),
        ]

    return Actor(shapes, contacts(times, "strike", lambda t: x))


def rapid(rng: Random, seconds: float) -> Actor:
    """Two drum sticks, 4 to 10 blows a second between them."""
    times = beats(rng, seconds, 0.1, 0.25)
    middle, inks = rng.uniform(0.4, 0.6), (colour(rng), colour(rng))
    hands = (times[0::2], times[1::2] if len(times) > 1 else times)

    def stick(t: float, hand: int) -> Shape:
        side = 1 - 2 * hand
        _, u, gap = phase(hands[hand], t, 0.35)
        angle = min(0.9, 2.4 * gap) * _blow(u)
        px = middle - side * 0.19
        return Shape(
            px, FLOOR - 0.06, px + side * 0.15 * np.cos(angle), FLOOR - 0.06 - 0.15 * np.sin(angle), 0.011, inks[hand]
        )

    def shapes(t: float) -> list[Shape]:
        return [
            Shape(middle - 0.1, FLOOR - 0.03, middle + 0.1, FLOOR - 0.03, 0.02, (60, 50, 45)),
            stick(t, 0),
            stick(t, 1),
        ]

    tips = (middle - 0.04, middle + 0.04)
    return Actor(shapes, tuple(Event(float(t), "strike", tips[at % 2]) for at, t in enumerate(times)))


def step(rng: Random, seconds: float) -> Actor:
    """Somebody walks: a foot swings forward in an arc and is planted; the other leaves the ground later."""
    times = beats(rng, seconds, 0.36, 0.6)
    stride, way = min(0.09, 0.7 / len(times)), int(rng.choice((-1, 1)))
    start = 0.5 - way * stride * len(times) / 2
    skin, shoe = colour(rng), colour(rng)

    def planted(foot: int, until: int) -> float:
        """Where the foot stands after `until` steps of both."""
        return start + way * stride * (until if until % 2 == foot else until - 1)

    def foot_at(t: float, foot: int) -> tuple[float, float]:
        index, u, gap = phase(times, t, 0.5)
        if index == len(times) or index % 2 == foot:  # it stands (the steps are over, or the other one moves)
            return planted(foot, index), FLOOR
        v = np.clip((u - 0.15) / 0.85, 0, 1)
        here, there = planted(foot, index), planted(foot, index + 1)
        return here + (there - here) * float(v), FLOOR - min(0.05, 0.1 * gap) * 4 * float(v * (1 - v))

    def shapes(t: float) -> list[Shape]:
        (ax, ay), (bx, by) = foot_at(t, 0), foot_at(t, 1)
        hip = (ax + bx) / 2
        legs = [Shape(hip, FLOOR - 0.16, fx, fy - 0.012, 0.013, skin) for fx, fy in ((ax, ay), (bx, by))]
        shoes = [Shape(fx, fy - 0.012, fx + way * 0.03, fy - 0.012, 0.012, shoe) for fx, fy in ((ax, ay), (bx, by))]
        return [
            *legs,
            *shoes,
            Shape(hip, FLOOR - 0.3, hip, FLOOR - 0.17, 0.03, shoe),
            disc(hip, FLOOR - 0.37, 0.03, skin),
        ]

    return Actor(shapes, tuple(Event(float(t), "step", planted((at + 1) % 2, at + 1)) for at, t in enumerate(times)))


def swing(rng: Random, seconds: float) -> Actor:
    """A pendulum that knocks against a post at its lowest point and swings back."""
    times = beats(rng, seconds, 0.45, 0.8)
    pivot, length, side = rng.uniform(0.35, 0.65), rng.uniform(0.26, 0.33), int(rng.choice((-1, 1)))
    r, ink = rng.uniform(0.022, 0.034), colour(rng)

    def shapes(t: float) -> list[Shape]:
        _, u, gap = phase(times, t, 0.7)
        angle = 1.1 * min(1.0, gap / 0.7) * np.sin(np.pi * u)
        x, y = pivot + side * length * np.sin(angle), 0.05 + length * np.cos(angle)
        post = pivot - side * (r + 0.012)
        return [
            Shape(post, 0.2, post, FLOOR, 0.012, (50, 45, 40)),
            Shape(pivot, 0.05, x, y, 0.004, ink),
            disc(x, y, r, ink),
        ]

    return Actor(shapes, contacts(times, "knock", lambda t: pivot - side * r))


def slam(rng: Random, seconds: float) -> Actor:
    """A door seen from above falls shut, and is opened again without a jerk."""
    times = beats(rng, seconds, 0.6, 1.1)
    hinge, length, ink = rng.uniform(0.25, 0.4), rng.uniform(0.2, 0.28), colour(rng)

    def shapes(t: float) -> list[Shape]:
        index, u, _ = phase(times, t, 1.0)
        opened = 0.0 if index == len(times) else _shut(u)
        angle = 1.2 * opened
        x, y = hinge + length * np.cos(angle), 0.3 - length * np.sin(angle)
        frame = Shape(hinge + length + 0.03, 0.3, hinge + length + 0.2, 0.3, 0.015, (70, 60, 50))
        return [frame, Shape(0.0, 0.3, hinge, 0.3, 0.015, (70, 60, 50)), Shape(hinge, 0.3, x, y, 0.013, ink)]

    return Actor(shapes, contacts(times, "slam", lambda t: hinge + length))


def _shut(u: float) -> float:
    """Shut until u = 0.15, gently open until 0.6, then falling shut at u = 1."""
    if u < 0.6:
        return float(np.sin(np.pi / 2 * np.clip((u - 0.15) / 0.45, 0, 1)) ** 2)
    return 1 - ((u - 0.6) / 0.4) ** 2


def slide(rng: Random, seconds: float) -> Actor:
    """A block that is pushed ever faster and runs against a wall, left and right in turn."""
    times = beats(rng, seconds, 0.5, 0.9)
    ends, r, ink = (rng.uniform(0.15, 0.25), rng.uniform(0.75, 0.85)), 0.03, colour(rng)

    def shapes(t: float) -> list[Shape]:
        index, u, _ = phase(times, t, 0.8)
        here, there = ends[(index + 1) % 2], ends[index % 2]
        x = here + (there - here) * (0.0 if index == len(times) else np.clip((u - 0.1) / 0.9, 0, 1) ** 2)
        walls = [
            Shape(end + s * (r + 0.05), 0.3, end + s * (r + 0.05), FLOOR, 0.012, (60, 60, 60))
            for end, s in zip(ends, (-1, 1), strict=True)
        ]
        return [*walls, Shape(x - 0.008, FLOOR - r, x + 0.008, FLOOR - r, r, ink)]

    return Actor(shapes, tuple(Event(float(t), "hit", float(ends[at % 2])) for at, t in enumerate(times)))


def kick(rng: Random, seconds: float) -> Actor:
    """A foot meets a ball that lies still; the ball flies out of the picture, and another is rolled in gently."""
    times = beats(rng, seconds, 0.9, 1.3)
    x, ink, shoe = rng.uniform(0.3, 0.45), colour(rng), colour(rng)

    def ball(t: float) -> tuple[float, float]:
        index, u, gap = phase(times, t, 1.0)
        since, before = (u * gap, (1 - u) * gap) if index else (9.0, (1 - u) * gap)
        if index == len(times) or since < 0.5:
            return x + 1.6 * since, FLOOR - 0.03 - 0.5 * since + 0.4 * since**2
        rolled = float(np.clip((before - 0.12) / 0.3, 0, 1)) if index else 0.0
        return x + 0.7 * np.sin(np.pi / 2 * rolled) ** 2, FLOOR - 0.03

    def shapes(t: float) -> list[Shape]:
        _, u, gap = phase(times, t, 1.0)
        before, since = (1 - u) * gap, u * gap
        back = 0.22 * min(before / 0.25, 1.0) ** 1 if before < 0.25 else 0.22
        foot = x - 0.045 - (back if t < times[-1] else 0.0)
        follow = since if 0 <= since < 0.06 and t >= times[0] else 0.0
        drawn = float(np.clip((since - 0.1) / 0.4, 0, 1)) if t >= times[0] else 1.0
        if t >= times[0] and before >= 0.25:
            foot = x - 0.045 - 0.22 * np.sin(np.pi / 2 * drawn) ** 2
        bx, by = ball(t)
        return [disc(bx, by, 0.028, ink), Shape(foot - 0.05, FLOOR - 0.02, foot + follow, FLOOR - 0.02, 0.016, shoe)]

    return Actor(shapes, contacts(times, "kick", lambda t: x - 0.028))


def shatter(rng: Random, seconds: float) -> Actor:
    """A ball flies through a pane of glass: shards fall. One pane in the film."""
    at = float(rng.uniform(0.35, 0.65) * seconds)
    x, ink, glass = rng.uniform(0.4, 0.7), colour(rng), (200.0, 230.0, 240.0)
    rows = np.linspace(0.12, FLOOR - 0.02, 9)
    fly = np.stack([rng.uniform(0.1, 0.7, 9), rng.uniform(-0.3, 0.2, 9)])

    def shapes(t: float) -> list[Shape]:
        since = max(t - at, 0.0)
        ball = disc(
            x - 0.02 + 0.5 * (t - at) * (1.6 if t < at else 1.0), 0.28 + 0.25 * max(since - 0.1, 0) ** 2, 0.024, ink
        )
        shards = []
        for row, vx, vy in zip(rows, *fly, strict=True):
            y = min(row + vy * since + 1.4 * since**2, FLOOR - 0.01)
            shards.append(
                Shape(x + vx * min(since, 0.8), y - 0.015, x + (vx + 0.02) * min(since, 0.8), y + 0.015, 0.008, glass)
            )
        return [*shards, ball]

    return Actor(shapes, (Event(at, "break", float(x)),))


def collide(rng: Random, seconds: float) -> Actor:
    """Two balls of one weight on a rail between two walls: they swap their speeds when they meet."""
    r, inks = rng.uniform(0.025, 0.035), (colour(rng), colour(rng))
    low, high = 0.12, 0.88
    where, speed = (
        np.array([rng.uniform(0.2, 0.35), rng.uniform(0.6, 0.8)]),
        np.array([rng.uniform(0.25, 0.5), -rng.uniform(0.1, 0.3)]),
    )
    t, legs, events = 0.0, [], []
    while t < seconds + 0.1:
        meet = (where[1] - where[0] - 2 * r) / (speed[0] - speed[1]) if speed[0] > speed[1] else np.inf
        left = (where[0] - r - low) / -speed[0] if speed[0] < 0 else np.inf
        right = (high - where[1] - r) / speed[1] if speed[1] > 0 else np.inf
        wait = float(min(meet, left, right))
        legs.append((t, where.copy(), speed.copy()))
        where, t = where + speed * wait, t + wait
        if wait == meet:
            speed, x = speed[::-1].copy(), where.mean()
        else:
            ball = 0 if wait == left else 1
            speed[ball] *= -1
            x = low if ball == 0 else high
        events.append(Event(t, "knock", float(x)))
    starts = np.array([leg[0] for leg in legs])

    def shapes(t: float) -> list[Shape]:
        start, place, moving = legs[max(int(np.searchsorted(starts, t, side="right")) - 1, 0)]
        ends = [Shape(x, FLOOR - 0.1, x, FLOOR, 0.01, (55, 50, 50)) for x in (low - 0.01, high + 0.01)]
        return [
            *ends,
            *(disc(float(x), FLOOR - r, r, ink) for x, ink in zip(place + moving * (t - start), inks, strict=True)),
        ]

    return Actor(shapes, tuple(event for event in events if 0.05 < event.time_s < seconds - 0.05))


def clap(rng: Random, seconds: float) -> Actor:
    """Two hands that meet in the middle."""
    times = beats(rng, seconds, 0.25, 0.55)
    x, y, inks = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.32), (colour(rng), colour(rng))

    def shapes(t: float) -> list[Shape]:
        _, u, gap = phase(times, t, 0.4)
        apart = 0.012 + min(0.12, 0.3 * gap) * _blow(u)
        return [
            Shape(x + side * apart, y - 0.05, x + side * apart, y + 0.05, 0.012, ink)
            for side, ink in zip((-1, 1), inks, strict=True)
        ]

    return Actor(shapes, contacts(times, "clap", lambda t: x))


def flash(rng: Random, seconds: float) -> Actor:
    """Lightning: the whole picture is bright at once and fades."""
    times = beats(rng, seconds, 0.5, 0.9)

    def light(t: float) -> float:
        since = t - times[times <= t]
        return 1.0 + 0.9 * float(np.exp(-since[-1] / 0.08)) if len(since) else 1.0

    return Actor(lambda t: [], tuple(Event(float(t), "flash", 0.5, True) for t in times), light)


def lamp(rng: Random, seconds: float) -> Actor:
    """A muzzle flash at one place: there at once, gone in a tenth of a second."""
    times = beats(rng, seconds, 0.4, 0.8)
    x, y = rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.35)

    def shapes(t: float) -> list[Shape]:
        since = t - times[times <= t]
        bright = float(np.exp(-since[-1] / 0.05)) if len(since) else 0.0
        return [
            disc(x, y, 0.06 if bright > 0.1 else 0.0, (255 * bright + 60, 235 * bright + 60, 160 * bright + 50), 0.03)
        ]

    return Actor(shapes, tuple(Event(float(t), "flash", float(x), True) for t in times))


def appear(rng: Random, seconds: float) -> Actor:
    """Things that are suddenly there, one after the other, and stay."""
    times = beats(rng, seconds, 0.35, 0.7)
    spots, inks = rng.uniform((0.1, 0.1), (0.9, 0.4), (len(times), 2)), [colour(rng) for _ in times]
    sizes = rng.uniform(0.03, 0.05, len(times))

    def shapes(t: float) -> list[Shape]:
        rows = zip(times, spots, sizes, inks, strict=True)
        return [disc(float(x), float(y), float(r) if t >= at else 0.0, ink) for at, (x, y), r, ink in rows]

    return Actor(shapes, tuple(Event(float(t), "pop", float(x), True) for t, (x, _) in zip(times, spots, strict=True)))


def burst(rng: Random, seconds: float) -> Actor:
    """Explosions: a glowing ball that is there at once, grows and sinks away."""
    times = beats(rng, seconds, 0.7, 1.1)
    spots = rng.uniform((0.2, 0.15), (0.8, 0.35), (len(times), 2))

    def shapes(t: float) -> list[Shape]:
        index = int(np.searchsorted(times, t, side="right")) - 1
        since = t - times[index] if index >= 0 else 9.0
        x, y = spots[max(index, 0)]
        r = 0.045 + 0.09 * (1 - np.exp(-since / 0.08)) if since < 0.45 else 0.0
        heat = float(np.exp(-since / 0.2))
        return [
            disc(
                float(x),
                float(y),
                float(r * (1 - max(since - 0.2, 0) / 0.25)) if r else 0.0,
                (250.0, 80 + 160 * heat, 40 + 170 * heat),
                0.02,
            )
        ]

    return Actor(
        shapes, tuple(Event(float(t), "burst", float(x), True) for t, (x, _) in zip(times, spots, strict=True))
    )


def nothing(rng: Random, seconds: float) -> Actor:
    return Actor(lambda t: [], ())


def cast(*parts: Callable[[Random, float], Actor]) -> Callable[[Random, float], Actor]:
    """Several actors in one picture, at events that may meet."""

    def both(rng: Random, seconds: float) -> Actor:
        actors = [part(rng, seconds) for part in parts]
        events = sorted((event for actor in actors for event in actor.events), key=lambda event: event.time_s)
        return Actor(
            lambda t: [shape for actor in actors for shape in actor.shapes(t)],
            tuple(events),
            lambda t: float(np.prod([actor.light(t) for actor in actors])),
        )

    return both
