"""How plainly chords say their key: the profile of their tones against the profiles of all keys.

The profiles are the probe-tone ratings of C. L. Krumhansl and E. J. Kessler ("Tracing the dynamic changes in perceived
tonal organization in a spatial representation of musical keys", Psychological Review 89, 1982): what listeners, and the
key finders built on them, take for a key. A major third and fifth also sound as overtones of each tone, so they count.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from soundwright.plan.theory import Key, bar_chords

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
OVERTONES = ((0, 1.0), (7, 0.35), (4, 0.15))
BASS, ROOT, COLOUR = 0.9, 1.0, 0.55  # weights of the bass, of a triad's tones, and of what stands on it


def clearness(bars: Iterable[str], key: Key) -> float:
    """Correlation of the chords' tones with `key`, less that with the best other key: above 0 where it is heard.

    A mode is weighed as the major or minor that its third makes it.
    """
    heard = np.zeros(12)
    for bar in bars:
        chords = bar_chords(bar)
        for chord in chords:
            tones = [(chord.bass, BASS), *((p, ROOT if k < 3 else COLOUR) for k, p in enumerate(chord.pitch_classes))]
            for pitch, weight in tones if not chord.is_silence else ():
                for step, share in OVERTONES:
                    heard[(pitch + step) % 12] += weight * share / len(chords)
    if not heard.any():
        return 0.0
    minor = (key.tonic + 3) % 12 in key.pitch_classes and (key.tonic + 4) % 12 not in key.pitch_classes
    fits = {
        (tonic, is_minor): float(np.corrcoef(np.roll(profile, tonic), heard)[0, 1])
        for is_minor, profile in ((False, MAJOR), (True, MINOR))
        for tonic in range(12)
    }
    own = fits.pop((key.tonic, minor))
    return own - max(fits.values())
