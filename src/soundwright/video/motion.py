"""What moves in a film, picture by picture: the camera taken away, the rest as blobs in front of what stands still.

The camera's motion (shift, turn, zoom) is that of the most points; what stands still is the median of pictures around,
brought to the same view. What differs from it is in front, in connected blobs, each with a colour of its own.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from soundwright.errors import CannotRun
from soundwright.video import cuts

WIDTH = 256  # pixels across at which motion is looked at
EVERY_S = 0.25  # one picture in so long
MOST, FEWEST = 7, 3  # of them tells what stands still before a picture, or after it
AROUND_S = MOST * EVERY_S
STILL = 0.06  # pixels of camera motion that are none
LEAST = 22.0  # levels of difference that are something, where noise is small
SMALLEST = 9  # pixels of the smallest blob


@dataclass(frozen=True)
class Blob:
    """A connected thing in front, in picture widths: `x`, `y` its middle, `box` left, right, top, bottom.

    `tips` are the ends of its outer parts, where limbs and tools reach: left and right of its top third, of its bottom
    third, top and bottom of its left third, of its right third.

    `area` is in squared picture widths, `colour` its mean RGB in levels. `pixels` are rows, columns, and weights 0 to 1
    of the picture that was looked at; `shades` their RGB.
    """

    x: float
    y: float
    box: tuple[float, float, float, float]
    tips: tuple[float, ...]
    area: float
    colour: np.ndarray
    pixels: tuple[np.ndarray, np.ndarray, np.ndarray]
    shades: np.ndarray


@dataclass(frozen=True)
class Moment:
    """One picture: what is in front, and how it differs from the picture before.

    `blobs` are in front of what stood still before the picture, `later` of what stands still after it: a thing that
    comes to rest is among the former for a while after, one that sets off among the latter for a while before.

    `change` is the mean difference in levels after the camera's motion is taken away, `lift` the mean change of
    brightness, `alike` the correlation of both pictures (1: the same but for brightness), `fresh` the blobs of what
    changed from the picture before, `camera` the camera's shift in widths, `cut` whether another shot begins, `steady`
    the matrix of `at_rest`. The first of a shot compares with nothing.
    """

    time_s: float
    blobs: list[Blob]
    later: list[Blob]
    fresh: list[Blob]
    change: float
    lift: float
    alike: float
    histogram: float
    brightness: float
    camera: tuple[float, float]
    cut: bool
    steady: np.ndarray

    def at_rest(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points of this picture as a camera that stands would see them, from the shot's first picture on."""
        (a, b, c), (d, e, f) = self.steady
        return a * x + b * y + c, d * x + e * y + f


@dataclass
class _View:
    """A picture, its grey form, the camera's step to it, and where its points lie in the view of its shot's first.

    Step and place are 2 x 3 matrices.
    """

    time_s: float
    picture: np.ndarray
    grey: np.ndarray
    step: np.ndarray
    moment: dict
    place: np.ndarray = field(default_factory=lambda: _identity())


def library() -> ModuleType:
    """OpenCV. Raises `CannotRun` with the command that installs it."""
    try:
        import cv2
    except ImportError:
        raise CannotRun("seeing needs OpenCV: pip install 'soundwright[video]'") from None
    cv2.setNumThreads(2)
    return cv2


def watch(pictures: Iterable[tuple[float, np.ndarray]]) -> Iterator[Moment]:
    """What each of some pictures (time in seconds, RGB `[height, width, 3]`, small) shows; two seconds are held."""
    shot = _Shot()
    for view, cut in cuts.marked(_views(pictures)):
        if cut:
            yield from shot.told(end=True)
            shot = _Shot()
            view.moment.update(cut=True, difference=None)
        shot.add(view)
        yield from shot.told()
    yield from shot.told(end=True)


def _views(pictures: Iterable[tuple[float, np.ndarray]]) -> Iterator[_View]:
    last = None
    for time_s, picture in ahead(pictures):
        last = _seen(time_s, picture, last)
        yield last


def ahead(pictures: Iterable[Any], most: int = 16) -> Iterator[Any]:
    """The same, fetched by a thread of its own while they are looked at; an error in it is raised here."""
    waiting: queue.Queue[Any] = queue.Queue(most)
    stop = threading.Event()

    def fetch() -> None:
        try:
            for one in pictures:
                while not stop.is_set():
                    try:
                        waiting.put((one, None), timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if stop.is_set():
                    return
            waiting.put((None, StopIteration()))
        except BaseException as error:
            waiting.put((None, error))

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    try:
        while True:
            one, ended = waiting.get()
            if isinstance(ended, StopIteration):
                return
            if ended is not None:
                raise ended
            yield one
    finally:
        stop.set()
        thread.join(5)


class _Shot:
    """The pictures of one shot that are still needed, and what stands still before and after each of them."""

    def __init__(self) -> None:
        self.waiting: deque[_View] = deque()
        self.samples: deque[_View] = deque()
        self.last: _View | None = None
        self.behind: dict[bool, tuple[tuple[float, ...], _View, np.ndarray]] = {}

    def add(self, view: _View) -> None:
        if self.last:
            view.place = _chained(self.last.place, view.step)
        if not self.samples or view.time_s >= self.samples[-1].time_s + EVERY_S - 1e-6:
            self.samples.append(view)
        self.waiting.append(view)
        self.last = view

    def told(self, *, end: bool = False) -> Iterator[Moment]:
        now_s = self.last.time_s if self.last else 0.0
        while self.waiting and (end or self.waiting[0].time_s <= now_s - AROUND_S):
            view = self.waiting.popleft()
            while self.samples[0].time_s < view.time_s - AROUND_S - EVERY_S and len(self.samples) > MOST:
                self.samples.popleft()
            yield _moment(view, self._behind(view, later=False), self._behind(view, later=True))

    def _behind(self, view: _View, *, later: bool) -> np.ndarray:
        """What stands still before a picture, or after it, in its own view: the median of some pictures."""
        if later:
            side = [one for one in self.samples if one.time_s > view.time_s][:MOST]
            rest = [one for one in reversed(self.samples) if one.time_s <= view.time_s]
        else:
            side = [one for one in reversed(self.samples) if one.time_s < view.time_s][:MOST]
            rest = [one for one in self.samples if one.time_s >= view.time_s]
        side += rest[: max(0, FEWEST - len(side))]
        key = tuple(one.time_s for one in side)
        if self.behind.get(later, ((),))[0] != key:
            stack = np.stack([_warped(one.picture, _between(one, side[0])) for one in side])
            self.behind[later] = key, side[0], np.partition(stack, len(side) // 2, axis=0)[len(side) // 2]
        _, base, picture = self.behind[later]
        return _warped(picture, _between(base, view))


def _between(start: _View, end: _View) -> np.ndarray:
    """The matrix that brings points of one view to another; none where they hardly differ."""
    matrix = (np.linalg.inv(_full(end.place)) @ _full(start.place))[:2]
    small = np.abs(matrix - _identity()) <= (0.0005, 0.0005, STILL)
    return _identity() if small.all() else matrix


def _seen(time_s: float, picture: np.ndarray, before: _View | None) -> _View:
    cv2 = library()
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    fresh_shot = {"change": 0.0, "lift": 0.0, "alike": 1.0, "histogram": 0.0, "camera": (0.0, 0.0), "cut": False}
    facts = fresh_shot | {"brightness": float(grey.mean()), "difference": None}
    if before is None:
        return _View(time_s, picture, grey, _identity(), facts)
    step = camera_step(before.grey, grey)
    came = _warped(before.picture, step)
    was = cv2.cvtColor(came, cv2.COLOR_RGB2GRAY)
    difference = _difference(picture, came)
    difference[:3], difference[-3:], difference[:, :3], difference[:, -3:] = 0, 0, 0, 0
    facts |= {
        "change": float(difference.mean()),
        "lift": float(grey.mean()) - float(was.mean()),
        "alike": cuts.alike(
            cv2.resize(was, (64, 36)).astype(np.float32), cv2.resize(grey, (64, 36)).astype(np.float32)
        ),
        "histogram": cuts.apart(before.picture, picture),
        "camera": (float(step[0, 2]) / picture.shape[1], float(step[1, 2]) / picture.shape[1]),
        "difference": difference,
    }
    return _View(time_s, picture, grey, step, facts)


def camera_step(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The 2 x 3 matrix that brings the points of one grey picture to their places in the next.

    It is that of most of the points that can be followed; none where there are too few, as on a plain wall.
    """
    cv2 = library()
    points = cv2.goodFeaturesToTrack(before, 160, 0.02, 7)
    if points is None or len(points) < 12:
        return _identity()
    found, kept, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=(13, 13), maxLevel=3)
    good = kept.ravel() == 1
    if good.sum() < 12:
        return _identity()
    start, end = points[good].reshape(-1, 2), found[good].reshape(-1, 2)
    if np.median(np.abs(end - start)) < STILL:  # most points stand: a tripod
        return _identity()
    matrix, inside = cv2.estimateAffinePartial2D(start, end, method=cv2.RANSAC, ransacReprojThreshold=1.0)
    if matrix is None or inside.sum() < 0.4 * len(start):
        shift = np.median(end - start, axis=0)
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
        inside = np.abs(end - start - shift).max(axis=1) < 1.0
    agreed = start[np.asarray(inside).ravel() == 1]
    return matrix if _everywhere(agreed, before.shape) or _explains(matrix, before, after) else _identity()


def _everywhere(points: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether points lie in at least three quarters of a picture, as what stands still does, and one thing does not."""
    quarter = (points[:, 0] > shape[1] / 2) + 2 * (points[:, 1] > shape[0] / 2)
    return int((np.bincount(quarter.astype(int), minlength=4) >= 4).sum()) >= 3


def _explains(matrix: np.ndarray, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether a camera's motion brings most of two pictures nearer to each other; a thing's motion does not."""
    cut = np.s_[8:-8:2, 8:-8:2]
    now = after[cut].astype(np.int16)
    still = np.abs(now - before[cut])
    moved = np.abs(now - _warped(before, matrix)[cut])
    return float(np.minimum(moved, 40).mean()) < 0.97 * float(np.minimum(still, 40).mean()) and bool(
        np.count_nonzero(moved < still) > np.count_nonzero(moved > still)
    )


def _identity() -> np.ndarray:
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def _full(matrix: np.ndarray) -> np.ndarray:
    return np.vstack([matrix, [0.0, 0.0, 1.0]])


def _chained(place: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The place of the next picture's points in the first view."""
    return (_full(place) @ np.linalg.inv(_full(step)))[:2]


def _warped(picture: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    if np.abs(matrix - _identity()).max() < 1e-6:
        return picture
    cv2 = library()
    size = (picture.shape[1], picture.shape[0])
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _moment(view: _View, before: np.ndarray, after: np.ndarray) -> Moment:
    facts = view.moment
    blobs, later = (_blobs(_front(view.picture, behind, facts), view.picture) for behind in (before, after))
    fresh = []
    if facts["difference"] is not None:
        fresh = _blobs(_weight(facts["difference"], _level(facts["difference"])), view.picture)
    told = {name: facts[name] for name in ("change", "lift", "alike", "histogram", "brightness", "camera", "cut")}
    steady = view.place.copy()
    steady[:, 2] /= view.picture.shape[1]
    return Moment(view.time_s, blobs, later, fresh, **told, steady=steady)


def _front(picture: np.ndarray, behind: np.ndarray, facts: dict) -> np.ndarray:
    """How surely each pixel is in front, 0 to 1."""
    cv2 = library()
    gain = float(np.median(picture[::4, ::4]) / max(float(np.median(behind[::4, ::4])), 1.0))
    if abs(gain - 1) > 0.04:  # a flash brightens all: what it lights has not moved
        behind = cv2.convertScaleAbs(behind, alpha=gain)
    difference = _difference(picture, behind)
    if facts["camera"] != (0.0, 0.0):  # edges are never quite where they were
        grey = cv2.cvtColor(behind, cv2.COLOR_RGB2GRAY)
        edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        difference = cv2.subtract(difference, cv2.convertScaleAbs(edges, alpha=0.3))
    difference[:2], difference[-2:], difference[:, :2], difference[:, -2:] = 0, 0, 0, 0
    return _weight(difference, _level(difference))


def _difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Levels by which two pictures differ in the colour that differs most, uint8 `[height, width]`."""
    cv2 = library()
    red, green, blue = cv2.split(cv2.absdiff(a, b))
    return cv2.max(cv2.max(red, green), blue)


def _level(difference: np.ndarray) -> float:
    """The difference that is more than noise: some times the median."""
    counts = np.cumsum(np.bincount(difference[::2, ::2].ravel(), minlength=256))
    return max(LEAST, 4.5 * float(np.searchsorted(counts, counts[-1] / 2)))


def _weight(difference: np.ndarray, level: float) -> np.ndarray:
    cv2 = library()
    soft = cv2.GaussianBlur(difference.astype(np.float32), (3, 3), 0)
    return np.clip((soft - 0.6 * level) / (0.8 * level), 0, 1)


def _blobs(weight: np.ndarray, colours: np.ndarray) -> list[Blob]:
    cv2 = library()
    count, labels, stats, _ = cv2.connectedComponentsWithStats((weight > 0.5).astype(np.uint8), connectivity=8)
    found = []
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < SMALLEST:
            continue
        left, top, wide, high = stats[label, :4]
        left, top = max(left - 1, 0), max(top - 1, 0)
        part = np.s_[top : top + high + 2, left : left + wide + 2]
        mine = (labels[part] == label) | ((labels[part] == 0) & (weight[part] > 0.05))
        rows, columns = np.nonzero(mine)
        weights = weight[part][rows, columns]
        found.append(blob(rows + top, columns + left, weights, colours[rows + top, columns + left], weight.shape[1]))
    return found


def blob(rows: np.ndarray, columns: np.ndarray, weights: np.ndarray, shades: np.ndarray, width: int) -> Blob:
    """The blob of some pixels of a picture that is `width` pixels wide."""
    total = float(weights.sum())
    x, y = float((weights * columns).sum()) / total, float((weights * rows).sum()) / total
    left, right = _ends(columns, weights)
    top, bottom = _ends(rows, weights)
    colour = (weights[:, None] * shades).sum(axis=0) / total
    parts = [rows < top + (bottom - top) / 3, rows > bottom - (bottom - top) / 3]
    tips = [end for part in parts for end in (_ends(columns[part], weights[part]) if part.any() else (left, right))]
    parts = [columns < left + (right - left) / 3, columns > right - (right - left) / 3]
    tips += [end for part in parts for end in (_ends(rows[part], weights[part]) if part.any() else (top, bottom))]
    box = (left / width, right / width, top / width, bottom / width)
    return Blob(x / width, y / width, box, tuple(tip / width for tip in tips), total / width**2, colour,
                (rows, columns, weights), shades)  # fmt: skip


def _ends(places: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Where a blob begins and ends along one side: between pixels, by the weight within 3 % of each end."""
    first = int(places.min())
    sums = np.cumsum(np.bincount(places - first, weights))
    grid = np.arange(len(sums)) + first + 0.5
    return float(np.interp(0.03 * sums[-1], sums, grid)), float(np.interp(0.97 * sums[-1], sums, grid))
