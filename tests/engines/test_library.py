"""The library engine on real plans: placed to the sample, repeats that differ, sources told, refusals before work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

import soundwright as sw
from soundwright.engines.contract import Task
from soundwright.engines.library import LibraryEngine
from soundwright.errors import BadRequest
from soundwright.library.add import add
from soundwright.library.store import Store
from soundwright.plan.effect import EffectPlan
from soundwright.progress import Progress

RATE = 44_100


def tone(seed: int, hz: float, fall_s: float = 0.1, seconds: float = 0.5) -> np.ndarray:
    t, rng = np.arange(round(seconds * RATE)) / RATE, np.random.default_rng(seed)
    return (
        np.sin(2 * np.pi * hz * t + 1) * np.exp(-t / fall_s) + 0.02 * rng.standard_normal(len(t)) * np.exp(-t / 0.02)
    ) / 2


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("sounds")
    quiet = np.zeros(round(0.3 * RATE))
    parts = [quiet, *(tone(k, 500 + 60 * k) for k in range(3))]
    files = {
        "dog/dog_barking.wav": np.concatenate(parts),
        "dog/dog_bark_small.wav": tone(5, 900),
        "rain.wav": 0.1 * np.random.default_rng(1).standard_normal(3 * RATE),
        "paid/gong.wav": tone(9, 150, 0.4, 1.5),
    }
    for name, x in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        soundfile.write(root / name, x, RATE)
    (root / "paid" / "LICENSE").write_text("CC BY-NC 4.0")
    (root / "dog" / "LICENSE").write_text("CC0 1.0 Universal")
    path = tmp_path_factory.mktemp("index") / "library.db"
    add([root], Store(path), workers=1)
    return path


def play(index: Path, events: list[dict], total_s: float = 4.0, seed: int = 0, loop: bool = False, **options):
    plan = EffectPlan(duration_s=total_s, space="dry", loop=loop, events=events)
    return LibraryEngine().render(
        Task("effect", plan, total_s, seed, options={"library": index, **options}), Progress()
    )


def test_events_are_heard_at_their_time(index):
    starts = [0.25, 1.5, 2.75]
    x = play(index, [{"sound": "dog bark", "start_s": start} for start in starts]).audio.samples[0]
    for start in starts:
        at = round(start * 48_000)
        assert np.abs(x[at - 200 : at]).max(initial=0) < 1e-4 * np.abs(x).max() + 1e-3
        assert np.abs(x[at : at + 96]).max() > 0.04 * np.abs(x[at : at + 9600]).max()


def test_repeats_differ_and_the_same_take_does_not(index):
    def apart(first: str, second: str) -> float:
        events = [{"sound": "dog bark", "take": first}, {"sound": "dog bark", "start_s": 2.0, "take": second}]
        x = play(index, events).audio.samples[0]
        return float(np.abs(x[:24_000] - x[96_000:120_000]).max() / np.abs(x).max())

    assert apart("1", "2") > 0.05
    assert apart("1", "1") < 1e-4


def test_a_short_texture_fills_any_length_and_loops(index):
    bed = {"sound": "rain", "duration_s": 9.0, "layer": "bed"}
    x = play(index, [bed], 9.0, loop=True).audio.samples
    assert x.shape == (2, 9 * 48_000)
    level = 10 * np.log10(np.square(x[0]).reshape(-1, 24_000).mean(axis=1))
    assert np.ptp(level) < 3.0
    assert np.abs(x[:, 0] - x[:, -1]).max() <= np.quantile(np.abs(np.diff(x)), 0.9999)


def test_a_one_shot_is_never_stretched(index):
    long = play(index, [{"sound": "gong", "duration_s": 3.9}]).audio.samples
    assert np.abs(long[:, round(1.6 * 48_000) :]).max() < 1e-4
    short = play(index, [{"sound": "gong", "duration_s": 0.4}]).audio.samples
    assert np.abs(short[:, round(0.41 * 48_000) :]).max() < 1e-4


def test_the_manifest_names_every_source(index):
    used = play(index, [{"sound": "dog bark"}, {"sound": "gong"}]).used
    licences = {Path(one["path"]).name: one["licence"] for one in used["sources"]}
    assert licences["gong.wav"] == "CC-BY-NC"
    assert all(len(one["sha256"]) == 64 for one in used["sources"])
    assert len(used["events"]) == 2


def test_commercial_refuses_what_its_licence_forbids(index):
    used = play(index, [{"sound": "gong"}], commercial=True).used
    assert "gong.wav" not in {Path(one["path"]).name for one in used["sources"]}
    assert used["notes"]


def test_the_seed_decides_and_blending_changes(index):
    events = [{"sound": "dog bark", "start_s": start} for start in (0.0, 1.0, 2.0)]
    first, same, other = (play(index, events, seed=seed).audio.samples for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    blended = play(index, [{"sound": "dog bark", "knobs": {"blend": 0.8}}])
    assert len(blended.used["sources"]) == 2


def test_the_whole_way_from_words(index, monkeypatch, tmp_path):
    monkeypatch.setenv("SOUNDWRIGHT_LIBRARY", str(index))
    piece = sw.effect("a dog barks three times", engine="library")
    assert len(piece.manifest["used"]["events"]) == 3
    monkeypatch.setenv("SOUNDWRIGHT_LIBRARY", str(tmp_path / "empty.db"))
    with pytest.raises(BadRequest, match="soundwright library add FOLDER"):
        sw.effect("a dog barks", engine="library")


def test_wrong_knobs_are_told(index):
    with pytest.raises(BadRequest, match="no knob"):
        play(index, [{"sound": "dog bark", "knobs": {"size": 0.4}}])
