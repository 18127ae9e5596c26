"""Many people: each is one voice or one pair of hands; only their number makes a crowd."""

from __future__ import annotations

import numpy as np
from scipy import fft

from soundwright.dsp import filters, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.people import pitch, throat
from soundwright.foley.models.voices import laughter

_SIZE = Knob(
    "size", 0.5, 0, 1, "a few people to a stadium", small=0.15, few=0.05, big=0.8, large=0.85, huge=1.0, stadium=1.0
)


def talkers(rng, rate: int, ages, syllables: int, lift: float = 1.0) -> list[list[np.ndarray]]:
    """For each age a bank of `syllables` spoken syllables: a glide between two vowels, often with a consonant.

    All are voiced at once as rows of one matrix: each is filtered with both vowels and cross-faded between them.
    """
    n = round(0.3 * rate)
    size = int(fft.next_fast_len(n + round(0.05 * rate), real=True) or n)
    bins = fft.rfftfreq(size, 1 / rate)
    names = list(vocal.VOWELS)
    fade = np.linspace(0, 1, size, dtype=np.float32)
    t = np.arange(size) / rate
    banks = []
    for age in ages:
        length_m, base = throat(age), pitch(age) * rng.uniform(0.85, 1.15) * lift
        rises = rng.uniform(-0.25, 0.2, syllables)
        hz = base * np.concatenate([rng.uniform(0.85, 1.25) * (1 + r * np.linspace(0, 1, n)) for r in rises])
        source = vocal.glottis(hz, rate, rng, jitter=0.012, shimmer=0.08, breath=0.12, tilt_hz=2500 * lift**2).reshape(
            syllables, n
        )
        seconds = rng.uniform(0.11, 0.24, syllables)
        hull = np.stack([np.interp(t, (0, 0.025, s * 0.7, s), (0, 1, 0.7, 0)) for s in seconds])
        spectra = fft.rfft(source * hull[:, :n], size)
        pair = [
            np.stack(
                [
                    vocal.frequency_response(bins, np.array(vocal.VOWELS[names[k]]) * 0.17 / length_m)
                    for k in rng.integers(0, len(names), syllables)
                ]
            )
            for _ in range(2)
        ]
        voiced = np.asarray(fft.irfft(spectra * pair[0], size)) * (1 - fade)
        voiced += np.asarray(fft.irfft(spectra * pair[1], size)) * fade
        voiced /= np.maximum(np.abs(voiced).max(axis=1, keepdims=True), 1e-9)
        hisses = noise.white(rng, (syllables, size)) * np.where(t < 0.09, np.sin(np.pi * t / 0.09), 0)
        hisses = filters.bandpass(hisses, 3500, 8500, rate, 1) * rng.choice([0, 0, 0, 0.5, 1.0], syllables)[:, None]
        pause = round(0.06 * rate)
        voiced = np.concatenate([np.zeros((syllables, pause)), voiced], axis=1)
        voiced[:, :size] += 0.16 * hisses
        banks.append(list(voiced.astype(np.float32)))
    return banks


def babble(rng, n: int, rate: int, banks, voices: int, pace: float = 4.6, chat: float = 0.6) -> np.ndarray:
    """`voices` people talk at once `[2, n]`: phrases of a second or two, rests between them, each at a place."""
    out = np.zeros((2, n), np.float32)
    for k in range(voices):
        bank = banks[k % len(banks)]
        place = curves.pans(rng, 1, 0.95) / (1 + rng.exponential(1.2))
        at = rng.uniform(-2.5, 0.6)
        while at * rate < n:
            words = rng.integers(3, 12)
            for w in range(words):
                if at >= 0 and at * rate < n:
                    stress = rng.uniform(0.45, 1.0) * np.interp(w / words, (0, 0.2, 1), (0.9, 1, 0.6))
                    curves.lay(out, [round(at * rate)], [bank[rng.integers(len(bank))]], place * np.float32(stress))
                at += rng.uniform(0.7, 1.35) / pace
            at += rng.exponential(2.2 * (1.05 - chat))
    return out


def _ages(rng, count, low=0.3, high=0.95):
    return rng.uniform(low, high, count)


@sound(
    "crowd murmur",
    ucs="CRWDWalla",
    kind="texture",
    natural_s=8.0,
    words="crowd murmur walla people talking chatter babble speech conversation hubbub audience "
    "voices talk restaurant party",
    knobs=(
        _SIZE,
        Knob("liveliness", 0.5, 0, 1, "hushed to excited", quiet=0.1, hushed=0.05, lively=0.8, excited=0.95, loud=0.9),
    ),
)
def crowd_murmur(p, n, rate, rng):
    """Walla: a room of people who talk at once; words cannot be made out, since every syllable is drawn at random."""
    lift = 0.92 + 0.35 * p["liveliness"]
    banks = talkers(rng, rate, _ages(rng, 9), 8, lift)
    count = 5 + round(30 * p["size"])
    near = babble(rng, n, rate, banks, count, 4.2 + p["liveliness"], 0.45 + 0.45 * p["liveliness"])
    bed = filters.shape(
        curves.wide(rng, n, 0.2), (90, 250, 500, 1000, 2000, 4000, 8000), (-18, -5, 0, -5, -12, -20, -32), rate
    )
    bed *= curves.turns(rng, n, rate, 4.0, 0.6, 1.15) * curves.turns(rng, n, rate, 0.4, 0.85, 1.1)
    return curves.level(curves.level(near, 0.1) + (0.015 + 0.05 * p["size"]) * bed)


@sound(
    "applause",
    ucs="CRWDApls",
    kind="texture",
    natural_s=6.0,
    words="applause clapping clap claps ovation audience hands clapped crowd",
    knobs=(
        _SIZE,
        Knob("enthusiasm", 0.6, 0, 1, "polite to rapturous", polite=0.1, sparse=0.1, enthusiastic=0.9, thunderous=1.0),
    ),
)
def applause(p, n, rate, rng):
    """Dozens to hundreds of clappers, each with hands of its own (a cavity of 0.6 to 2.5 kHz) and a rate of 2.5 to
    5 claps a second.
    """
    people = round(6 * 40.0 ** p["size"])
    near = min(people, 60)
    length = round(0.05 * rate)
    t = np.arange(length) / rate
    out = np.zeros((2, n), np.float32)
    for k in range(near):
        centre = 600 * 3.0 ** rng.uniform()
        clap = filters.bandpass(noise.white(rng, (4, length)), 0.6 * centre, 1.7 * centre, rate, 1)
        clap = clap * np.exp(-t * rng.uniform(130, 300)) * np.minimum(t / 0.0008, 1)
        clap += 0.1 * filters.highpass(noise.white(rng, (4, length)), 2500, rate, 1) * np.exp(-t * 700)
        clap /= np.maximum(np.abs(clap).max(), 1e-9)
        pace = rng.uniform(2.6, 3.8) * (0.85 + 0.45 * p["enthusiasm"])
        count = int(n / rate * pace * 1.2) + 3
        at = (np.cumsum(rng.normal(1, 0.06, count).clip(0.5)) / pace - rng.uniform(0, 1) / pace) * rate
        at = at[(at >= 0) & (at < n)].astype(int)
        place = curves.pans(rng, 1, 0.95) / (0.7 + rng.exponential(1.0 if k > 3 else 0.3))
        curves.lay(out, at, clap[rng.integers(0, 4, len(at))], place * rng.uniform(0.6, 1, len(at)).astype(np.float32))
    if people > near:
        hiss = filters.shape(
            curves.wide(rng, n, 0.15), (150, 500, 1000, 2200, 5000, 12000), (-22, -6, 0, -1, -8, -18), rate
        )
        hiss *= curves.turns(rng, n, rate, 18.0, 0.75, 1.2)
        out = curves.level(out, 0.1) + np.float32(0.045 * np.log(people / near)) * hiss
    # a hall takes the highs of all but the first row, and the whole surges as people join in and tire
    out = filters.lowpass(out, 11000.0 - 5500.0 * p["size"], rate, 2)
    return curves.level(out * curves.turns(rng, n, rate, 0.5, 0.8, 1.15))


@sound(
    "single clap",
    ucs="HMNSkin",
    kind="event",
    natural_s=0.5,
    words="clap hands slap handclap",
    knobs=(
        Knob("claps", 1, 1, 8, "how many", once=1, twice=2, slow=3),
        Knob("cup", 0.5, 0, 1, "flat (bright) to cupped (hollow)", flat=0.1, cupped=0.95),
    ),
)
def single_clap(p, n, rate, rng):
    """Two hands meet: a crack of escaping air and the ring of the cavity between the palms."""
    total = round((0.25 + 0.45 * (round(p["claps"]) - 1)) * rate)
    out = np.zeros((2, total), np.float32)
    for k in range(round(p["claps"])):
        at = [round(0.45 * k * rng.uniform(0.95, 1.0) * rate)]
        body = curves.puffs(rng, total, rate, at, 110.0, np.ones((2, 1), np.float32), 0.0006)
        centre = 1900 - 1150 * p["cup"]
        crack = curves.puffs(rng, total, rate, at, 900.0, np.ones((2, 1), np.float32))
        out += filters.bandpass(body, 0.6 * centre, 1.6 * centre, rate, 1) + 0.6 * (
            1 - 0.6 * p["cup"]
        ) * filters.highpass(crack, 1500, rate, 1)
    return curves.peaked(out, 0.8)


def _shouts(rng, rate, count, high):
    """Cheers of single people: "yeah", "woo", "hey" held half a second to a second and a half."""
    shouts = []
    for _ in range(count):
        age, n = rng.uniform(0.2, 0.95), round(rng.uniform(0.5, 1.5) * rate)
        base = pitch(age) * rng.uniform(1.8, 2.7) * high
        hz = (
            base
            * curves.contour(n, (0, 0.8), (0.2, 1.1), (0.6, 1.05), (1, 0.8))
            * (1 + 0.01 * curves.turns(rng, n, rate, 7, -1, 1))
        )
        track = vocal.vowels(rng.choice(["i ae a a", "u u u", "e e i", "a a a", "o o u"]), throat(age))
        x = vocal.say(hz, track, rate, rng, jitter=0.015, shimmer=0.12, doubling=0.12, breath=0.25, tilt_hz=6000)
        shouts.append(x * curves.swell(n, rate, 0.1, 0.3))
    return shouts


@sound(
    "crowd cheer",
    ucs="CRWDCheer",
    kind="texture",
    natural_s=6.0,
    words="cheer cheering crowd cheers yelling stadium fans hooray celebration roar goal shouting audience",
    knobs=(_SIZE, Knob("joy", 0.7, 0, 1, "encouraging to ecstatic", wild=1.0, ecstatic=1.0, excited=0.9)),
)
def crowd_cheer(p, n, rate, rng):
    """Long vowels shouted by everybody at once, whistles among them, and the roar of those too far to tell apart."""
    bank = _shouts(rng, rate, 16, 0.85 + 0.3 * p["joy"])
    at = noise.instants(rng, n + rate, rate, 14 * 6.0 ** p["size"]) - rate
    out = np.zeros((2, n), np.float32)
    for start in at:
        shout = bank[rng.integers(len(bank))]
        shout = shout[max(-start, 0) :]
        if len(shout):
            curves.lay(out, [max(start, 0)], [shout], curves.pans(rng, 1, 0.95) * rng.uniform(0.15, 1) ** 2)
    points = (150, 400, 800, 1300, 2200, 4000, 9000)
    roar = filters.shape(curves.wide(rng, n, 0.15), points, (-14, -4, 0, -1, -7, -14, -28), rate)
    roar *= curves.turns(rng, n, rate, 0.5, 0.75, 1.15) * curves.turns(rng, n, rate, 6, 0.85, 1.1)
    for start in noise.instants(rng, n, rate, 0.6 * p["joy"]):
        m = round(rng.uniform(0.3, 0.7) * rate)
        hz = rng.uniform(2200, 3200) * curves.contour(m, (0, 0.8), (0.4, 1.15), (1, 0.9))
        toot = np.sin(2 * np.pi * np.cumsum(hz) / rate).astype(np.float32) * curves.swell(m, rate, 0.03, 0.06)
        curves.lay(out, [start], [toot], curves.pans(rng, 1, 0.9) * rng.uniform(0.04, 0.25))
    return curves.level(curves.level(out, 0.1) + (0.04 + 0.1 * p["size"]) * roar)


@sound(
    "children playing",
    ucs="CRWDChld",
    kind="texture",
    natural_s=8.0,
    words="children kids playing playground school laughing shouting child schoolyard recess",
    knobs=(_SIZE, Knob("liveliness", 0.6, 0, 1, "calm to wild", calm=0.1, wild=1.0, lively=0.8)),
)
def children_playing(p, n, rate, rng):
    """A playground: high voices that talk over each other, calls, squeals and laughter from all sides."""
    banks = talkers(rng, rate, rng.uniform(0.0, 0.12, 6), 8, 1.15 + 0.2 * p["liveliness"])
    out = babble(rng, n, rate, banks, 3 + round(11 * p["size"]), 4.8, 0.5)
    for start in noise.instants(rng, n, rate, 0.5 + 1.6 * p["liveliness"]):
        m = round(rng.uniform(0.25, 0.9) * rate)
        hz = rng.uniform(520, 1150) * curves.contour(m, (0, 0.8), (0.3, 1.15), (0.7, 1.05), (1, 0.8))
        track = vocal.vowels(rng.choice(["i i", "e a", "a ae", "u i"]), 0.11)
        call = vocal.say(hz, track, rate, rng, jitter=0.012, shimmer=0.1, breath=0.15, tilt_hz=7000)
        curves.lay(
            out, [start], [call * curves.swell(m, rate, 0.06, 0.15)], curves.pans(rng, 1, 0.9) * rng.uniform(0.25, 1)
        )
    giggles = [laughter(rng, rate, rng.uniform(0, 0.1), 0.5) for _ in range(2)]
    for start in noise.instants(rng, n, rate, 0.12 + 0.2 * p["liveliness"]):
        curves.lay(out, [start], [giggles[rng.integers(2)]], curves.pans(rng, 1, 0.9) * rng.uniform(0.3, 0.8))
    air = filters.shape(curves.wide(rng, n), (60, 300, 1500, 6000), (0, -8, -18, -34), rate)
    return curves.level(curves.level(out, 0.1) + 0.012 * air)


@sound(
    "crowd laughing",
    ucs="CRWDLaff",
    kind="event",
    natural_s=4.0,
    words="audience laughter laughing crowd sitcom comedy laugh track",
    knobs=(_SIZE, Knob("joy", 0.5, 0, 1, "titter to roars", tittering=0.05, hysterical=1.0)),
)
def crowd_laughing(p, n, rate, rng):
    """An audience laughs: bouts that begin within a moment of each other and die out one by one."""
    total = max(round(3.0 * rate), min(n, round(12 * rate)))
    bank = [
        laughter(rng, rate, rng.uniform(0.2, 0.95), np.clip(p["joy"] + rng.uniform(-0.3, 0.3), 0, 1)) for _ in range(8)
    ]
    out = np.zeros((2, total + rate), np.float32)
    for _ in range(round(6 + 60 * p["size"])):
        at = [round(min(rng.exponential(0.35), 0.6 * total / rate) * rate)]
        curves.lay(out, at, [bank[rng.integers(8)]], curves.pans(rng, 1, 0.95) * rng.uniform(0.1, 1) ** 1.5)
    points = (200, 500, 1000, 2500, 6000)
    hull = curves.contour(out.shape[1], (0, 0.0), (0.12, 1.0), (0.4, 0.7), (0.8, 0.1), (1, 0.0))
    roar = filters.shape(curves.wide(rng, out.shape[1], 0.2), points, (-10, 0, -2, -9, -22), rate) * hull
    roar *= 0.6 + 0.4 * curves.turns(rng, out.shape[1], rate, 10, 0, 1)
    x = curves.peaked(out) * (0.25 + 0.75 * hull) + curves.peaked(roar, 0.15 + 0.2 * p["size"])
    return curves.peaked(x[:, : total + rate // 2] * curves.swell(total + rate // 2, rate, 0.01, 1.0), 0.8)
