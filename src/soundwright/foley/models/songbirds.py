"""Small birds that sing: rows of swept syllables (`foley.syrinx`), never the same phrase twice."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row, syllable

_PITCH = Knob(
    "pitch",
    0.5,
    0,
    1,
    "large bird (lower) to small bird (higher)",
    low_=0.2,
    big=0.2,
    large=0.15,
    high_=0.85,
    small=0.8,
    tiny=1.0,
    little=0.8,
)


def _scale(p) -> float:
    return 1.9 ** (p["pitch"] - 0.5)


def chirps(rng, rate, f=1.0):
    """Sparrow: a few rough chirps, each a fast rise and a longer fall between 3 and 6 kHz."""
    at, parts = 0.0, []
    top = rng.uniform(5000, 6200)
    for _ in range(rng.integers(2, 5)):
        s = f * rng.uniform(0.92, 1.08)
        length = rng.uniform(0.07, 0.12)
        chirp = syllable(
            rng, rate, length, 3300 * s, top * s, 3900 * s, 3100 * s, harmonics=(1, 0.25, 0.08), breath=0.12
        )
        parts.append((at, rng.uniform(0.7, 1), chirp))
        at += rng.uniform(0.25, 0.5)
    return row(rate, parts)


def whistles(rng, rate, f=1.0):
    """Blackbird: five or six fluted whistles of 1.5 to 3 kHz with slides, then a thin twitter above them."""
    at, parts = 0.0, []
    pitch = rng.uniform(1700, 2300)
    for _ in range(rng.integers(4, 7)):
        pitch = np.clip(pitch * 2 ** (rng.choice([-7, -4, -3, 3, 4, 5, 7]) / 12), 1450, 3000)
        length = rng.uniform(0.12, 0.32)
        bend = rng.choice([0.88, 1.0, 1.12, 1.2], 2)
        parts.append(
            (
                at,
                rng.uniform(0.7, 1),
                syllable(
                    rng,
                    rate,
                    length,
                    pitch * bend[0] * f,
                    pitch * f,
                    pitch * bend[1] * f,
                    harmonics=(1, 0.1, 0.02),
                    trill_hz=28,
                    trill=rng.choice([0, 0, 0.03]),
                ),
            )
        )
        at += length + rng.uniform(0.03, 0.12)
    for _ in range(rng.integers(3, 7)):
        hz = rng.uniform(3800, 6800) * f
        parts.append((at, 0.25, syllable(rng, rate, 0.05, hz, hz * rng.uniform(0.6, 1.4), harmonics=(1,))))
        at += rng.uniform(0.06, 0.1)
    return row(rate, parts)


def trills(rng, rate, f=1.0):
    """Canary: the same sweep repeated 10 to 25 times a second, then another one."""
    at, parts = 0.0, []
    for _ in range(rng.integers(2, 4)):
        low, high = rng.uniform(2200, 3600) * f, rng.uniform(3800, 6200) * f
        length, count = rng.uniform(0.03, 0.075), rng.integers(6, 16)
        for k in range(count):
            parts.append((at, 0.6 + 0.4 * k / count, syllable(rng, rate, length, high, low, harmonics=(1, 0.06))))
            at += length * 1.35
        at += 0.06
    return row(rate, parts)


def see_saw(rng, rate, f=1.0):
    """Great tit: two clear notes in turn ("teacher teacher"), about 3.5 and 5 kHz, four times a second."""
    high, low = rng.uniform(4700, 5400) * f, rng.uniform(3300, 3900) * f
    parts, at = [], 0.0
    for _ in range(rng.integers(3, 7)):
        parts.append((at, 0.8, syllable(rng, rate, 0.09, high, high * 0.98, harmonics=(1, 0.04))))
        parts.append((at + 0.13, 1.0, syllable(rng, rate, 0.14, low * 1.03, low, harmonics=(1, 0.05))))
        at += 0.34
    return row(rate, parts)


def rattle(rng, rate, f=1.0):
    """Chaffinch: a falling series of short notes that hurries into a flourish."""
    parts, at, gap = [], 0.0, 0.17
    for k in range(12):
        hz = (5300 - 210 * k) * f
        parts.append((at, 0.5 + 0.04 * k, syllable(rng, rate, 0.06, hz * 1.2, hz * 0.8, harmonics=(1, 0.08))))
        at += gap
        gap *= 0.93
    parts.append((at, 1.0, syllable(rng, rate, 0.2, 3000 * f, 4400 * f, 2500 * f, 3600 * f, harmonics=(1, 0.1))))
    return row(rate, parts)


def calls(rng, rate, f=1.0):
    """Robin and wren: thin warbles that wander quickly between 2.5 and 7 kHz."""
    parts, at = [], 0.0
    for _ in range(rng.integers(5, 11)):
        hz = rng.uniform(2600, 6500, 4) * f
        length = rng.uniform(0.06, 0.2)
        parts.append(
            (
                at,
                rng.uniform(0.5, 1),
                syllable(
                    rng,
                    rate,
                    length,
                    *hz[: rng.integers(2, 5)],
                    harmonics=(1, 0.06),
                    trill_hz=rng.uniform(25, 45),
                    trill=rng.choice([0.0, 0.05]),
                ),
            )
        )
        at += length + rng.uniform(0.01, 0.09)
    return row(rate, parts)


SONGS = (chirps, whistles, trills, see_saw, rattle, calls)
SINGERS = (trills, see_saw, rattle, calls)  # those that are no one else's: sparrow and blackbird have their own models


def chorus(rng, n: int, rate: int, birds: int, gap_s: float, f: float = 1.0, far: float = 0.7) -> np.ndarray:
    """Many birds `[2, n]`: each keeps its place, its distance and its kind of song, and rests about `gap_s`."""
    out = np.zeros((2, n), np.float32)
    for k in range(birds):
        song, own = SONGS[(k + rng.integers(2)) % len(SONGS)], f * rng.uniform(0.88, 1.14)
        metres = 1 + rng.exponential(2.5 * far)
        place = curves.pans(rng, 1, 0.9) / metres
        layer = np.zeros((2, n), np.float32)
        at = rng.uniform(-0.5, 0.5 * gap_s) if k else rng.uniform(0, 0.2)
        while at * rate < n:
            phrase = song(rng, rate, own) * rng.uniform(0.7, 1.0)
            if at >= 0:
                curves.lay(layer, [round(at * rate)], [phrase], place)
            at += len(phrase) / rate + gap_s * rng.uniform(0.4, 1.6)
        out += filters.lowpass(layer, 16000 / metres**0.7, rate, 1)
    return out


@sound(
    "birds chirping",
    ucs="BIRDSong",
    kind="texture",
    natural_s=8.0,
    words="birds birdsong chirping chirp tweeting twitter singing songbirds birdcall morning dawn bird",
    knobs=(
        Knob("birds", 5, 1, 10, "how many birds", few=2, single=1, many=9, several=5),
        Knob("activity", 0.6, 0, 1, "rare to busy", quiet=0.2, sparse=0.1, busy=0.9, lively=0.9),
        _PITCH,
    ),
)
def birds_chirping(p, n, rate, rng):
    """Several small birds sing from their own perches, each with its own kind of song and its own rests."""
    x = chorus(rng, n, rate, round(p["birds"]), 4.2 - 3.6 * p["activity"], _scale(p))
    air = filters.shape(curves.wide(rng, n), (100, 400, 2000, 8000), (0, -6, -18, -34), rate)
    return curves.level(curves.level(x, 0.1) + 0.005 * air)


@sound(
    "bird song",
    ucs="BIRDSong",
    kind="event",
    natural_s=2.5,
    words="bird songbird song robin wren finch canary warble trill tweet",
    knobs=(_PITCH, Knob("tempo", 0.5, 0, 1, "leisurely to hurried", slow=0.1, fast=0.9)),
)
def bird_song(p, n, rate, rng):
    """One small bird sings a phrase or two: a canary's, a tit's, a finch's or a wren's."""
    speed, own = (0.7 + 0.6 * p["tempo"]) * curves.about(rng, 1.0, 0.15), _scale(p) * curves.about(rng, 1.0, 0.1)
    low = max(int(rate / speed), 4000)
    parts, at = [], 0.0
    for _ in range(rng.integers(1, 3)):
        phrase = SINGERS[rng.integers(len(SINGERS))](rng, low, own / speed)
        parts.append((at, rng.uniform(0.7, 1.0), phrase))
        at += len(phrase) / rate + rng.uniform(0.2, 0.6) / speed
    return curves.peaked(row(rate, parts), 0.7)


@sound(
    "sparrow",
    ucs="BIRDSong",
    kind="event",
    natural_s=1.6,
    words="sparrow chirp chirps cheep house tweet",
    knobs=(_PITCH,),
)
def sparrow(p, n, rate, rng):
    """A house sparrow: a handful of rough chirps."""
    return curves.peaked(chirps(rng, rate, _scale(p)), 0.7)


@sound(
    "blackbird",
    ucs="BIRDSong",
    kind="event",
    natural_s=2.2,
    words="blackbird thrush nightingale melodious fluting robin whistling",
    knobs=(_PITCH,),
)
def blackbird(p, n, rate, rng):
    """A blackbird's fluted phrase with its twittered end."""
    return curves.peaked(whistles(rng, rate, _scale(p)), 0.7)


@sound(
    "cuckoo",
    ucs="BIRDMisc",
    kind="event",
    natural_s=3.0,
    words="cuckoo",
    knobs=(
        Knob("calls", 3, 1, 8, "how many calls", once=1, twice=2),
        Knob("pitch", 0.5, 0, 1, "lower to higher", low_=0.1, high_=0.9),
    ),
)
def cuckoo(p, n, rate, rng):
    """A cuckoo: two soft notes a third apart, near 670 and 540 Hz, every 1.2 seconds."""
    f = 1.3 ** (p["pitch"] - 0.5)
    high, low = 672.0 * f, 672.0 * f / rng.uniform(1.2, 1.27)
    soft = (1, 0.14, 0.04, 0.01)
    parts = []
    for k in range(round(p["calls"])):
        parts.append(
            (1.22 * k, 1.0, syllable(rng, rate, 0.17, high * 0.94, high * 1.02, high, harmonics=soft, breath=0.03))
        )
        parts.append(
            (1.22 * k + 0.33, 0.85, syllable(rng, rate, 0.3, low * 0.98, low, low * 0.985, harmonics=soft, breath=0.03))
        )
    return curves.peaked(row(rate, parts), 0.7)


@sound(
    "chick",
    ucs="BIRDFowl",
    kind="event",
    natural_s=1.8,
    words="chick chicks peep peeping cheep hatchling nestling duckling",
    knobs=(_PITCH, Knob("distress", 0.3, 0, 1, "content to lost", calm=0.0, content=0.0, lost=1.0)),
)
def chick(p, n, rate, rng):
    """Day-old chicks: peeps that fall from 5 to 3 kHz; longer, louder and more of them when lost."""
    f, need = _scale(p), p["distress"]
    parts, at = [], 0.0
    for _ in range(rng.integers(4, 7)):
        length = rng.uniform(0.06, 0.1) + 0.12 * need
        hz = rng.uniform(4300, 4900) * f
        peep = syllable(
            rng, rate, length, hz * 0.95, hz, hz * (0.86 - 0.15 * need), harmonics=(1, 0.15, 0.05), attack=0.12
        )
        parts.append((at, rng.uniform(0.6, 1), peep))
        at += length + rng.uniform(0.12, 0.28)
    return curves.peaked(row(rate, parts), 0.65)
