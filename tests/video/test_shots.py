"""Slow changes of shot are found where they are, and motion, pans and light are none; cuts are seen behind bars too."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.video import cuts, motion
from soundwright.video.shots import Slow

RATE, HIGH, WIDE = 30, 144, 256


def scene(seed, *, wide=WIDE):
    """A picture of soft blots in colours of its own, uint8 `[HIGH, wide, 3]`."""
    import cv2

    rng = np.random.default_rng(seed)
    small = rng.uniform(20, 235, (9, wide // 16, 3)).astype(np.float32)
    return cv2.resize(small, (wide, HIGH), interpolation=cv2.INTER_CUBIC).clip(0, 255)


def film(mixtures, first, second, noise=3.0):
    """Pictures that are mixtures of two others, with noise of their own."""
    rng = np.random.default_rng(9)
    for at, share in enumerate(mixtures):
        picture = (1 - share) * first + share * second + rng.normal(0, noise, first.shape)
        yield at / RATE, picture.clip(0, 255).astype(np.uint8)


def slow(pictures):
    watcher = Slow()
    for _ in watcher.passing(pictures):
        pass
    return watcher


def ramp(length_s, at_s=2.0, total_s=4.5):
    times = np.arange(0, total_s, 1 / RATE)
    return np.clip((times - at_s + length_s / 2) / length_s, 0, 1)


@pytest.mark.parametrize("length_s", [0.4, 0.8, 1.5])
@pytest.mark.parametrize("seeds", [(1, 2), (3, 4), (5, None)])
def test_dissolves_and_fades_to_black(length_s, seeds):
    first, second = scene(seeds[0]), scene(seeds[1]) if seeds[1] else np.full((HIGH, WIDE, 3), 12.0)
    found = slow(film(ramp(length_s), first, second)).boundaries([])
    assert len(found) == 1
    assert abs(found[0].time_s - 2.0) < 0.25


def test_a_fade_through_black_has_its_two_halves_or_one():
    black = np.full((HIGH, WIDE, 3), 10.0)
    down, up = list(film(ramp(0.8, 1.5, 2.2), scene(1), black)), film(ramp(0.8, 0.8, 3.0), black, scene(2))
    pictures = [*down, *((time_s + 2.2, picture) for time_s, picture in up)]
    found = slow(pictures).boundaries([])
    assert 1 <= len(found) <= 2
    assert all(1.2 < one.time_s < 3.3 for one in found)


def test_a_pan_a_moving_thing_and_a_change_of_light_are_no_shots():
    wide = scene(7, wide=1024)
    pan = ((at / RATE, wide[:, 6 * at : 6 * at + WIDE].astype(np.uint8)) for at in range(120))
    assert slow(pan).boundaries([]) == []

    still, thing = scene(8), np.array([250.0, 10.0, 10.0])
    moving = []
    for at in range(120):
        picture = still.copy()
        picture[30:110, 2 * at : 2 * at + 60] = thing
        moving.append((at / RATE, picture.clip(0, 255).astype(np.uint8)))
    assert slow(moving).boundaries([]) == []

    assert slow(film(ramp(0.8), scene(1), 0.4 * scene(1))).boundaries([]) == []


def test_a_cut_is_no_slow_change():
    found = slow(film((ramp(0.01) > 0.5).astype(float), scene(1), scene(2)))
    assert found.boundaries([2.0]) == []


def told(pictures):
    return [view.time_s for view, cut in cuts.marked(motion._views(pictures)) if cut]


def test_cuts_between_scenes_that_are_alike_behind_black_bars():
    """The bars, and the set that both pictures show, make them correlate at more than a half."""
    shared = scene(11)
    shots = [0.3 * shared + 0.7 * scene(seed) for seed in range(20, 26)]
    for shot in shots:
        shot[:, :50], shot[:, -50:] = 0, 0
    rng = np.random.default_rng(0)
    pictures = [
        (at / RATE, (shots[at // 15] + rng.normal(0, 3, shared.shape)).clip(0, 255).astype(np.uint8))
        for at in range(90)
    ]
    assert told(pictures) == pytest.approx([at / RATE for at in range(15, 90, 15)])


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length):
    still = scene(12) * 0.6
    lit = [30, 31] if length == 2 else [30]
    pictures = [(at / RATE, (still * (2.2 if at in lit else 1.0)).clip(0, 255).astype(np.uint8)) for at in range(60)]
    assert told(pictures) == []


def test_films_shorter_than_the_look_ahead():
    for count in (0, 1, 2, 3):
        assert told(list(film(np.zeros(count), scene(1), scene(2)))) == []
