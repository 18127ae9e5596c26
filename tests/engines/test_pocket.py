"""The pocket engine with the network that ships: lengths, seeds, edits that keep their source, odd sounds."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import engines, studio
from soundwright.audio import Audio
from soundwright.engines import Task
from soundwright.engines.pocket import Canvas, _window
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.nets import pocket
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.request import EffectRequest

RATE = 48_000


def noise(seconds: float, rate: int = RATE, channels: int = 2) -> Audio:
    x = 0.1 * np.random.default_rng(0).standard_normal((channels, round(seconds * rate)))
    return Audio(x.astype(np.float32), rate)


def effect(seconds: float, seed: int = 0, *, loop: bool = False, **event):
    plan = EffectPlan(duration_s=seconds, loop=loop, events=[EffectEvent(sound="rain", **event)])
    return engines.load("pocket").render(Task("effect", plan, seconds, seed, "rain", loop), Progress())


def edited(verb: str, source: Audio, **asked) -> Audio:
    left, right = asked.get("left_s", 0.0), asked.get("right_s", 0.0)
    plan = EditPlan(verb=verb, source="x.wav", duration_s=left + source.duration_s + right, prompt="rain", **asked)
    task = Task(verb, plan, plan.duration_s, 3, "rain", sources={"source": source})
    return engines.load("pocket").render(task, Progress()).audio


def test_an_effect_has_its_length_and_follows_its_seed():
    one, same, other = (effect(2.503, seed).audio for seed in (1, 1, 2))
    assert one.samples.shape == (2, round(2.503 * RATE))
    assert np.array_equal(one.samples, same.samples)
    assert not np.allclose(one.samples, other.samples, atol=0.01)
    assert 0.01 < one.peak <= 1.0


def test_stems_sum_to_the_whole_and_the_manifest_names_the_network():
    plan = EffectPlan(
        duration_s=3.0, events=[EffectEvent(sound="rain", layer="bed"), EffectEvent(sound="door slam", start_s=1.0)]
    )
    take = engines.load("pocket").render(Task("effect", plan, 3.0, 5, "rain, then a door slam"), Progress())
    assert set(take.stems) == {"rain", "door slam"}
    assert np.allclose(sum(stem.samples for stem in take.stems.values()), take.audio.samples, atol=1e-5)
    assert take.used["network"]["looks"] == pocket.STEPS
    assert take.used["network"]["parameters"] < 20e6


def test_a_bed_goes_on_and_a_loop_meets_itself():
    bed = effect(9.0, layer="bed").audio.samples
    halves = [float(np.sqrt(np.mean(np.square(half)))) for half in np.array_split(bed, 2, axis=1)]
    assert 0.25 < halves[0] / halves[1] < 4
    loop = effect(4.0, loop=True, layer="bed").audio.samples
    step = np.abs(np.diff(loop, axis=1)).max()
    assert np.abs(loop[:, 0] - loop[:, -1]).max() <= 1.5 * step


@pytest.mark.parametrize("source", [noise(4.0), noise(3.0, 8000, 1), noise(3.0, 44_100, 6)], ids=["two", "8k", "six"])
def test_a_repaint_keeps_every_sample_outside(source):
    made = edited("repaint", source, regions=[(1.0, 2.0)])
    assert made.samples.shape == source.samples.shape
    a, b = round(1.0 * source.rate), round(2.0 * source.rate)
    assert np.array_equal(made.samples[:, :a], source.samples[:, :a])
    assert np.array_equal(made.samples[:, b:], source.samples[:, b:])
    assert not np.array_equal(made.samples[:, a:b], source.samples[:, a:b])


def test_an_extension_goes_on_from_its_source_on_both_sides():
    source = noise(5.0)
    made = edited("extend", source, left_s=1.5, right_s=7.0)
    lead = round(1.5 * RATE)
    assert made.frames == round(13.5 * RATE)
    assert np.array_equal(made.samples[:, lead : lead + source.frames], source.samples)
    for part in (made.samples[:, : lead - 4800], made.samples[:, -3 * RATE :]):
        level_db = 20 * np.log10(np.sqrt(np.mean(np.square(part))) + 1e-9)
        assert level_db > -60  # something is there


def test_strokes_come_when_they_are_asked_for():
    from soundwright.dsp import onsets
    from soundwright.evaluate.onset import f_measure

    asked, scores = [0.3, 1.0, 1.9, 2.4], []
    for seed in range(4):
        plan = EffectPlan(duration_s=3.0, events=[EffectEvent(sound="door knock", duration_s=3.0, onsets_s=asked)])
        audio = engines.load("pocket").render(Task("effect", plan, 3.0, seed), Progress()).audio
        heard = np.array([one.time_s for one in onsets.onsets(audio)])
        scores.append(f_measure(np.array(asked), heard)["f"])
    assert np.mean(scores) > 0.6


def test_a_cover_is_as_far_as_its_strength_says():
    t = np.arange(2 * RATE) / RATE
    bell = np.exp(-3 * t) * np.sin(2 * np.pi * 880 * t)
    source = Audio(np.stack([bell, bell]).astype(np.float32) * 0.5, RATE)
    assert np.array_equal(edited("cover", source, strength=0.0).samples, source.samples)
    spectra = [np.abs(np.fft.rfft(one.samples[0])) ** 0.5 for one in
               (source, edited("cover", source, strength=0.25), edited("cover", source, strength=1.0))]  # fmt: skip
    alike = [float(np.corrcoef(spectra[0], one)[0, 1]) for one in spectra[1:]]
    assert alike[0] > alike[1]
    assert alike[0] > 0.6


def test_odd_sources():
    silent = Audio(np.zeros((1, RATE), np.float32), RATE)
    assert not edited("cover", silent).samples.any()
    assert edited("cover", Audio(np.full((1, 1), 0.1, np.float32), RATE)).frames == 1
    assert edited("repaint", silent, regions=[(0.2, 0.4)]).frames == RATE
    with pytest.raises(BadRequest, match="up to 120 s"):
        edited("cover", Audio(np.zeros((1, 8000 * 121), np.float32), 8000))
    with pytest.raises(BadRequest, match="effect plans and edits"):
        engines.load("pocket").render(Task("effect", "rain", 1.0, 0), Progress())


def test_like_varies_a_file(tmp_path):
    import soundfile

    path = tmp_path / "hum.wav"
    soundfile.write(path, noise(1.7).samples.T, RATE)
    pieces = studio.effect(EffectRequest(like=str(path), strength=0.4, variations=2, seed=4))
    assert [piece.audio.frames for piece in pieces] == [round(1.7 * RATE)] * 2
    assert not np.allclose(pieces[0].audio.samples, pieces[1].audio.samples, atol=0.01)
    assert pieces[0].facts["engine"]["name"] == "pocket"
    paths = pieces[0].save(tmp_path / "varied.wav")
    again, same = studio.again(next(one for one in paths if one.suffix == ".json"))
    assert same
    assert np.array_equal(again.audio.samples, pieces[0].audio.samples)
    for wrong, what in (({"engine": "foley"}, "takes no like"), ({"loop": True}, "leave out")):
        with pytest.raises(BadRequest, match=what):
            studio.effect(EffectRequest(like=str(path), **wrong))
    with pytest.raises(BadRequest):
        studio.effect(EffectRequest(like=str(tmp_path / "none.wav")))


def test_words_that_no_model_knows_are_played_all_the_same():
    piece = studio.effect(EffectRequest(prompt="zorbling quuxes", engine="pocket", duration_s=1.0))[0]
    assert piece.audio.frames == RATE


def test_a_cancelled_render_stops():
    tell = Progress()
    tell.listen = lambda stage, fraction, audio_s: tell.cancel() if stage == "render" and fraction > 0.2 else None
    plan = EffectPlan(duration_s=5.0, events=[EffectEvent(sound="rain", layer="bed")])
    with pytest.raises(Cancelled):
        engines.load("pocket").render(Task("effect", plan, 5.0, 1), tell)


def test_a_missing_or_broken_network_is_told_in_one_line(tmp_path):
    with pytest.raises(CannotRun, match="missing"):
        pocket.read(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(CannotRun, match="no pocket network") as told:
        pocket.read(tmp_path / "text.onnx")
    assert "\n" not in str(told.value)


def test_windows_go_through_a_sound_without_a_gap():
    canvas = Canvas.empty(20.0, pocket.Wish("rain", 20.0))
    kept, seen = canvas.kept.copy(), []
    while not kept.all():
        start, end = _window(kept)
        seen.append((start, end, int(kept[start:end].sum())))
        kept[start:end] = True
    assert seen[0] == (0, 150, 0)
    assert all(known == 50 for _, _, known in seen[1:])  # two seconds are heard of what precedes
    assert seen[-1][1] == len(kept)


def test_controls_say_what_is_asked_for():
    level = np.full(20, -45.0, np.float32)
    known = np.ones((20, pocket.DIMS), np.float32)
    kept = np.r_[np.ones(10), np.zeros(10)]
    wish = pocket.Wish("rain", 0.8, energy_db=level, onsets_s=(0.11, 5.0), known=known, kept=kept)
    rows = pocket.controls(wish, 10)
    assert rows.shape == (10, pocket.CONTROLS)
    assert rows[:5, : pocket.WIDTH].all()
    assert not rows[5:, : pocket.WIDTH].any()
    frames = rows[:, pocket.WIDTH + 2 * pocket.SPAN : -2].reshape(20, 2)
    assert np.flatnonzero(frames[:, 0]).tolist() == [2]
    assert frames[2, 1] == pytest.approx(0.75, abs=1e-5)
    assert (rows[:, -2:] == 1).all()
    assert not pocket.controls(pocket.Wish("rain", 0.8), 10).any()
