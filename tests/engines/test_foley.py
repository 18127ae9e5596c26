"""The foley engine on real plans: exact length, same seed same sound, stems, loops, and what plans say about place."""

import numpy as np
import pytest

from soundwright.engines.contract import Task
from soundwright.engines.foley import FoleyEngine
from soundwright.errors import BadRequest, Cancelled
from soundwright.plan.effect import EffectPlan, write_effect
from soundwright.progress import Progress


def play(plan, seed=0, **options):
    return FoleyEngine().render(
        Task("effect", plan, plan.duration_s, seed, plan.prompt, plan.loop, options), Progress()
    )


def one(sound, total_s=3.0, space="dry", loop=False, **event):
    """A plan of a single event."""
    return EffectPlan(duration_s=total_s, space=space, loop=loop, events=[{"sound": sound, **event}])


def level(x):
    return float(10 * np.log10(np.mean(np.square(x, dtype=np.float64)) + 1e-12))


def centroid(x, rate=48_000):
    power = np.abs(np.fft.rfft(x.mean(axis=0))) ** 2
    return float((np.fft.rfftfreq(x.shape[1], 1 / rate) * power).sum() / power.sum())


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 7.3, 30.0])
def test_length_is_exact_and_nothing_clips(duration_s):
    audio = play(write_effect("wind with a door slam in a church", duration_s=duration_s)).audio
    assert audio.samples.shape == (2, round(duration_s * 48_000))
    assert 0.05 < audio.peak <= 0.71


def test_same_seed_same_samples_and_another_seed_another_take():
    plan = write_effect("rain on a tin roof with distant thunder", duration_s=4)
    first, again, other = play(plan, 7), play(plan, 7), play(plan, 8)
    assert np.array_equal(first.audio.samples, again.audio.samples)
    assert abs(np.corrcoef(first.audio.samples[0], other.audio.samples[0])[0, 1]) < 0.5
    assert abs(level(first.audio.samples) - level(other.audio.samples)) < 6
    assert 0.5 < centroid(first.audio.samples) / centroid(other.audio.samples) < 2


def test_stems_sum_to_the_audio():
    take = play(write_effect("campfire with an owl and distant thunder in a cave", duration_s=5))
    assert len(take.stems) == 3
    total = np.sum([stem.samples for stem in take.stems.values()], axis=0)
    assert np.abs(total - take.audio.samples).max() < 1e-5
    assert set(take.used["models"]) == {"campfire", "owl", "distant thunder"}


def test_repeats_are_not_copies():
    def slams(second):
        events = [{"sound": "door slam", "take": "1"}, {"sound": "door slam", "start_s": 2.0, "take": second}]
        x = play(EffectPlan(duration_s=4, space="dry", events=events)).audio.samples[0]
        return np.abs(x[:90_000] - x[96_000:186_000]).max()

    assert slams("2") > 0.05
    assert slams("1") < 1e-5


@pytest.mark.parametrize(
    "prompt", ["heavy rain", "stream with an owl", "wind in the trees with a distant car horn in a canyon"]
)
def test_loop_meets_its_beginning(prompt):
    x = play(write_effect(prompt, duration_s=5, loop=True, seed=2)).audio.samples
    assert x.shape[1] == 240_000
    steps = np.abs(np.diff(x, axis=1))
    seam = np.abs(x[:, 0] - x[:, -1])
    assert (seam <= np.quantile(steps, 0.9999, axis=1) + 1e-4).all()
    if prompt == "heavy rain":
        ends, middle = np.concatenate([x[:, -9600:], x[:, :9600]], axis=1), x[:, 110_000:130_000]
        assert abs(level(ends) - level(middle)) < 2


def test_what_rings_past_the_end_fades_to_nothing():
    x = play(write_effect("rain in a church", duration_s=3)).audio.samples
    assert np.abs(x[:, -1]).max() < 1e-3
    assert level(x[:, -48_000:-24_000]) > -50


def test_what_rings_past_the_end_of_a_loop_comes_round():
    x = play(one("metal impact", 4.0, "church", True, start_s=3.5)).audio.samples
    assert level(x[:, :24_000]) > level(x[:, 100_000:124_000]) + 3


def test_pan_and_its_curve():
    left = play(one("stream", pan_curve=[(0, -0.9)])).audio.samples
    assert level(left[0]) > level(left[1]) + 10
    across = play(one("stream", pan_curve=[(0, -0.9), (3, 0.9)], duration_s=3.0)).audio.samples
    assert level(across[0, :24_000]) > level(across[1, :24_000]) + 6
    assert level(across[1, -40_000:-16_000]) > level(across[0, -40_000:-16_000]) + 6


def test_level_curve():
    x = play(one("stream", 4.0, duration_s=4.0, layer="bed", level_curve=[(0, -24), (4, 0)])).audio.samples
    assert level(x[:, 120_000:150_000]) - level(x[:, 24_000:54_000]) == pytest.approx(12, abs=2.5)


def test_distance_is_duller_and_softer():
    beside = {"sound": "stream", "duration_s": 3.0, "take": "b"}
    both = play(
        EffectPlan(
            duration_s=3, space="dry", events=[beside, {"sound": "hammer", "duration_s": 3.0, "distance_m": 100}]
        )
    )
    near = play(EffectPlan(duration_s=3, space="dry", events=[beside, {"sound": "hammer", "duration_s": 3.0}]))
    assert level(both.stems["hammer"].samples) < level(near.stems["hammer"].samples) - 8
    assert centroid(both.stems["hammer"].samples) < 0.6 * centroid(near.stems["hammer"].samples)


def test_distance_is_wetter():
    def share(metres):
        x = play(one("door slam", 3.0, "cave", distance_m=metres)).audio.samples
        return level(x[:, 72_000:]) - level(x[:, :24_000])

    assert share(40.0) > share(1.0) + 2


def test_a_wall_takes_the_highs():
    assert centroid(play(one("hail", muffled=True)).audio.samples) < 0.3 * centroid(play(one("hail")).audio.samples)


def test_passing_by_swells_and_falls_in_pitch():
    far = [(t, float(np.hypot(20 * (t - 3), 2.0))) for t in np.linspace(0, 6, 40).tolist()]
    x = play(one("train horn", 6.0, duration_s=6.0, path=far)).audio.samples
    middle, start, end = x[:, 130_000:158_000], x[:, 10_000:40_000], x[:, -60_000:-24_000]
    assert level(middle) > level(start) + 6
    assert level(middle) > level(end) + 6


def test_space_rings_on():
    dry, wet = (play(one("wood impact", 3.0, space)).audio.samples for space in ("dry", "church"))
    assert level(wet[:, 48_000:]) > level(dry[:, 48_000:]) + 15


@pytest.mark.parametrize("rate", [16_000, 44_100, 96_000])
def test_other_rates(rate):
    audio = play(write_effect("hail with a door slam", duration_s=1.5), rate=rate).audio
    assert (audio.rate, audio.frames) == (rate, round(1.5 * rate))
    assert audio.peak > 0.05


def test_wrong_plans_are_told():
    with pytest.raises(BadRequest, match="did you mean"):
        play(one("rain", model="rain on a tin rof"))
    with pytest.raises(BadRequest, match="no knob"):
        play(one("rain", knobs={"wetnes": 1.0}))
    with pytest.raises(BadRequest, match="EffectPlan"):
        FoleyEngine().render(Task("effect", {"events": []}, 3.0, 0), Progress())


def test_can_be_cancelled():
    tell = Progress()
    tell.cancel()
    plan = write_effect("rain")
    with pytest.raises(Cancelled):
        FoleyEngine().render(Task("effect", plan, plan.duration_s, 0), tell)
