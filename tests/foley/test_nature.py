"""Weather, water, fire, animals and people: what physics and their makers say about them, measured."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import foley
from soundwright.dsp import filters, spectra
from soundwright.foley import bubbles, vocal
from soundwright.foley.models import liquids
from soundwright.seed import stream

TABLE = foley.table()
RATE = 24_000  # fast, and wide enough for all that is measured here
OURS = {
    "rain",
    "wind",
    "thunder",
    "water",
    "liquids",
    "fire",
    "air",
    "songbirds",
    "birds",
    "insects",
    "pets",
    "livestock",
    "wild",
    "people",
    "voices",
    "crowd",
    "ambience",
    "mouth",
    "poultry",
    "places",
    "sea_life",
    "earth",
    "kitchen",
    "leaves",
    "speech",
}
NATURE = {k: m for k, m in TABLE.items() if m.play.__module__.rsplit(".", 1)[-1] in OURS}
TEXTURES = [k for k, m in NATURE.items() if m.kind == "texture"]


def mono(name, seconds=4.0, seed=1, rate=RATE, **values):
    return foley.render(TABLE[name], values, round(seconds * rate), rate, stream(seed, name)).mean(axis=0)


def mel(x, bands=32):
    return spectra.log_mel(x, RATE, bands=bands, size=1024, hop=512, high_hz=11_000)


def centroid(x):
    power = np.abs(np.fft.rfft(x)) ** 2
    return float((np.fft.rfftfreq(len(x), 1 / RATE) * power).sum() / power.sum())


def envelope(x, hz=20, rate=RATE):
    step = rate // hz
    return np.sqrt((x[: len(x) // step * step].reshape(-1, step) ** 2).mean(axis=1))


def pitch(x, low, high):
    """Pitch of x between two limits: the first of the strong peaks of its autocorrelation."""
    spectrum = np.abs(np.fft.rfft(x - x.mean(), 2 * len(x))) ** 0.67  # compressed: formants weigh less
    lags = np.fft.irfft(spectrum)[: len(x)]
    lags = lags[int(RATE / high) : int(RATE / low)]
    strong = (lags[1:-1] > 0.8 * lags.max()) & (lags[1:-1] >= lags[:-2]) & (lags[1:-1] >= lags[2:])
    return RATE / (int(RATE / high) + 1 + int(np.argmax(strong)))


@pytest.mark.parametrize("name", TEXTURES)
def test_textures_hold_their_level_and_stay_whole_in_mono(name):
    x = foley.render(TABLE[name], {}, 3 * 16_000, 16_000, stream(3, name))
    rms = np.sqrt((x**2).mean())
    assert 0.01 < rms < 0.2
    assert np.sqrt((x.mean(axis=0) ** 2).mean()) > 0.45 * rms  # no cancelling between left and right


STEADY = [
    "rain",
    "rain on leaves",
    "rain on a tin roof",
    "rain on a window",
    "rain on water",
    "rain on an umbrella",
    "hail",
    "stream",
    "river",
    "waterfall",
    "shower",
    "tap",
    "boiling water",
    "steam hiss",
    "applause",
    "crowd murmur",
    "crowd cheer",
    "room tone",
    "cicadas",
]


@pytest.mark.parametrize("name", NATURE)
def test_another_seed_is_another_take(name):
    first, other = mono(name, 0.5, rate=12_000), mono(name, 0.5, seed=2, rate=12_000)
    length = min(len(first), len(other))
    assert not np.allclose(first[:length], other[:length], atol=1e-3)


@pytest.mark.parametrize("name", STEADY)
def test_seeds_are_takes_of_the_same_thing(name):
    takes = [10 * np.log10((10 ** (mel(mono(name, 3.0, seed)) / 10)).mean(axis=1) + 1e-9) for seed in (1, 2, 3)]
    spread = np.ptp([t - t.max() for t in takes], axis=0)
    loud = np.max(takes, axis=0) > np.max(takes) - 35
    assert np.median(spread[loud]) < 6.0


@pytest.mark.parametrize(
    "name", ["rain", "stream", "campfire", "wind in trees", "crickets", "crowd murmur", "applause"]
)
def test_textures_do_not_repeat(name):
    x = mono(name, 16.0)
    x = filters.highpass(x, 100.0, RATE)
    size = 2 * len(x)
    lags = np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2)[RATE : 12 * RATE] / (x**2).sum()
    assert np.abs(lags).max() < 0.5  # a loop would show a lag of 1 less what it has lost of its length


def test_bubbles_ring_by_minnaert_and_small_ones_die_sooner():
    assert bubbles.pitch(0.003) == pytest.approx(1000, rel=0.1)
    assert bubbles.damping(0.0005) > 5 * bubbles.damping(0.005)
    r = bubbles.radii(np.random.default_rng(1), 20_000, 0.5, 5.0, 1.5)
    assert r.min() >= 0.0005
    assert r.max() <= 0.005
    assert np.median(r) < 0.00165  # small ones are many


def test_formants_stand_where_they_are_asked():
    bins = np.arange(1.0, 4000.0)
    response = np.abs(vocal.frequency_response(bins, vocal.VOWELS["a"]))
    peaks = bins[1:-1][(response[1:-1] > response[:-2]) & (response[1:-1] > response[2:])]
    for wanted in vocal.VOWELS["a"]:
        assert np.abs(peaks - wanted).min() < 0.05 * wanted


def test_glottis_keeps_its_pitch():
    x = vocal.glottis(np.full(RATE, 220.0), RATE, np.random.default_rng(1), jitter=0.005)
    assert pitch(x, 150, 400) == pytest.approx(220, rel=0.02)


def test_pouring_rises():
    """The air column of a filling glass shortens: there is more energy at its climbing resonance than at its mirror."""
    x = mono("pouring", 4.0)
    pieces = x[: len(x) // 12 * 12].reshape(12, -1)
    power = np.abs(np.fft.rfft(pieces * np.hanning(pieces.shape[1]), axis=1)) ** 2
    hz = np.fft.rfftfreq(pieces.shape[1], 1 / RATE)
    note = liquids.air_column_hz(0.04 + 0.92 * (np.arange(12) + 0.5) / 12, 0.10 + 0.28 * 0.35, 0.03 + 0.07 * 0.35)
    climbing, falling = (
        np.array([p[np.abs(hz / f - 1) < 0.1].mean() / p[hz < 4000].mean() for p, f in zip(power, way, strict=True)])
        for way in (note, note[::-1])
    )
    ends = [0, 1, 2, 3, 8, 9, 10, 11]
    assert np.median(climbing[ends]) > 3 * np.median(falling[ends])
    assert note[-1] > 2 * note[0]


def test_fat_drops_sound_lower():
    assert centroid(mono("dripping water", 6, depth=1.0)) < 0.7 * centroid(mono("dripping water", 6, depth=0.0))
    assert centroid(mono("bubbles", 4, size=1.0)) < 0.6 * centroid(mono("bubbles", 4, size=0.0))


def test_heavier_rain_is_denser():
    """A drizzle is single drops; a downpour is a roar: the level inside it varies less."""

    def roughness(x):
        level = envelope(filters.highpass(x, 500.0, RATE), 200)
        return level.std() / level.mean()

    assert roughness(mono("rain", 5, intensity=0.0)) > 1.5 * roughness(mono("rain", 5, intensity=1.0))


def test_tin_rings_lower_and_longer_than_leaves_hiss():
    assert centroid(mono("rain on a tin roof")) < centroid(mono("rain on leaves"))
    assert centroid(mono("rain on an umbrella")) < centroid(mono("rain on a tin roof"))


@pytest.mark.parametrize("period", [6.5, 11.0])
def test_surf_comes_in_its_period(period):
    level = envelope(mono("ocean waves", 72.0, seed=4, rate=8000, period=period), 4, 8000)
    level = level - level.mean()
    lags = np.correlate(level, level, "full")[len(level) - 1 :]
    first, last = int(4 * 0.7 * period), int(4 * 1.4 * period)
    found = (first + int(np.argmax(lags[first:last]))) / 4
    assert found == pytest.approx(period, rel=0.2)
    assert lags[first:last].max() > 0.15 * lags[0]


@pytest.mark.parametrize("bpm", [50.0, 70.0, 140.0])
def test_heart_beats_at_its_rate(bpm):
    level = envelope(mono("heartbeat", 30.0, bpm=bpm), 100)
    spectrum = np.abs(np.fft.rfft(level - level.mean(), 1 << 16))
    hz = np.fft.rfftfreq(1 << 16, 1 / 100)
    near = (hz > 0.6 * bpm / 60) & (hz < 1.5 * bpm / 60)
    assert hz[near][np.argmax(spectrum[near])] * 60 == pytest.approx(bpm, rel=0.04)


def test_thunder_darkens_with_distance():
    assert centroid(mono("distant thunder", 10)) < 0.7 * centroid(mono("thunder", 9))
    near, far = mono("thunder", 9), mono("distant thunder", 10)
    assert np.argmax(envelope(near)) < 0.25 * len(envelope(near))  # the crack comes first
    assert len(far) > 5 * RATE


def test_wind_gets_brighter_as_it_gets_stronger():
    assert centroid(mono("wind", 10, strength=0.1)) < centroid(mono("wind", 10, strength=1.0))


def test_crackles_are_mostly_small():
    """Energies of fire crackles follow a power law: far from Gaussian."""
    x = filters.highpass(mono("campfire", 8.0), 2000.0, RATE)
    assert np.mean(x**4) / np.mean(x**2) ** 2 > 20


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("cow moo", 80, 320),
        ("sheep baa", 90, 420),
        ("cat meow", 350, 950),
        ("rooster", 450, 1000),
        ("owl", 250, 950),
        ("wolf howl", 250, 900),
        ("scream", 600, 1700),
        ("cuckoo", 450, 800),
        ("goose", 250, 650),
    ],
)
def test_voices_have_the_pitch_of_their_kind(name, low, high):
    x = mono(name)
    at = int(np.argmax(np.convolve(x**2, np.ones(2400), "same")))
    piece = x[max(at - 1200, 0) : at + 1200]
    assert low <= pitch(piece, 60, 2000) <= high


@pytest.mark.parametrize("name", ["dog bark", "cow moo", "crow", "lion roar", "wolf howl", "duck"])
def test_bigger_animals_sound_lower(name):
    knob = TABLE[name].knobs[0].name
    assert centroid(mono(name, **{knob: 1.0})) < 0.92 * centroid(mono(name, **{knob: 0.0}))


def test_birds_sing_above_voices_and_crickets_at_their_pitch():
    assert centroid(mono("birds chirping")) > 2200
    spectrum = np.abs(np.fft.rfft(mono("crickets", density=0.0)))
    assert 4000 < np.fft.rfftfreq(4 * RATE, 1 / RATE)[np.argmax(spectrum)] < 5300


@pytest.mark.parametrize("rate", [8000, 44_100, 96_000])
@pytest.mark.parametrize(
    "name", ["rain", "stream", "dog bark", "bird song", "laugh", "cicadas", "thunder", "steam hiss", "bee"]
)
def test_any_rate(name, rate):
    x = mono(name, 0.5, rate=rate)
    assert np.isfinite(x).all()
    assert np.abs(x).max() > 0.01
