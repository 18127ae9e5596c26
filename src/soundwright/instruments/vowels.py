"""Vowels: the formants of a sung a, e, i, o, u.

Formant frequencies are means of published measurements of alto and tenor singers (Sundberg, "The Science of the Singing
Voice"; Peterson and Barney 1952); 2.9 kHz is the singer's formant.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.timbre import Timbre
from soundwright.instruments.tone import Tone

#         (hz, gain dB, q) of four formants
FORMANTS = {
    "a": ((740.0, 21.0, 8.0), (1180.0, 19.0, 10.0), (2750.0, 16.0, 16.0), (3500.0, 10.0, 18.0)),
    "e": ((460.0, 21.0, 7.0), (1820.0, 18.0, 14.0), (2650.0, 16.0, 16.0), (3400.0, 10.0, 18.0)),
    "i": ((320.0, 20.0, 6.0), (2150.0, 18.0, 16.0), (2950.0, 17.0, 18.0), (3600.0, 10.0, 18.0)),
    "o": ((460.0, 22.0, 7.0), (840.0, 18.0, 10.0), (2700.0, 11.0, 16.0), (3300.0, 6.0, 18.0)),
    "u": ((340.0, 21.0, 6.0), (720.0, 14.0, 9.0), (2500.0, 6.0, 16.0), (3300.0, 3.0, 18.0)),
}
SOURCE = Timbre(slope_db=(-12.0, -8.0), knee_hz=(3000.0, 5000.0), fall_db=8.0)
VOWELS = {vowel: replace(SOURCE, formants=formants) for vowel, formants in FORMANTS.items()}
GLOTTIS = VOWELS["a"]


def sing(tone: Tone, build: Ensemble) -> np.ndarray:
    """A choir's loops on the tone's vowel."""
    return loops(tone, replace(build, timbre=VOWELS[tone.vowel or "a"]))
