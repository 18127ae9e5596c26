"""What is seen in drawn films with known truth: contacts to the millisecond, flashes and cuts to the picture."""

from __future__ import annotations

import numpy as np
import pytest
from tests.films import HELD_OUT, OPEN, make

from soundwright.video import events

CAMERAS = ("tripod", "handheld", "pan", "zoom")


def compared(seen, truth, within_s):
    """How many events were found within a picture, how many were told, and the errors in seconds."""
    free, errors = list(truth.events), []
    for event in seen.events:
        near = min(free, key=lambda one: abs(one.time_s - event.time_s), default=None)
        if near is not None and abs(near.time_s - event.time_s) <= within_s:
            free.remove(near)
            errors.append(event.time_s - near.time_s)
    return len(errors), len(seen.events), errors


def step(truth):
    return max(np.diff(truth.times_s)) + 1e-6


@pytest.mark.parametrize(
    ("rate", "container", "offset_s"),
    [("23.976", "mp4", 0.0), ("25", "mkv", 0.0), ("29.97", "ts", 1.5), ("60", "mov", 0.0), ("variable", "mp4", 0.0)],
)
def test_a_bouncing_ball_is_told_to_the_millisecond(tmp_path, rate, container, offset_s):
    truth = make("bounce", 5, path=tmp_path, rate=rate, container=container, seconds=4.0, offset_s=offset_s)
    found, told, errors = compared(events.see(truth.path), truth, step(truth))
    assert found >= len(truth.events) - 1
    assert told <= found + 1
    assert np.median(np.abs(errors)) < 0.005


@pytest.mark.parametrize(("family", "camera"), [("rapid", "tripod"), ("slide", "handheld"), ("drop", "pan")])
def test_contacts_under_a_camera(tmp_path, family, camera):
    truth = make(family, 8, path=tmp_path, rate="25", camera=camera, seconds=4.0)
    found, told, errors = compared(events.see(truth.path), truth, step(truth))
    assert found / len(truth.events) >= 0.7
    assert found / told >= 0.6
    assert np.median(np.abs(errors)) < 0.012


@pytest.mark.parametrize("family", ["flash", "lamp"])
def test_what_is_sudden_is_told_with_its_picture(tmp_path, family):
    truth = make(family, 3, path=tmp_path, rate="30", seconds=4.0)
    found, _, errors = compared(events.see(truth.path), truth, step(truth))
    assert found == len(truth.events)
    assert np.median(np.abs(errors)) < 1e-6


def test_cuts_are_shots_and_no_events(tmp_path):
    truth = make("nothing", 4, path=tmp_path, seconds=3.0, cut_every_s=0.4)
    seen = events.see(truth.path)
    assert [round(shot.start_s, 4) for shot in seen.shots[1:]] == [round(one.time_s, 4) for one in truth.changes]
    assert not seen.events


def test_nothing_happens_in_a_still_scene_with_a_trembling_hand(tmp_path):
    truth = make("nothing", 6, path=tmp_path, seconds=3.0, camera="handheld")
    assert len(events.see(truth.path).events) <= 1


def test_the_place_on_the_screen_is_told(tmp_path):
    truth = make("drop", 2, path=tmp_path, seconds=4.0)
    for event in events.see(truth.path).events:
        near = min(truth.events, key=lambda one: abs(one.time_s - event.time_s))
        assert abs(near.x - event.x) < 0.04


@pytest.mark.slow
@pytest.mark.parametrize("families", [OPEN, HELD_OUT], ids=["open", "held out"])
def test_all_families(tmp_path, families):
    """Recall, precision and errors over families, cameras, rates and backgrounds; printed for the results."""
    rates, total = ("30", "25", "59.94", "23.976"), {}
    for at, family in enumerate(name for name in families if name != "nothing"):
        for seed in range(301, 305):
            camera, rate = CAMERAS[(at + seed) % 4], rates[(at + 2 * seed) % 4]
            background = ("texture", "plain")[seed % 2]
            truth = make(family, seed, path=tmp_path, rate=rate, camera=camera, background=background)
            found, told, errors = compared(events.see(truth.path), truth, step(truth))
            for key in (family, "all"):
                row = total.setdefault(key, [0, 0, 0, []])
                row[0], row[1], row[2] = row[0] + found, row[1] + told, row[2] + len(truth.events)
                row[3] += errors
    for name, (found, told, there, errors) in total.items():
        apart = np.abs(errors) * 1000 if errors else [np.nan]
        print(f"{name:<9} recall {found / there:.2f}  precision {found / max(told, 1):.2f}  median "
              f"{np.median(apart):5.1f} ms  95th {np.quantile(apart, 0.95):5.1f} ms  of {there}")  # fmt: skip
    found, told, there, errors = total["all"]
    assert found / there > 0.6
    assert np.median(np.abs(errors)) < 0.01
