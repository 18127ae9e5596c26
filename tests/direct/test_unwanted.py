"""Unasked speech and music in takes: heard, re-rolled, and the least spoilt kept."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.direct import unwanted
from soundwright.engines import Take

RATE = 16_000


class Tagger:
    """Sure of speech by as much as the first sample says, of music by the second."""

    def logits(self, audio):
        sure = np.clip(audio.samples[0, :2], 1e-4, 1 - 1e-4)
        rows = np.full((1, 527), -9.0)
        rows[0, [unwanted.SPEECH, unwanted.MUSIC]] = np.log(sure / (1 - sure))
        return rows


class Loaded:
    rate, embedder = RATE, Tagger()


EAR = unwanted.Ear("stand-in", Loaded())


def takes(*spoilt):
    """An engine whose takes have speech and music in them, and the seeds that it was asked for."""
    asked = []

    def render(seed):
        asked.append(seed)
        samples = np.full((1, RATE), 0.25, np.float32)
        samples[0, :2] = spoilt[len(asked) - 1]
        return Take(Audio(samples, RATE), used={"turn": len(asked)})

    return render, asked


def test_a_clean_take_is_kept_at_once():
    render, asked = takes((0.1, 0.2))
    take, heard = unwanted.cleanest(render, 7, "a door slams", EAR)
    assert (take.used["turn"], asked, heard) == (1, [7], [])


def test_a_spoilt_take_is_made_again_from_seeds_that_follow():
    render, asked = takes((0.9, 0.0), (0.0, 0.8), (0.1, 0.1))
    take, heard = unwanted.cleanest(render, 7, "a door slams", EAR)
    assert take.used["turn"] == 3
    assert [(round(row["speech"], 2), round(row["music"], 2)) for row in heard] == [(0.9, 0), (0, 0.8), (0.1, 0.1)]
    again, seeds = takes((0.9, 0.0), (0.0, 0.8), (0.1, 0.1))
    unwanted.cleanest(again, 7, "a door slams", EAR)
    assert asked == seeds
    assert len(set(asked)) == 3


def test_of_spoilt_takes_the_least_is_kept():
    render, _ = takes((0.9, 0.0), (0.6, 0.0), (0.0, 0.8))
    take, heard = unwanted.cleanest(render, 1, "a door slams", EAR)
    assert take.used["turn"] == 2
    assert len(heard) == unwanted.TRIES


@pytest.mark.parametrize(
    ("asked", "turns"), [("people talk", 1), ("a crowd murmurs", 1), ("a door slams", 3), ("piano music", 3)]
)
def test_what_is_asked_for_is_not_unwanted(asked, turns):
    render, seeds = takes(*[(0.9, 0.0)] * 3)
    unwanted.cleanest(render, 1, asked, EAR)
    assert len(seeds) == turns


def test_without_a_tagger_or_in_a_blink_nothing_is_heard():
    render, seeds = takes((0.9, 0.9))
    assert unwanted.cleanest(render, 1, "a door slams", None)[1] == []
    assert len(seeds) == 1
    assert EAR.unasked(Audio(np.ones((1, 100), np.float32), RATE), "a door slams") == {}


def test_a_pulled_tagger_listens(tmp_path, monkeypatch):
    import torch

    from soundwright.nets import cnn14

    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    unwanted.ear.cache_clear()
    assert unwanted.ear() is None
    monkeypatch.setattr(cnn14, "Cnn14", partial(cnn14.Cnn14, widths=(4, 4, 4)))
    folder = tmp_path / "evaluate" / "cnn14"
    folder.mkdir(parents=True)
    torch.save({"model": cnn14.Cnn14(32_000).state_dict()}, folder / "Cnn14_mAP=0.431.pth")
    unwanted.ear.cache_clear()
    ear = unwanted.ear()
    unwanted.ear.cache_clear()
    assert ear is not None
    found = ear.unasked(Audio(np.random.default_rng(0).normal(0, 0.1, (2, 48_000)).astype(np.float32), 48_000), "rain")
    assert set(found) == {"speech", "music"}
    assert all(0 < sure < 1 for sure in found.values())
