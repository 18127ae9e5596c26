"""From what was heard to blocks with numbers: each recipe looks at an `Analysis` and draws the blocks it wants.

What is drawn is apart from what is applied: a recipe never touches sound, and the chain it gives replays without it.
Thresholds follow the level of the sound, so that a quiet and a loud copy of one mix come out alike.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from soundwright.dsp.block import Block
from soundwright.dsp.curve import Curve
from soundwright.dsp.dynamics import Compressor, Expander
from soundwright.dsp.eq import HighPass
from soundwright.dsp.match import THIRDS_HZ
from soundwright.dsp.multiband import MultibandCompressor, de_esser
from soundwright.dsp.stereo import Widener
from soundwright.finish.analysis import Analysis

# Mean level per octave of commercial recordings relative to 125 Hz: a broad top about 100 Hz, then PSD falling 5 dB per
# octave to 4 kHz and steeper above (P. Pestana et al., Spectral characteristics of popular commercial recordings
# 1950-2010, AES 135, 2013). An octave holds twice the bins of the one below, hence 2 dB per octave here.
BALANCE = {31.5: -6.0, 63: -1.0, 125: 0.0, 250: -1.5, 500: -3.0, 1000: -5.0, 2000: -7.5, 4000: -10.0, 8000: -14.0}
TOLERATED_DB = 5.0  # what a style may differ by before it is a fault
BALANCE_SHARE, MOST_CUT_DB, MOST_BOOST_DB = 0.5, 3.0, 2.0
NO_BOOST_UNDER_HZ = 45.0  # what is missing there is not missed, and costs headroom
FILLED_DB = 24.0  # a band so far under its place is empty by intent: a flute has no bass to raise
CROSSOVERS_HZ = (120.0, 800.0, 5000.0)
SIDE_DB = -9.0  # side under mid of a mix that is neither narrow nor wide


def high_pass(analysis: Analysis, hz: float, order: int = 2) -> HighPass:
    """A rumble filter that knows the sound's offset, when it has lasted long enough to be one."""
    lasting = [start != 0 and analysis.frames * hz >= analysis.rate for start in analysis.starts_at]
    offset = tuple(mean if stays else 0.0 for mean, stays in zip(analysis.means, lasting, strict=True))
    return HighPass(hz, order, "butterworth", offset if any(offset) else ())


def rumble(analysis: Analysis) -> list[Block]:
    return [high_pass(analysis, 28.0, 4)]


def subsonic(analysis: Analysis) -> list[Block]:
    return [high_pass(analysis, 20.0)]


def voice_floor(analysis: Analysis) -> list[Block]:
    return [high_pass(analysis, 75.0, 4)]


def tonal_balance(analysis: Analysis) -> list[Block]:
    """Half of what the octaves stray beyond the tolerance, at most 3 dB down and 2 dB up; nothing where there is
    nothing."""
    hz = np.array([centre for centre in BALANCE if centre < 0.35 * analysis.rate])
    wanted = np.array([BALANCE[centre] for centre in BALANCE if centre < 0.35 * analysis.rate])
    power = 10 ** (analysis.spectrum.mid_db / 10)
    thirds = np.asarray(THIRDS_HZ)
    level = np.array([10 * np.log10(max(power[np.abs(np.log2(thirds / c)) < 0.45].sum(), 1e-12)) for c in hz])
    if level.max() < -90:
        return []
    astray = level - wanted
    # the place of the whole is its median band, weighted towards what is loud
    astray -= np.median(astray[astray > astray.max() - FILLED_DB])
    over = np.sign(astray) * np.maximum(np.abs(astray) - TOLERATED_DB, 0.0)
    most = np.where((astray < -FILLED_DB) | (hz < NO_BOOST_UNDER_HZ), 0.0, MOST_BOOST_DB)
    gains = np.clip(-BALANCE_SHARE * over, -MOST_CUT_DB, most)
    if not np.any(np.abs(gains) > 0.25):
        return []
    return [Curve(tuple(float(c) for c in hz), tuple(round(float(g), 2) + 0.0 for g in gains))]


def mean_level_db(analysis: Analysis) -> float:
    """RMS level that a compressor's detector sees in the passages that count: gated loudness without its weighting."""
    counted = 10 * np.log10(2.0) if analysis.channels == 2 else 0.0
    return analysis.integrated_lufs + 0.69 - counted


def glue(analysis: Analysis) -> list[Block]:
    """A bus compressor that takes about 1 dB at the mean level and 2 to 3 dB from what stands over it."""
    if analysis.integrated_lufs < -69:
        return []
    return [Compressor(round(mean_level_db(analysis) - 2.0, 2), 1.8, 8.0, 25.0, 180.0)]


def bands(analysis: Analysis) -> list[Block]:
    """Four bands, each compressed where it stands over its own mean."""
    if analysis.integrated_lufs < -69:
        return []
    power, thirds = 10 ** (analysis.spectrum.mid_db / 10), np.asarray(THIRDS_HZ)
    edges = (0.0, *CROSSOVERS_HZ, np.inf)
    means = [power[(thirds >= low) & (thirds < high)].sum() for low, high in pairwise(edges)]
    total = mean_level_db(analysis) - 10 * np.log10(max(sum(means), 1e-12))
    levels = [10 * np.log10(max(mean, 1e-12)) + total for mean in means]
    times = ((40.0, 250.0), (25.0, 180.0), (12.0, 120.0), (6.0, 80.0))
    parts = tuple(
        Compressor(round(float(level), 2), 1.6, 8.0, attack, release)
        for level, (attack, release) in zip(levels, times, strict=True)
    )
    return [MultibandCompressor(CROSSOVERS_HZ, parts)]


def width(analysis: Analysis) -> list[Block]:
    """Half of the way to a usual width for a narrow mix, and the bass to the middle; mono stays mono."""
    side = analysis.spectrum.width_db
    if analysis.channels != 2 or side < -40:
        return []
    wider = float(np.clip(10 ** (0.5 * (SIDE_DB - side) / 20), 1.0, 1.4))
    return [Widener(round(wider, 3), 110.0, 0.2)]


def expander(analysis: Analysis) -> list[Block]:
    """Room between words: under 30 dB below the voice, down by at most 8 dB."""
    return [Expander(round(mean_level_db(analysis) - 30.0, 2), 1.6, 8.0, 3.0, 250.0, "rms")]


def leveller(analysis: Analysis) -> list[Block]:
    """A slow and a quick compressor, as two hands at a fader."""
    level = mean_level_db(analysis)
    return [
        Compressor(round(level - 4.0, 2), 2.0, 10.0, 60.0, 500.0),
        Compressor(round(level + 2.0, 2), 3.0, 6.0, 4.0, 90.0),
    ]


def sibilants(analysis: Analysis) -> list[Block]:
    return [de_esser(min(7000.0, 0.3 * analysis.rate))]


Recipe = Callable[[Analysis], list[Block]]
