"""Which gain meets a loudness after the limiter, found on curves: nothing is rendered until it is known.

The limiter's attenuation follows from the peaks per hop, and what it takes from the loudness follows from the energies
per 10 ms. Both are short arrays, so the equation `loudness(gain) = target` is solved by trying.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import loudness
from soundwright.dsp.limiter import Limiter
from soundwright.dsp.units import decibels, gain
from soundwright.finish.analysis import Analysis

MOST_GAIN_DB = 50.0
QUIETEST_LUFS = -70.0  # the absolute gate: what lies under it is noise, not a sound to be raised
LEAST_SPEECH = 300  # hops: under three seconds of speech there is no dialogue to anchor to
PIECE_S = 300  # curves are worked through in pieces, so that hours fit in memory; a limiter forgets in one second
CREST_SHARE = {"integrated": 0.999, "dialogue": 0.999, "momentary": 1.0}  # of the hops, when peaks bound the gain


def heard(hops: np.ndarray, rate: int, by: str, speech: np.ndarray | None = None) -> float:
    """Loudness of hop energies: "integrated" (a sound too short for it: by its loudest moment), "momentary", or
    "dialogue": integrated over the hops marked as speech, over all where too little is spoken."""
    if by == "dialogue" and speech is not None and speech.sum() >= LEAST_SPEECH:
        hops = hops[speech]
    value = -np.inf if by == "momentary" else loudness.gated(hops, rate)
    return value if np.isfinite(value) else float(loudness.levels(hops, loudness.MOMENTARY, rate).max(initial=-np.inf))


def predicted(analysis: Analysis, gain_db: float, limiter: Limiter, by: str) -> float:
    """Loudness after `gain_db` and the limiter."""
    stage, rate, loud = limiter.stages[0], analysis.rate, float(gain(gain_db))
    if analysis.peaks.max(initial=0.0) * loud <= gain(stage.ceiling_dbtp):
        return heard(analysis.hops * loud**2, rate, by, analysis.speech)
    per_second = rate / stage.hop(rate)
    hops = np.empty_like(analysis.hops)
    span = PIECE_S * loudness.HOPS_PER_S
    for at in range(0, len(hops), span):
        piece = analysis.hops[at : at + span]
        start = round(at / loudness.HOPS_PER_S * per_second)
        peaks = analysis.peaks[start : start + round(PIECE_S * per_second)]
        kept = 10 ** (-stage.attenuation(np.maximum(decibels(peaks) + gain_db - stage.ceiling_dbtp, 0.0), rate) / 10)
        edges = (np.arange(len(piece)) * per_second / loudness.HOPS_PER_S).astype(int)
        edges = np.minimum(edges, len(kept) - 1)
        hops[at : at + span] = piece * np.add.reduceat(kept, edges) / np.maximum(np.diff(edges, append=len(kept)), 1)
    return heard(hops * loud**2, rate, by, analysis.speech)


def gain_for(
    analysis: Analysis, target_lufs: float, by: str, limiter: Limiter, most_limiting_db: float
) -> tuple[float, bool]:
    """The gain in dB, and whether it was held back so that the limiter takes at most `most_limiting_db`."""
    before = heard(analysis.hops, analysis.rate, by, analysis.speech)
    if not before >= QUIETEST_LUFS:
        return 0.0, False
    crest = np.quantile(analysis.peaks, CREST_SHARE[by], method="higher")
    most = min(limiter.ceiling_dbtp + most_limiting_db - float(decibels(crest)), MOST_GAIN_DB)
    gain_db = target_lufs - before
    for _ in range(6):
        missed = target_lufs - predicted(analysis, min(gain_db, most), limiter, by)
        if gain_db >= most and missed > 0:
            return most, True
        if abs(missed) < 0.02:
            break
        gain_db = min(gain_db, most) + 1.15 * missed  # a limited dB of gain gives less than a dB
    return min(gain_db, most), gain_db > most
