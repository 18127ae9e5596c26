"""Beds of neighbouring scenes: level where they cross, whether alike or not, and faded where they are alone."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.assemble.seams import seam_faults
from soundwright.direct import cues
from soundwright.plan.cues import CuePlan, Scene
from soundwright.progress import Progress

RATE = cues.RATE


def film(*ambiences: str, seconds: float = 4.0) -> CuePlan:
    scenes = [Scene(start_s=k * seconds, end_s=(k + 1) * seconds, ambience=ambience, level_db=-6.0, seed=k)
              for k, ambience in enumerate(ambiences)]  # fmt: skip
    return CuePlan(duration_s=seconds * len(ambiences), scenes=scenes)


def level_db(x: np.ndarray) -> float:
    return float(10 * np.log10(np.square(x, dtype=np.float64).mean()))


@pytest.fixture(scope="module")
def rain():
    return cues.render(film("steady rain", "steady rain", "steady rain"), Progress()).ambience


def test_the_same_ambience_crosses_without_a_fault(rain):
    assert rain.frames == 12 * RATE
    assert seam_faults(rain, [(at - cues.CROSS_S / 2, at + cues.CROSS_S / 2) for at in (4.0, 8.0)]) == ()


@pytest.mark.parametrize("likeness", [0.0, 0.5, 1.0])
def test_beds_cross_at_one_level_however_alike(likeness, monkeypatch):
    """Equal power, which was the law for all, is 3 dB too loud for beds that are the same."""
    shared, *own = np.random.default_rng(5).normal(0, 0.1, (3, 2, 5 * RATE)).astype(np.float32)

    def bed(scene, at, plan, engine, options):
        first = round((4 * at - (cues.CROSS_S / 2 if at else 0)) * RATE)
        x = likeness * np.tile(shared, 2) + np.sqrt(1 - likeness**2) * np.tile(own[at], 2)
        return cues._Bed(first, x[:, first : first + round((4 + cues.CROSS_S / 2) * RATE)].astype(np.float32))

    monkeypatch.setattr(cues, "_bed", bed)
    ambience = cues.render(film("sea", "sea"), Progress()).ambience.samples
    crossing = ambience[:, round(3.85 * RATE) : round(4.15 * RATE)]
    assert abs(level_db(crossing) - level_db(ambience[:, RATE : 3 * RATE])) < 0.2


def test_a_bed_without_a_neighbour_fades(rain):
    ambience = cues.render(film("steady rain", "", "steady rain"), Progress()).ambience.samples
    assert np.abs(ambience[:, [0, -1]]).max() < 1e-3
    between = ambience[:, round(4.26 * RATE) : round(7.74 * RATE)]
    assert not between.any()
    edge = ambience[:, round(4.24 * RATE) : round(4.25 * RATE)]
    assert np.abs(edge).max() < 0.05 * np.abs(ambience).max()


def test_a_scene_longer_than_an_engine_can_is_joined_from_stretches(monkeypatch):
    monkeypatch.setattr(cues, "LONGEST_S", 4.0)
    ambience = cues.render(film("steady rain", seconds=10.0), Progress()).ambience
    assert ambience.frames == 10 * RATE
    assert seam_faults(ambience, [(3.5, 4.0), (7.0, 7.5)]) == ()
    assert level_db(ambience.samples[:, -RATE : -RATE // 2]) > level_db(ambience.samples[:, RATE : 2 * RATE]) - 2


def test_ambiences_cross_longer_at_a_fade():
    scenes = [Scene(start_s=0, end_s=4, ambience="steady rain"),
              Scene(start_s=4, end_s=8, ambience="steady rain", soft=True, seed=9)]  # fmt: skip
    plan = CuePlan(duration_s=8.0, scenes=scenes)
    before, after = (cues._bed(scene, at, plan, "auto", {}) for at, scene in enumerate(scenes))
    assert before.start + before.sound.shape[1] - after.start == round(cues.SOFT_S * RATE)
    ambience = cues.render(plan, Progress()).ambience
    assert seam_faults(ambience, [(4 - cues.SOFT_S / 2, 4 + cues.SOFT_S / 2)]) == ()


def test_an_engine_with_weights_is_listened_to(monkeypatch):
    from tests.direct.test_unwanted import EAR, takes

    from soundwright import direct
    from soundwright.direct import unwanted

    render, asked = takes((0.9, 0.0), (0.1, 0.0))

    class Player:
        class card:
            name, checkpoints = "stand-in", {"a": None}

        def render(self, task, tell):
            return render(task.seed)

    monkeypatch.setattr(direct, "cast", lambda *args, **more: Player())
    monkeypatch.setattr(unwanted, "ear", lambda device: EAR)
    plan = CuePlan(duration_s=2.0, cues=[cues.Cue(number=1, sound="a door slams", at_s=0.5, seed=4)])
    used = cues.render(plan, Progress()).used["cues"][0]["used"]
    assert (asked[0], len(asked)) == (4, 2)
    assert [row["speech"] for row in used["heard"]] == [0.9, 0.1]
    assert isinstance(used["turn"], int)
