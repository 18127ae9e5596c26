"""Voices that come out of a loudspeaker: radio, telephone, public address."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves, friction, takes, talk, tones
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.models.objects import unit
from soundwright.foley.models.people import AGE


@sound("radio voice", ucs="VOXFutz", kind="texture", natural_s=7.0,
       words="radio voice talking speaking announcer news broadcast television tv telephone presenter dj host",
       knobs=(AGE, Knob("static", 0.3, 0, 1, "clear to drowned in noise", clear=0.0, crackling=0.8, bad=0.9,
                        noisy=0.9)))  # fmt: skip
def radio_voice(p, n, rate, rng):
    """Talk squeezed by a compressor into 300 to 3400 Hz, out of a small cone, under the hiss and crackle of the air."""
    x = level(talk.monologue(rng, n, rate, p["age"]))
    hull = filters.smooth(np.abs(x), 0.02, rate) + 0.2
    small = tones.speaker((x / hull * 0.7).astype(np.float32), rate, 320, 3300, 1.8, 1500)
    hiss = filters.bandpass(noise.white(rng, n), 300, 5000, rate, 1)
    crackle = friction.crackle(n, rate, rng, 3 + 40 * p["static"], (900, 5000), (1, 5), 1.5, 8)
    return takes.bed(level(small) + p["static"] * (0.5 * level(hiss) + 0.8 * level(crackle)) + 0.02 * hiss, n, rate)


@sound("public address", ucs="VOXFutz", kind="event", natural_s=6.0,
       words="announcement announcer loudspeaker tannoy intercom airport station pa system megaphone public address",
       knobs=(AGE, Knob("hall", 0.6, 0, 1, "near to far off in a hall", near=0.1, echoing=1.0)))  # fmt: skip
def public_address(p, n, rate, rng):
    """Two chime notes, then a voice from horns along a hall that come late one after the other."""
    m = round((takes.seconds(n, rate, 2.5, 20.0) - 1.4) * rate)
    voice = tones.speaker(talk.monologue(rng, m, rate, p["age"], 0.95), rate, 350, 4200, 2.0, 1800, 5)
    ding = tones.tone(659.3, 1.0, rate, fall_s=1.2) + 0.3 * tones.tone(1318.6, 1.0, rate, fall_s=0.7)
    dong = tones.tone(523.3, 1.4, rate, fall_s=1.5) + 0.3 * tones.tone(1046.5, 1.4, rate, fall_s=0.8)
    dry = takes.phrase([0, 0.55, 1.4], [0.5 * ding, 0.5 * dong, unit(voice)], rate)
    parts, times = [dry], [0.0]
    for late in (0.07, 0.13, 0.21, 0.3):
        parts.append(np.float32(0.65 * p["hall"] * 0.75 ** (late / 0.07)) * filters.lowpass(dry, 2600, rate, 1))
        times.append(late)
    return curves.peaked(filters.highpass(takes.phrase(times, parts, rate), 200, rate, 1), 0.7)
