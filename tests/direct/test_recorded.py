"""A cue plan edited: recordings play cues, levels and mutes are as asked, and what is not touched is the same, bit by
bit."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from soundwright.audio import Audio
from soundwright.direct import cues, recorded
from soundwright.direct.recent import Recent
from soundwright.dsp import onsets
from soundwright.engines import Take
from soundwright.errors import BadRequest
from soundwright.library.store import Entry, Store, Text
from soundwright.plan.cues import Cue, CuePlan
from soundwright.progress import Progress

RATE = cues.RATE


def plan(*edited: Cue) -> CuePlan:
    numbers = {cue.number: cue for cue in edited}
    all_of_them = [numbers.get(n, Cue(number=n, sound="knock on wood", at_s=n * 0.7, seed=n)) for n in (1, 2, 3)]
    return CuePlan(duration_s=3.0, cues=all_of_them)


def effects(document: CuePlan, **more) -> np.ndarray:
    return cues.render(document, Progress(), **more).effects.samples


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    return effects(plan())


@pytest.fixture(scope="module")
def clicks(tmp_path_factory):
    """A recording of three events: a high, a middle and a low one, half a second apart."""
    x = np.zeros((2 * RATE, 2), np.float32)
    for at, hertz in enumerate((3000, 1000, 300)):
        t = np.arange(RATE // 5) / RATE
        first = round((0.2 + 0.5 * at) * RATE)
        x[first : first + len(t)] = (0.5 * np.sin(2 * np.pi * hertz * t) * np.exp(-t / 0.03))[:, None]
    path = tmp_path_factory.mktemp("recordings") / "clicks.wav"
    soundfile.write(path, x, RATE, "PCM_24")
    return path


@pytest.mark.parametrize(
    "change",
    [{"at_s": 1.55}, {"seed": 77}, {"gain_db": -9.0}, {"sound": "glass breaks"}, {"muted": True}],
    ids=lambda change: next(iter(change)),
)
def test_editing_one_cue_leaves_the_others_to_the_bit(plain, change):
    edited = effects(plan(Cue(**{"number": 2, "sound": "knock on wood", "at_s": 1.4, "seed": 2, **change})))
    alone = effects(CuePlan(duration_s=3.0, cues=[cue for cue in plan().cues if cue.number == 2]))
    moved = effects(plan(Cue(number=2, sound="knock on wood", at_s=1.4, seed=2, muted=True)))
    np.testing.assert_allclose(moved + alone, plain, atol=1e-7)  # the cues add up
    other = effects(
        CuePlan(duration_s=3.0, cues=[Cue(**{"number": 2, "sound": "knock on wood", "at_s": 1.4, "seed": 2, **change})])
    )
    touched = (np.abs(alone).max(0) > 0) | (np.abs(other).max(0) > 0)
    np.testing.assert_array_equal(edited[:, ~touched], plain[:, ~touched])
    assert touched.mean() < 0.9
    assert np.abs(edited - plain).max() > 1e-3


def test_only_the_cue_that_was_edited_is_made_again(plain, monkeypatch):
    from soundwright.engines import foley

    made, render = [], foley.FoleyEngine.render
    monkeypatch.setattr(foley.FoleyEngine, "render", lambda *args: made.append(args[1].seed) or render(*args))
    edited = Cue(number=2, sound="knock on wood", at_s=1.52, seed=4711, gain_db=3.0)
    effects(plan(edited))
    again = effects(plan(edited.model_copy(update={"pan": 0.5, "at_s": 1.2})))
    assert made == [4711]
    monkeypatch.setattr(cues, "RECENT", Recent(0))  # and what is kept is what would be made
    np.testing.assert_array_equal(effects(plan(edited.model_copy(update={"pan": 0.5, "at_s": 1.2}))), again)
    np.testing.assert_array_equal(effects(plan()), plain)
    assert len(made) == 7


def test_what_the_last_plans_wanted_is_kept():
    def take(frames: int = 500) -> Take:
        return Take(Audio(np.zeros((1, frames), np.float32), RATE))

    recent = Recent(10_000)  # five of them
    recent.begin()
    for name in "abcdefg":
        recent.put(name, take())
    assert [recent.get(name) is None for name in "abcdefg"] == [False] * 5 + [True] * 2
    recent.put("large", take(2000))
    assert recent.get("large") is None
    for _ in range(2):  # plans that want two of them
        recent.begin()
        assert recent.get("a")
        assert recent.get("e")
    recent.put("h", take())
    assert [recent.get(name) is None for name in "abcdeh"] == [False, True, False, False, False, False]


def test_a_level_is_a_level(plain):
    softer = effects(plan(*(cue.model_copy(update={"gain_db": -6.0}) for cue in plan().cues)))
    np.testing.assert_allclose(softer, plain * 10 ** (-6 / 20), atol=1e-6)


@pytest.mark.parametrize(("seed", "hertz"), [(0, 3000), (1, 1000), (2, 300), (3, 3000)])
def test_a_recording_plays_a_cue_and_the_seed_chooses_its_event(clicks, seed, hertz):
    document = CuePlan(duration_s=2.0, cues=[Cue(number=1, sound="click", at_s=0.75, recording=str(clicks), seed=seed)])
    made = cues.render(document, Progress())
    [first, *_] = onsets.onsets(made.effects)
    assert abs(first.time_s - 0.75) < 0.003
    assert made.used["cues"][0]["used"]["event"] == f"{seed % 3 + 1} of 3"
    spectrum = np.abs(np.fft.rfft(made.effects.samples[0, 36_000:], 48_000))
    assert abs(int(spectrum.argmax()) - hertz) < 40


def test_a_bed_of_a_recording_lasts_as_long_as_it_is_wanted(tmp_path):
    noise = np.random.default_rng(3).normal(0, 0.1, (2 * RATE, 2))
    soundfile.write(tmp_path / "air.wav", noise, RATE)
    bed = Cue(number=1, sound="air", at_s=0.5, end_s=5.0, layer="bed", recording=str(tmp_path / "air.wav"))
    x = cues.render(CuePlan(duration_s=6.0, cues=[bed]), Progress()).ambience.samples
    levels = [np.sqrt(np.mean(x[:, round(at * RATE) : round((at + 0.5) * RATE)] ** 2)) for at in (1, 2, 3, 4)]
    assert max(levels) / min(levels) < 1.3
    assert not x[:, round(5.1 * RATE) :].any()


def test_a_recording_of_the_library_by_its_hash(clicks, tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_LIBRARY", str(tmp_path / "library.db"))
    digest, store = "ab" * 32, Store()
    with store.changing():
        store.put(Entry(str(clicks), digest, 1, 1, licence="CC BY-NC 4.0", commercial=False), Text("clicks"), None)
    store.close()
    cue = Cue(number=1, sound="click", at_s=0.5, recording=f"library:{digest}")
    made = cues.render(CuePlan(duration_s=1.0, cues=[cue]), Progress())
    assert made.used["cues"][0]["used"] == {"recording": cue.recording, "event": "1 of 3", "licence": "CC BY-NC 4.0"}
    with pytest.raises(BadRequest, match="may not be sold"):
        cues.render(CuePlan(duration_s=1.0, cues=[cue]), Progress(), options={"commercial": True})
    with pytest.raises(BadRequest, match="no recording"):
        recorded.find("library:" + "cd" * 32)


def test_a_recording_that_is_none(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    for name in ("x.wav", "none.wav"):
        cue = Cue(number=1, sound="click", at_s=0.5, recording=str(tmp_path / name))
        with pytest.raises(BadRequest, match=r"\.wav"):
            cues.render(CuePlan(duration_s=1.0, cues=[cue]), Progress())


def test_silence_can_play_a_cue(tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros((RATE, 2)), RATE)
    cue = Cue(number=1, sound="click", at_s=0.5, recording=str(tmp_path / "silence.wav"))
    assert Audio(effects(CuePlan(duration_s=1.0, cues=[cue])), RATE).peak == 0
