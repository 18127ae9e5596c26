"""Things that move and tell: rhythms, counts, contours, firing, Doppler, cadences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from soundwright.foley import motors, table
from soundwright.seed import stream

RATE = 48000
MODELS = table()


def play(name: str, seed: int = 1, seconds: float | None = None, rate: int = RATE, **values: float) -> np.ndarray:
    model = MODELS[name]
    p = {k.name: float(values.get(k.name, k.default)) for k in model.knobs}
    x = model.play(p, round((seconds or model.natural_s) * rate), rate, stream(seed, name))
    return x if x.ndim == 1 else x.mean(axis=0)


def envelope(x: np.ndarray, hop: int = 240, rate: int = RATE) -> tuple[np.ndarray, float]:
    """RMS of x each `hop` samples, and its rate."""
    frames = x[: len(x) // hop * hop].reshape(-1, hop)
    return np.sqrt(np.mean(frames.astype(float) ** 2, axis=1)), rate / hop


def onsets(x: np.ndarray, apart_s: float, least: float = 0.15) -> np.ndarray:
    """Times of separate blows."""
    level, rate = envelope(x)
    peaks, _ = signal.find_peaks(
        np.append(0.0, level), height=least * level.max(), distance=max(int(apart_s * rate), 1)
    )
    return (peaks - 1) / rate


def strongest(x: np.ndarray, low: float, high: float, rate: int = RATE) -> float:
    """Frequency of the highest line between `low` and `high`."""
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 1 << int(np.ceil(np.log2(len(x))) + 1)))
    hz = np.fft.rfftfreq((len(spectrum) - 1) * 2, 1 / rate)
    inside = (hz >= low) & (hz <= high)
    return float(hz[inside][np.argmax(spectrum[inside])])


def rhythm(x: np.ndarray, low: float, high: float) -> float:
    """The strongest rate of the envelope between `low` and `high` a second."""
    level, rate = envelope(x, 96)
    return strongest(level - level.mean(), low, high, int(rate))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_as_many_knocks_as_asked(count):
    assert len(onsets(play("door knock", count=count), 0.12)) == count


@pytest.mark.parametrize(("name", "knob"), [("bicycle bell", "count"), ("car horn", "count"), ("hand bell", "count")])
def test_more_strokes_take_longer(name, knob):
    assert len(play(name, **{knob: 4})) > len(play(name, **{knob: 1})) + 0.3 * RATE


def test_bounces_come_faster_and_faster():
    gaps = np.diff(onsets(play("ball bounce", bounce=0.7), 0.1, 0.05))[:4]
    assert np.all(gaps[1:] < 0.85 * gaps[:-1])


@pytest.mark.parametrize("pace", [1.5, 2.8])
def test_steps_keep_the_pace(pace):
    x = play("footsteps on carpet", seconds=10, pace=pace)
    assert abs(rhythm(x, 0.6 * pace, 1.5 * pace) - pace) < 0.12 * pace


@pytest.mark.parametrize("ticks", [1.0, 2.0, 5.0])
def test_clock_ticks_exactly(ticks):
    x = MODELS["clock tick"].play({"size": 0.5, "rate": ticks}, 8 * RATE, RATE, stream(0))
    assert np.allclose(np.diff(onsets(x, 0.6 / ticks)), 1 / ticks, atol=0.011)


@pytest.mark.parametrize("rpm", [800.0, 3000.0])
@pytest.mark.parametrize("cylinders", [1, 4, 6])
def test_firing_follows_revolutions(rpm, cylinders):
    engine = motors.Engine(cylinders, uneven=0.02)
    x = motors.run(engine, np.full(2 * RATE, rpm), RATE, stream(1), 0.8)
    fires = rpm / 60 * cylinders / 2
    assert motors.firing_hz(rpm, engine) == pytest.approx(fires)
    lines = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
    hz = np.fft.rfftfreq(len(x), 1 / RATE)
    near = [lines[np.abs(hz - k * fires) < 1.0].sum() for k in range(1, 5)]
    between = [lines[np.abs(hz - (k + 0.37) * fires) < 1.0].sum() for k in range(1, 5)]
    assert sum(near) > 10 * sum(between)


def test_a_revved_engine_rises():
    x = play("car rev", count=1, seconds=2.5)
    quarter = len(x) // 4

    def centre(part):
        power = np.abs(np.fft.rfft(part)) ** 2
        return np.sum(np.fft.rfftfreq(len(part), 1 / RATE) * power) / power.sum()

    assert centre(x[quarter : 2 * quarter]) > 1.2 * centre(x[-quarter:])


def test_doppler_falls_through_the_pass():
    """A 440 Hz tone at 30 m/s: heard at 440 / (1 -+ v / c) before and after."""
    n = 8 * RATE
    x = np.sin(2 * np.pi * 440 * np.arange(n) / RATE).astype(np.float32)
    heard = motors.pass_by(x, RATE, 30.0, 3.0)
    mono = heard.mean(axis=0)
    assert strongest(mono[RATE : 2 * RATE], 300, 600) == pytest.approx(440 / (1 - 30 / 343), rel=0.01)
    assert strongest(mono[-2 * RATE : -RATE], 300, 600) == pytest.approx(440 / (1 + 30 / 343), rel=0.01)
    level, rate = envelope(mono)
    assert abs(np.argmax(level) / rate - 4.0) < 0.35
    left = heard[0, : 2 * RATE].std() > heard[1, : 2 * RATE].std()
    right = heard[1, -2 * RATE :].std() > heard[0, -2 * RATE :].std()
    assert left
    assert right


def test_faster_cars_pass_more_quickly():
    def width(speed):
        level, rate = envelope(play("car pass-by", seconds=8, speed=speed), 2400)
        return np.count_nonzero(level > 0.5 * level.max()) / rate

    assert width(0.9) < width(0.1)


def contour(x: np.ndarray, low: float, high: float, frame: int = 2048) -> np.ndarray:
    hz, _, power = signal.spectrogram(x, RATE, nperseg=frame, noverlap=frame // 2, nfft=4 * frame)
    inside = (hz > low) & (hz < high)
    return hz[inside][np.argmax(power[inside], axis=0)]


def test_police_wail_sweeps_600_to_1500():
    pitch = contour(play("police siren", seconds=10, mode=0.0), 450, 1700)
    assert np.percentile(pitch, 2) < 720
    assert np.percentile(pitch, 98) > 1350
    rises = np.count_nonzero(np.diff(signal.medfilt(pitch, 9)) > 0) / len(pitch)
    assert rises < 0.55  # up faster than down


def test_yelp_is_faster_than_wail():
    def turns(mode):
        pitch = contour(play("police siren", seconds=6, mode=mode), 450, 1700, 1024)
        middle = pitch > 0.5 * (pitch.min() + pitch.max())
        return np.count_nonzero(np.diff(middle.astype(int)) > 0) / 6

    assert turns(1.0) == pytest.approx(3.0, abs=0.6)
    assert turns(0.0) < 0.5


def test_ambulance_has_two_tones_a_fourth_apart():
    pitch = contour(play("ambulance siren", seconds=6), 380, 720)
    low, high = np.median(pitch[pitch < pitch.mean()]), np.median(pitch[pitch > pitch.mean()])
    assert high / low == pytest.approx(4 / 3, rel=0.03)


def test_old_telephone_rings_two_seconds_in_six_with_twenty_strokes_a_second():
    x = play("old telephone", seconds=12)
    level, rate = envelope(x)
    on = level > 0.1 * level.max()
    assert on[: int(1.9 * rate)].mean() > 0.95
    assert on[int(3.6 * rate) : int(5.9 * rate)].mean() < 0.05
    assert on[int(6.1 * rate) : int(7.9 * rate)].mean() > 0.95
    assert rhythm(x[: 2 * RATE], 12, 30) == pytest.approx(20, abs=1.0)


def test_smoke_alarm_is_temporal_three():
    level, rate = envelope(play("smoke alarm", seconds=8))
    on = level > 0.3 * level.max()
    starts = np.flatnonzero(np.diff(on.astype(int)) > 0) / rate
    assert np.allclose(np.diff(starts)[:4], [1.0, 2.0, 1.0, 1.0], atol=0.03)
    assert strongest(play("smoke alarm")[: RATE // 4], 1000, 8000) == pytest.approx(3150, rel=0.01)


def test_dial_tone_is_350_and_440():
    x = play("dial tone", seconds=2)
    assert strongest(x, 320, 395) == pytest.approx(350, abs=2)
    assert strongest(x, 400, 480) == pytest.approx(440, abs=2)


def test_dtmf_digits_are_a_row_and_a_column():
    x = play("dialing", count=1)
    rows, columns = np.array([697, 770, 852, 941]), np.array([1209, 1336, 1477])
    assert np.min(np.abs(rows - strongest(x, 650, 1000))) < 12
    assert np.min(np.abs(columns - strongest(x, 1150, 1550))) < 12


@pytest.mark.parametrize("blades", [9.0, 16.0])
def test_helicopter_slaps_at_its_blade_rate(blades):
    model = MODELS["helicopter"]
    x = model.play({"rate": blades}, 6 * RATE, RATE, stream(0))
    assert rhythm(x, 0.6 * blades, 1.5 * blades) == pytest.approx(blades, rel=0.06)


def test_laser_falls_and_jump_rises():
    laser, jump = contour(play("laser"), 150, 5000, 512), contour(play("game jump"), 150, 5000, 1024)
    assert laser[1] > 3 * laser[len(laser) // 2]
    assert jump[-2] > 1.5 * jump[0]


def test_church_bell_has_its_minor_third():
    x = play("church bell", size=0.5)
    nominal = 620 * 0.28**0.5
    for ratio in (0.5, 1.0, 1.2, 2.0):
        assert strongest(x, 0.96 * ratio * nominal, 1.04 * ratio * nominal) == pytest.approx(ratio * nominal, rel=0.01)


def test_explosion_darkens():
    x = play("explosion", debris=0.0)

    def centre(part):
        power = np.abs(np.fft.rfft(part)) ** 2
        return np.sum(np.fft.rfftfreq(len(part), 1 / RATE) * power) / power.sum()

    assert centre(x[: RATE // 5]) > 2 * centre(x[RATE : 2 * RATE])


def test_gunshot_is_over_in_a_moment_and_starts_at_once():
    for name in ("pistol shot", "rifle shot", "shotgun shot"):
        x = np.abs(play(name))
        assert np.argmax(x > 0.5 * x.max()) < 0.003 * RATE
        early = np.sum(x[: round(0.2 * RATE)] ** 2) / np.sum(x**2)
        assert early > 0.7, name


def test_machine_gun_keeps_its_rate():
    model = MODELS["machine gun"]
    x = model.play({"rate": 10.0}, 3 * RATE, RATE, stream(2))
    assert rhythm(x, 6, 15) == pytest.approx(10, abs=0.8)


def test_geiger_counts_are_poisson():
    model = MODELS["geiger counter"]
    x = model.play({"rate": 12.0}, 20 * RATE, RATE, stream(0))
    assert 140 < len(onsets(x, 0.01, 0.05)) < 330


def test_riser_rises_in_level_and_colour():
    x = play("riser", seconds=4)
    half = len(x) // 2
    assert x[half:].std() > 2 * x[:half].std()


def test_creak_is_faster_when_the_door_is():
    slow, fast = (rhythm(play("wood creak", 3, speed=s), 15, 140) for s in (0.1, 0.9))
    assert fast > slow
