"""Sirens, alarms, buzzers, telephones, beeps: what is made to be heard."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise, oscillators
from soundwright.foley import bodies, curves, takes, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.bells import hammered
from soundwright.foley.models.objects import unit
from soundwright.foley.models.vehicles import blare

PITCH = Knob("pitch", 0.5, 0.0, 1.0, "low to high", low=0.1, deep=0.0, high=0.85, shrill=1.0)


def wail(
    n: int, rate: int, rng: np.random.Generator, low: float, high: float, cycle_s: float, rise: float = 0.4
) -> np.ndarray:
    """A siren's pitch `[n]`: up fast and down slowly like a capacitor's charge, `cycle_s` for both."""
    t = (np.arange(n) / rate / cycle_s + rng.uniform(0, 0.3) * rise) % 1.0
    up, down = t / rise, (t - rise) / (1 - rise)
    shape = np.where(
        t < rise,
        (1 - np.exp(-2.2 * up)) / (1 - np.exp(-2.2)),
        (np.exp(-1.6 * down) - np.exp(-1.6)) / (1 - np.exp(-1.6)),
    )
    return low * (high / low) ** shape


def horn(hz: np.ndarray, rate: int) -> np.ndarray:
    """An electronic siren's square wave through a driver and a folded horn: 500 to 4000 Hz, honky near 1.2 kHz."""
    order = np.arange(1, 13)  # the driver passes no more, so that nothing folds back from above
    x = oscillators.harmonics(hz, np.sin(0.45 * np.pi * order) / order + 0.1 / order, rate)
    x = tones.speaker(x, rate, 480, 4200, 1.0, 1300, 7)
    return unit(filters.equalise(x, "peak", 2600, rate, gain_db=5, q=2.0))


@sound("police siren", ucs="VEHSirn", kind="texture", natural_s=10.0,
       words="siren police wail yelp cop emergency patrol sirens",
       knobs=(Knob("mode", 0.35, 0, 1, "slow wail, wail and yelp in turn, quick yelp", wail=0.0, wailing=0.0,
              slow=0.0, yelp=1.0, fast=1.0),))  # fmt: skip
def police_siren(p, n, rate, rng):
    """Wail sweeps 600 to 1500 Hz in 4.5 s, yelp the same three times a second; the driver changes between them."""
    low, high = curves.about(rng, 600, 0.15), curves.about(rng, 1450, 0.12)
    slow = wail(n, rate, rng, low, high, curves.about(rng, 4.6, 0.3), rng.uniform(0.3, 0.5))
    fast = wail(n, rate, rng, 1.08 * low, high, curves.about(rng, 0.33, 0.2), 0.5)
    share = round(12 * p["mode"])
    yelping = np.zeros(n, bool)
    if p["mode"] > 0.85:
        yelping[:] = True
    elif p["mode"] > 0.15:
        yelping = ((np.arange(n) / rate + rng.uniform(0, 14.0)) % 14.0) > 14.0 - max(share, 3)
    return takes.bed(horn(np.where(yelping, fast, slow), rate), n, rate)


@sound("ambulance siren", ucs="VEHSirn", kind="texture", natural_s=10.0,
       words="siren ambulance hi-lo european two-tone emergency paramedic sirens",
       knobs=(PITCH,))  # fmt: skip
def ambulance(p, n, rate, rng):
    """Two tones in turn, a fourth apart (about 435 and 580 Hz, DIN 14610), just over half a second each."""
    low, each_s = curves.about(rng, 435 * 1.5 ** (p["pitch"] - 0.5) * 1.12, 0.08), curves.about(rng, 0.62, 0.15)
    which = tones.gate(n, rate, [(each_s, 0.0), (each_s, 1.0)], 0.006, rng.uniform(0, 2 * each_s))
    return takes.bed(horn(low * (4 / 3) ** which, rate), n, rate)


@sound("fire engine siren", ucs="VEHSirn", kind="texture", natural_s=10.0,
       words="siren fire engine truck firetruck brigade emergency sirens",
       knobs=(PITCH,))  # fmt: skip
def fire_engine(p, n, rate, rng):
    """A mechanical siren that growls up to 1200 Hz and coasts down, with the lorry's air horn across it."""
    top = curves.about(rng, 1150 * 1.3 ** (p["pitch"] - 0.5), 0.12)
    hz = wail(n, rate, rng, 350, top, curves.about(rng, 7.5, 0.25), rng.uniform(0.35, 0.55))
    x = unit(filters.bandpass(oscillators.saw(hz, rate) + 0.5 * oscillators.saw(hz * 1.003, rate), 300, 5000, rate, 1))
    at, parts, times = 1.6 + rng.random(), [], []
    while at < n / rate:
        for d in (0.45, 0.9):
            parts.append(0.9 * blare((311, 370, 392), d, rate, rng, 3000, 0.1))
            times.append(at)
            at += d + 0.12
        at += rng.uniform(3.5, 6.0)
    return takes.bed(takes.mix(x, takes.phrase(times, parts, rate)) if parts else x, n, rate)


@sound("air raid siren", ucs="ALRMSirn", kind="texture", natural_s=12.0,
       words="siren air raid civil defense tornado warning war nuclear evacuation",
       knobs=(PITCH,))  # fmt: skip
def air_raid(p, n, rate, rng):
    """A motor drives a slotted rotor: ten and twelve ports make a minor third that winds up for seconds and runs
    down.
    """
    hz = wail(n, rate, rng, 190, 430 * 1.3 ** (p["pitch"] - 0.5), 11.0, 0.5)
    hz = filters.smooth(hz, 0.5, rate)
    x = np.add.reduce(
        [oscillators.harmonics(hz * r, [1, 0.6, 0.45, 0.3, 0.22, 0.15, 0.1, 0.07], rate) for r in (1.0, 1.2)]
    )
    chop = filters.bandpass(noise.white(rng, n), 400, 4000, rate, 1) * 0.05
    return takes.bed(filters.equalise(np.tanh(0.7 * x), "peak", 1100, rate, gain_db=5, q=0.8) + chop, n, rate)


@sound(
    "car alarm",
    ucs="VEHAlrm",
    kind="texture",
    natural_s=10.0,
    words="car alarm vehicle theft burglar anti-theft",
    knobs=(PITCH,),
)
def car_alarm(p, n, rate, rng):
    """A piezo siren that plays its six patterns one after another: sweep, warble, hi-lo, whoops, chirps, blips."""
    t = np.arange(n) / rate
    tune = 1.3 ** (p["pitch"] - 0.5)
    base, top = curves.about(rng, 900 * tune, 0.12), curves.about(rng, 2400 * tune, 0.12)
    saw = lambda f: (t * f) % 1.0  # noqa: E731
    patterns = [
        base + (top - base) * saw(2.2),
        base + (top - base) * np.abs(2 * saw(4.0) - 1),
        np.where(saw(1.6) < 0.5, base, top * 0.7),
        base * (top / base) ** saw(0.9),
        base + (top - base) * saw(9.0),
        np.where(saw(3.2) < 0.5, top, 0.75 * top),
    ]
    which = rng.permutation(6)[(t / rng.uniform(1.5, 2.6)).astype(int) % 6]
    hz = np.choose(which, patterns)
    x = tones.speaker(oscillators.pulse(hz, rate, 0.5), rate, 800, 7000, 1.5, 2600, 8)
    return takes.bed(x, n, rate)


def beeping(hz: float, cycle, n: int, rate: int, wave: str = "square", edge_s: float = 0.004) -> np.ndarray:
    """A tone through a piezo disc, switched on and off."""
    x = tones.WAVES[wave](np.full(n, float(hz)), rate)
    x = tones.speaker(x, rate, 0.6 * hz, min(4.2 * hz, 14000), 1.0, 0.0)
    return unit(x) * tones.gate(n, rate, cycle, edge_s)


@sound("smoke alarm", ucs="ALRMElec", kind="texture", natural_s=6.0,
       words="smoke detector alarm fire beep beeping carbon monoxide",
       knobs=(PITCH,))  # fmt: skip
def smoke_alarm(p, n, rate, rng):
    """A piezo at 3.1 kHz in the temporal-three pattern of ISO 8201: half a second on, half off, thrice, 1.5 s rest."""
    cycle = [(0.5, 1), (0.5, 0), (0.5, 1), (0.5, 0), (0.5, 1), (1.5, 0)]
    return takes.bed(beeping(3150 * 1.15 ** (p["pitch"] - 0.5), cycle, n, rate), n, rate)


@sound("digital alarm clock", ucs="ALRMClok", kind="texture", natural_s=5.0,
       words="alarm clock digital beep beeping bedside wake watch wristwatch",
       knobs=(PITCH,))  # fmt: skip
def digital_alarm(p, n, rate, rng):
    """A watch crystal divided to 2048 Hz, in groups of four short beeps each second."""
    cycle = [(0.07, 1), (0.06, 0)] * 3 + [(0.07, 1), (0.54, 0)]
    return takes.bed(beeping(2048 * 1.5 ** (p["pitch"] - 0.5), cycle, n, rate), n, rate)


@sound("klaxon alarm", ucs="ALRMBuzr", kind="texture", natural_s=6.0,
       words="klaxon alarm buzzer submarine evacuation intruder security warning burglar red alert",
       knobs=(PITCH,))  # fmt: skip
def klaxon(p, n, rate, rng):
    """A toothed wheel on a diaphragm, ah-oo-gah without the end: a hoarse buzz that swells once a second."""
    t = np.arange(n) / rate
    period, rest, climb = curves.about(rng, 1.15, 0.25), rng.uniform(0.2, 0.4), rng.uniform(0.15, 0.6)
    part = (t / period) % 1.0
    hz = curves.about(rng, 330 * 1.4 ** (p["pitch"] - 0.5), 0.15) * (1 + 0.35 * np.minimum(part / climb, 1.0))
    on = tones.gate(n, rate, [((1 - rest) * period, 1), (rest * period, 0)], 0.02)
    x = tones.speaker(oscillators.saw(hz, rate) + 0.7 * oscillators.pulse(hz, rate, 0.2), rate, 350, 4500, 2.0, 1500, 7)
    return takes.bed(x * on, n, rate)


@sound("buzzer", ucs="ALRMBuzr", kind="event", natural_s=1.0, words="buzzer buzz wrong intercom game show entry quiz",
       knobs=(PITCH,))  # fmt: skip
def buzzer(p, n, rate, rng):
    """An armature that rattles against its stop 100 times a second: a harsh reedy tone with all harmonics."""
    m = round(takes.seconds(n, rate, 0.4, 5.0) * rate)
    hz = np.full(m, 110 * 1.8 ** (p["pitch"] - 0.5))
    x = oscillators.pulse(hz, rate, 0.12) + 0.5 * oscillators.saw(2 * hz, rate) + 0.05 * noise.white(rng, m)
    x = tones.speaker(x, rate, 150, 6000, 2.0, 1800, 8)
    return takes.event(x * tones.edges(m, rate, 0.008, 0.02), rate, 0.75)


@sound("reversing beeps", ucs="BEEPVeh", kind="texture", natural_s=5.0,
       words="reversing reverse backing beep beeps truck backup forklift warning",
       knobs=(PITCH,))  # fmt: skip
def reversing(p, n, rate, rng):
    """A lorry's reversing alarm: about 1250 Hz, half a second on, half off."""
    x = beeping(1250 * 1.4 ** (p["pitch"] - 0.5), [(0.5, 1), (0.5, 0)], n, rate, "square", 0.008)
    return takes.bed(x, n, rate)


@sound("heart monitor", ucs="BEEPMed", kind="texture", natural_s=6.0,
       words="heart monitor hospital medical ecg ekg beep flatline vital",
       knobs=(Knob("rate", 1.2, 0.5, 3, "beats a second", slow=0.8, fast=2.0),))  # fmt: skip
def heart_monitor(p, n, rate, rng):
    """A soft 960 Hz beep for each heartbeat."""
    one = tones.tone(960, 0.11, rate, "sine", 0.006, 0.02) + 0.12 * tones.tone(2880, 0.11, rate, "sine", 0.006, 0.02)
    times = takes.beats(n, rate, 1 / p["rate"], 0.02, rng, 0.1)
    return takes.bed(takes.phrase(times, [one] * len(times), rate), n, rate)


@sound("beep", ucs="BEEP", kind="event", natural_s=0.4,
       words="beep bleep bip tone blip censor",
       knobs=(PITCH, Knob("count", 1, 1, 10, "how many", beeps=3, double=2, triple=3, three=3), Knob("length", 0.25,
              0.05, 3, "seconds of one", short=0.1, long=0.8)))  # fmt: skip
def beep(p, n, rate, rng):
    """A plain tone of about 1 kHz from a small loudspeaker."""
    hz = 1000 * 3.0 ** (p["pitch"] - 0.5)
    one = tones.tone(hz, p["length"], rate) + 0.15 * tones.tone(3 * hz, p["length"], rate)
    return takes.event(
        takes.phrase(np.arange(round(p["count"])) * p["length"] * 1.8, [one] * round(p["count"]), rate), rate, 0.6
    )


@sound("old telephone", ucs="COMTelph", kind="texture", natural_s=8.0,
       words="telephone phone ring ringing bell old rotary landline vintage",
       knobs=(PITCH,))  # fmt: skip
def old_phone(p, n, rate, rng):
    """A clapper between two small steel gongs, driven by 20 Hz ringing current: two seconds of it, four of rest."""
    hz = 1350 * 1.4 ** (p["pitch"] - 0.5)
    gongs = np.concatenate([hz * np.array([1, 1.004, 2.42, 4.2, 5.9]), 1.19 * hz * np.array([1, 1.003, 2.42, 4.2])])
    body = bodies.Body(
        gongs,
        np.array([0.9, 0.9, 0.6, 0.4, 0.3, 0.9, 0.9, 0.6, 0.4]),
        np.array([1, 0.6, 0.7, 0.4, 0.3, 0.9, 0.6, 0.7, 0.4]),
    )
    on = tones.gate(n, rate, [(2.0, 1.0), (4.0, 0.0)] if n > 4 * rate else [(2.0, 1.0), (1.0, 0.0)], 0.001)
    return takes.bed(hammered(body, n, rate, rng, 20.0 * 1.0, on), n, rate)


@sound("telephone ringtone", ucs="COMCell", kind="texture", natural_s=6.0,
       words="phone ringtone cellphone mobile smartphone ring ringing telephone modern call",
       knobs=(PITCH,))  # fmt: skip
def ringtone(p, n, rate, rng):
    """A desk telephone's electronic warble: two tones that change sixteen times a second, twice, then rest."""
    hz, swap_s = curves.about(rng, 1100 * 1.4 ** (p["pitch"] - 0.5), 0.2), curves.about(rng, 1 / 32, 0.35)
    quick = tones.gate(n, rate, [(swap_s, 0.0), (swap_s, 1.0)], 0.001)
    curve = hz * rng.choice([1.19, 1.26, 1.33, 1.5]) ** quick
    ring, rest = rng.uniform(0.35, 1.0), rng.uniform(1.2, 2.2)
    cycle = [(ring, 1), (0.2, 0), (ring, 1), (rest, 0)] if rng.uniform() < 0.6 else [(1.4 * ring, 1), (rest, 0)]
    on = tones.gate(n, rate, cycle, 0.004)
    x = tones.speaker(oscillators.pulse(curve, rate, 0.35), rate, 700, 8000, 1.0, 2500, 5)
    return takes.bed(x * on, n, rate)


@sound("dial tone", ucs="COMTelm", kind="texture", natural_s=4.0,
       words="dial tone dialtone telephone phone line receiver")  # fmt: skip
def dial_tone(p, n, rate, rng):
    """350 and 440 Hz together (North American precise tone plan), through a telephone's 300 to 3400 Hz."""
    t = np.arange(n) / rate
    x = np.sin(2 * np.pi * 350 * t) + np.sin(2 * np.pi * 440 * t) + 0.01 * noise.white(rng, n)
    return takes.bed(tones.speaker(np.tanh(0.8 * x), rate, 300, 3400), n, rate)


@sound(
    "busy signal",
    ucs="COMTelm",
    kind="texture",
    natural_s=5.0,
    words="busy signal engaged tone telephone phone line",
    knobs=(),
)
def busy(p, n, rate, rng):
    """480 and 620 Hz together, half a second on and off."""
    t = np.arange(n) / rate
    x = np.sin(2 * np.pi * 480 * t) + np.sin(2 * np.pi * 620 * t)
    return takes.bed(
        tones.speaker(np.tanh(0.8 * x) * tones.gate(n, rate, [(0.5, 1), (0.5, 0)]), rate, 300, 3400), n, rate
    )


DTMF = [(941, 1336), *[(row, col) for row in (697, 770, 852) for col in (1209, 1336, 1477)]]


@sound("dialing", ucs="COMTelph", kind="event", natural_s=2.5,
       words="dialing dialling dtmf touch tone keypad telephone phone number dial",
       knobs=(Knob("count", 7, 1, 12, "digits"),))  # fmt: skip
def dialing(p, n, rate, rng):
    """Digits as pairs of tones, a row and a column (ITU-T Q.23), pressed by hand."""
    digits = rng.integers(0, 10, round(p["count"]))
    times, parts, at = [], [], 0.0
    for d in digits:
        length = rng.uniform(0.11, 0.17)
        parts.append(tones.tone(DTMF[d][0], length, rate) * 0.8 + tones.tone(DTMF[d][1], length, rate))
        times.append(at)
        at += length + rng.uniform(0.1, 0.22)
    return takes.event(tones.speaker(takes.phrase(times, parts, rate), rate, 300, 3400, 1.2), rate, 0.6)


@sound(
    "modem", ucs="COMTelm", kind="event", natural_s=9.0, words="modem dialup dial-up internet fax handshake", knobs=()
)
def modem(p, n, rate, rng):
    """Digits, the answer tone with its phase reversals, carriers that try each other out, then scrambled noise."""
    digits = dialing({"count": 7}, n, rate, rng)
    a = len(digits) / rate + 0.5
    answer = tones.tone(2100, 1.6, rate) * np.sign(np.sin(2 * np.pi * 1.1 * np.arange(round(1.6 * rate)) / rate) + 0.2)
    warble = np.concatenate(
        [
            tones.tone(hz, d, rate, "sine")
            for hz, d in ((1650, 0.35), (980, 0.3), (1850, 0.2), (1200, 0.4), (2250, 0.25), (1270, 0.3))
        ]
    )
    buzz = filters.bandpass(oscillators.pulse(np.full(round(0.9 * rate), 300.0), rate, 0.1), 600, 3000, rate)
    hash_ = filters.bandpass(noise.white(rng, round(2.6 * rate)), 400, 3300, rate, 3) * tones.edges(
        round(2.6 * rate), rate
    )
    carrier = hash_ / hash_.std() * 0.35 + 0.2 * tones.tone(1800, 2.6, rate)
    x = takes.phrase(
        [0, a, a + 1.75, a + 3.6, a + 4.5],
        [unit(digits), 0.5 * answer, 0.6 * warble, 0.5 * unit(buzz), 0.7 * carrier],
        rate,
    )
    return takes.event(tones.speaker(x, rate, 300, 3400), rate, 0.65)


@sound("walkie-talkie", ucs="COMTran", kind="event", natural_s=1.75,
       words="walkie-talkie walkie talkie roger radio cb squelch transceiver police dispatch")  # fmt: skip
def squelch(p, n, rate, rng):
    """The key pressed, a burst of channel noise, a garbled voice-band warble, the roger beep, the squelch tail."""
    m = round(1.3 * rate)
    talk = oscillators.saw(np.clip(115 + 25 * noise.wander(rng, m, rate, 4), 70, 200), rate)
    talk = filters.sweep(talk, "band", 900 + 600 * noise.wander(rng, m, rate, 6), rate, q=2.5) * noise.wander(
        rng, m, rate, 5, 0, 1
    )
    hiss = filters.bandpass(noise.white(rng, m), 400, 3200, rate)
    body = 0.8 * unit(talk) + 0.12 * unit(hiss)
    tail = unit(filters.bandpass(noise.white(rng, round(0.22 * rate)), 400, 3500, rate))
    start = 0.5 * takes.burst(rng, rate, 0.08, 400, 3500)
    roger = tones.tone(1450, 0.12, rate) * 0.6
    return takes.event(
        tones.speaker(
            takes.phrase([0, 0.08, 1.38, 1.55], [start, body, roger, 0.7 * tail], rate), rate, 350, 3400, 1.5
        ),
        rate,
        0.7,
    )
