"""One person or two: talk without words, shouts, songs, whispers, yawns, hiccups, a choir that sings "ah"."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bubbles, curves, talk, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.people import AGE, blown, pitch, throat
from soundwright.foley.syrinx import row


@sound(
    "talking",
    ucs="VOXMale",
    kind="texture",
    natural_s=6.0,
    words="talking speech speaking man woman voice talk narration monologue person speaks mumbling gibberish",
    knobs=(AGE, Knob("pace", 0.5, 0, 1, "slow to fast", slow=0.1, fast=0.9, hurried=0.95)),
)
def talking(p, n, rate, rng):
    """Somebody speaks in no language: syllables four or five a second in phrases that fall, with breaths between."""
    return curves.level(talk.monologue(rng, n, rate, p["age"], 0.75 + 0.5 * p["pace"]))


@sound(
    "shouting",
    ucs="VOXMisc",
    kind="texture",
    natural_s=5.0,
    words="shout shouting shouts yell yelling yells angry argue argument man woman screaming drill sergeant",
    knobs=(AGE, Knob("effort", 0.8, 0.3, 1, "raised voice to bellowing", loud=1.0, angry=0.95)),
)
def shouting(p, n, rate, rng):
    """A raised voice: nearly an octave higher, more even, the folds shut fast so that highs are as loud as lows."""
    return curves.level(talk.monologue(rng, n, rate, p["age"], 0.85, p["effort"]))


@sound(
    "conversation",
    ucs="CRWDConv",
    kind="texture",
    natural_s=8.0,
    words="conversation conversing dialogue two people talking chatting chat discussion couple interview",
    knobs=(Knob("pace", 0.5, 0, 1, "slow to fast", slow=0.1, fast=0.9, heated=0.95),),
)
def conversation(p, n, rate, rng):
    """A man and a woman in turn, each from an own place; now and then one begins before the other is done."""
    out = np.zeros((2, n), np.float32)
    places = [np.array([[0.85], [0.55]], np.float32), np.array([[0.55], [0.85]], np.float32)]
    at, who = 0.05, int(rng.integers(2))
    while at * rate < n:
        for _ in range(rng.integers(1, 4)):
            x = talk.phrase(rng, rate, (0.88, 0.42)[who], int(rng.integers(2, 12)), 0.8 + 0.5 * p["pace"])
            if at * rate < n:
                curves.lay(out, [round(at * rate)], [x], places[who])
            at += len(x) / rate + rng.uniform(0.1, 0.35)
        at += rng.uniform(-0.35, 0.4)
        who = 1 - who
    return curves.level(out)


@sound(
    "singing",
    ucs="VOXSing",
    kind="texture",
    natural_s=8.0,
    words="singing sing sings song singer vocal lullaby humming hum man woman child",
    knobs=(AGE, Knob("hum", 0.0, 0, 1, "open mouth to humming", humming=1.0, hums=1.0)),
)
def singing(p, n, rate, rng):
    """A voice walks by steps over a major scale, on vowels, each note reached by a glide and held with vibrato."""
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16]) / 12
    place, at, notes = int(rng.integers(2, 6)), 0.05, []
    while at < n / rate:
        long_s = float(rng.choice([0.35, 0.35, 0.7, 0.7, 1.4]))
        notes.append((at, long_s, scale[place], str(rng.choice(["a", "o", "e", "u", "i", "uh"]))))
        place = int(np.clip(place + rng.choice([-2, -1, -1, 1, 1, 2, 0]), 0, len(scale) - 1))
        at += long_s + (0.35 if long_s > 1 else 0.0)
    t = np.arange(n) / rate
    steps = np.array([note[2] for note in notes])[
        np.searchsorted([note[0] for note in notes], t, side="right").clip(1) - 1
    ]
    glide = filters.smooth(steps, 0.03, rate)
    swing = np.sin(2 * np.pi * np.cumsum(5.4 + 0.4 * noise.wander(rng, n, rate, 2)) / rate)
    hz = pitch(p["age"]) * 1.25 * 2.0**glide * (1 + 0.008 * swing)
    hull = sum(
        np.interp(t, (a, a + 0.05, a + d - 0.06, a + d), (0, 1, 0.85, 0.12 if d < 1 else 0)) for a, d, *_ in notes
    )
    track = vocal.vowels(" ".join(note[3] for note in notes for _ in range(round(note[1] / 0.35))), throat(p["age"]))
    closed = np.array([250.0, 1000, 2200]) * 0.17 / throat(p["age"])
    x = vocal.say(hz, track * (1 - p["hum"]) + closed * p["hum"], rate, rng, jitter=0.004, shimmer=0.03, breath=0.07,
                  tilt_hz=3200 - 1800 * p["hum"])  # fmt: skip
    return curves.level(x * np.minimum(hull, 1).astype(np.float32))


@sound(
    "whispering",
    ucs="VOXWhsp",
    kind="texture",
    natural_s=5.0,
    words="whisper whispering whispers ghostly secret hushed murmuring",
    knobs=(AGE, Knob("voices", 1, 1, 6, "how many whisper", single=1, many=6, ghosts=5)),
)
def whispering(p, n, rate, rng):
    """Whispers: breath noise through moving vowels, with "s", "t" and "sh" as loud as they are."""
    length_m = throat(p["age"])
    out = np.zeros((2, n), np.float32)
    bank = []
    for _ in range(14):
        m = round(rng.uniform(0.13, 0.24) * rate)
        names = rng.choice(list(vocal.VOWELS), 2)
        vowel = blown(rng, m, rate, length_m, vocal.vowels(" ".join(names)), damping=1.2) * curves.swell(
            m, rate, 0.03, 0.08
        )
        k = round(rng.uniform(0.05, 0.13) * rate)
        low = rng.choice([2200.0, 4200.0, 5200.0])
        hiss = filters.bandpass(noise.white(rng, k), low, 2.0 * low, rate, 2) * curves.swell(k, rate, 0.012, 0.03)
        bank.append(
            row(
                rate,
                [(0, rng.choice([0.0, 0.25, 0.5]), hiss), (0.6 * k / rate, 0.7, filters.highpass(vowel, 500, rate, 1))],
            )
        )
    for voice in range(round(p["voices"])):
        at = rng.uniform(0, 0.5) if voice else 0.05
        place = curves.pans(rng, 1, 0.9 if voice else 0.15) * (1.0 if voice == 0 else rng.uniform(0.4, 0.9))
        while at * rate < n:
            for _ in range(rng.integers(3, 9)):
                if at * rate < n:
                    curves.lay(out, [round(at * rate)], [bank[rng.integers(14)]], place * rng.uniform(0.5, 1))
                at += rng.uniform(0.15, 0.27)
            at += rng.uniform(0.3, 0.8)
    return curves.level(out)


@sound(
    "choir",
    ucs="VOXSing",
    kind="event",
    natural_s=5.0,
    words="choir singing choral aah angelic heavenly chant vocals singers",
    knobs=(AGE, Knob("singers", 10, 2, 20, "how many sing", small=4, big=18, large=18)),
)
def choir(p, n, rate, rng):
    """Singers hold a chord on "ah" and "oh", each with own vibrato, tuning and moment of beginning."""
    total = max(n, round(1.5 * rate))
    out = np.zeros((2, total), np.float32)
    root = 131.0 * 2 ** (np.round(12 * (0.85 - p["age"])) / 12)
    track = vocal.vowels(str(rng.choice(["a a o", "o a a", "u o a"])), throat(p["age"]))
    for k in range(round(p["singers"])):
        hz = root * (1.0, 1.25, 1.5, 2.0)[k % 4] * rng.normal(1, 0.004)
        late = round(rng.uniform(0, 0.12) * rate)
        m = total - late
        hz = hz * (1 + 0.007 * np.sin(2 * np.pi * rng.uniform(4.8, 6.2) * np.arange(m) / rate + rng.uniform(0, 6.28)))
        x = vocal.say(hz, track, rate, rng, jitter=0.003, shimmer=0.04, breath=0.08, tilt_hz=3500)
        curves.lay(out, [late], [x * curves.swell(m, rate, 0.35, 0.6)], curves.pans(rng, 1, 0.8))
    return curves.peaked(out, 0.7)


@sound(
    "yawn",
    ucs="VOXReac",
    kind="event",
    natural_s=2.6,
    words="yawn yawning tired sleepy",
    knobs=(AGE, Knob("voice", 0.5, 0, 1, "silent to loud", quiet=0.1, loud=0.95)),
)
def yawn(p, n, rate, rng):
    """A long breath in with the jaw opening wide, then a voice that starts high and sinks as the mouth closes."""
    length_m, f = throat(p["age"]), curves.about(rng, pitch(p["age"]), 0.15)
    m, k = round(1.0 * rate), round(rng.uniform(1.2, 1.6) * rate)
    draw = blown(rng, m, rate, length_m, vocal.vowels("u uh a a"), damping=1.6)
    draw = draw * curves.contour(m, (0, 0.0), (0.7, 1.0), (1, 0.0))
    hull = curves.contour(k, (0, 0.0), (0.15, 1.0), (0.6, 0.5), (1, 0.0))
    hz = f * curves.loose(rng, k, (0, 1.7), (0.25, 1.9), (1, 0.75), values=0.1)
    moan = (
        vocal.say(hz, vocal.vowels("a a uh u", length_m), rate, rng, breath=0.4, tilt_hz=2500, open_quotient=0.7) * hull
    )
    air = blown(rng, k, rate, length_m, vocal.vowels("a a uh u")) * hull
    return curves.peaked(row(rate, [(0, 0.3, draw), (1.05, 0.2 + 0.8 * p["voice"], moan), (1.05, 0.3, air)]), 0.6)


@sound(
    "hiccup",
    ucs="HMNMisc",
    kind="event",
    natural_s=0.8,
    words="hiccup hiccups hiccough",
    knobs=(AGE, Knob("hiccups", 1, 1, 5, "how many", once=1, twice=2)),
)
def hiccup(p, n, rate, rng):
    """Breath is jerked in and the glottis snaps shut: a short rising squeak, cut off."""
    parts, at = [], 0.0
    for _ in range(round(p["hiccups"])):
        m = round(rng.uniform(0.11, 0.16) * rate)
        hz = pitch(p["age"]) * 2.1 * curves.contour(m, (0, 0.7), (0.6, 1.2), (1, 1.35))
        x = vocal.say(hz, vocal.vowels("uh i", throat(p["age"])), rate, rng, breath=0.6, jitter=0.03, tilt_hz=4000)
        parts.append((at, 1.0, x * curves.contour(m, (0, 0.0), (0.5, 0.7), (0.9, 1.0), (1, 0.0))))
        click = curves.puffs(rng, round(0.03 * rate), rate, [0], 400.0, np.full((2, 1), 0.4, np.float32))[0]
        parts.append((at + m / rate, 0.6, filters.bandpass(click, 300, 2500, rate, 1)))
        at += rng.uniform(0.9, 1.5)
    return curves.peaked(row(rate, parts), 0.7)


@sound(
    "fart",
    ucs="FARTReal",
    kind="event",
    natural_s=1.0,
    words="fart farting flatulence gas raspberry whoopee",
    knobs=(
        Knob("length", 0.4, 0, 1, "short to long", short=0.1, long=0.95),
        Knob("wetness", 0.3, 0, 1, "dry to wet", dry=0.05, wet=0.9),
    ),
)
def fart(p, n, rate, rng):
    """Lips of flesh flap at 60 to 150 Hz as the pressure behind them rises and fails."""
    m = round((0.25 + 1.5 * p["length"]) * rng.uniform(0.9, 1.1) * rate)
    hz = (
        105
        * curves.contour(m, (0, 1.1), (0.3, 1.25), (0.8, 0.85), (1, 0.55))
        * (1 + 0.14 * curves.turns(rng, m, rate, 9, -1, 1))
    )
    pulses = vocal.glottis(hz, rate, rng, open_quotient=0.3, jitter=0.1, shimmer=0.4, breath=0.5, tilt_hz=1500)
    x = vocal.tract(pulses, [[320, 900, 1900], [260, 800, 1800]], rate, damping=3.0)
    x = x / max(float(np.abs(x).max()), 1e-9) * curves.contour(m, (0, 0.0), (0.05, 1.0), (0.7, 0.8), (1, 0.0))
    wet = bubbles.field(rng, m, rate, 160 * p["wetness"], 1.5, 5.0, slope=1, rising=0.3, width=0.1)[0]
    return curves.peaked(x + 1.4 * p["wetness"] * wet, 0.75)


@sound(
    "gargling",
    ucs="HMNMisc",
    kind="event",
    natural_s=3.0,
    words="gargle gargling mouthwash throat",
    knobs=(AGE, Knob("voice", 0.5, 0, 1, "breath to voice", voiced=0.9)),
)
def gargling(p, n, rate, rng):
    """A voice held under water in the throat: bubbles break its sound some twenty times a second."""
    m = max(min(n, round(4 * rate)), round(1.2 * rate))
    bursts = np.clip(curves.turns(rng, m, rate, 26, -0.3, 1.0), 0, 1) ** 1.5
    hz = pitch(p["age"]) * (1 + 0.05 * curves.turns(rng, m, rate, 3, -1, 1))
    voice = vocal.say(hz, vocal.vowels("a uh a", throat(p["age"])), rate, rng, breath=0.3, jitter=0.02) * bursts
    water = bubbles.field(rng, m, rate, 140 * (0.2 + bursts), 2.0, 6.0, slope=1, rising=0.3, width=0.1)[0]
    x = (0.3 + p["voice"]) * voice + 0.9 * curves.peaked(water)
    return curves.peaked(x * curves.swell(m, rate, 0.1, 0.2), 0.7)
