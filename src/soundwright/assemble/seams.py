"""What is heard at a seam: a click, a step in level, a change of spectrum; each against what the piece itself does.

Music clicks, swells and changes by nature, so that no figure is a fault alone: a click is one by its neighbourhood
(`dsp.measures.clicks`), a step or a change when the piece has not its like in twenty. Steps are of K-weighted level
over whole windows on either side, the change is the flux of log-mel levels, frame to frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import loudness, measures, spectra

STEP_DB = 0.5  # a step that few hear
WINDOW_S, STEP_EVERY_S = 2.0, 0.1  # level is held against level over so much, and that is asked for so often
NEAR_S, AROUND_S = 0.005, 0.15  # how far beside a seam a click is still its own, and what it is held against
BANDS, FRAME_S = 40, 0.043
FLOOR_DB = 60.0  # levels so far under the loudest are one
PIECE_S = 30.0  # spectra are taken of so much at a time


@dataclass(frozen=True)
class SeamMeasure:
    """A seam's figures, and the 95th percentile of the same figures over the piece.

    `bend_times` is the sharpest bend (second difference) in the seam over the RMS of those beside it; a click that is
    not sharp by that as well is the music's own.
    """

    at_s: float
    clicks: int
    bend_times: float
    step_db: float
    usual_step_db: float
    flux_db: float
    usual_flux_db: float

    def faults(self) -> tuple[str, ...]:
        """What is wrong, in words; empty for a good seam."""
        click = self.clicks > 0 and self.bend_times > measures.CLICK_TIMES
        found = {
            f"a click (a bend {self.bend_times:.0f} times those beside it)": click,
            f"a step of {self.step_db:+.1f} dB": abs(self.step_db) > max(STEP_DB, self.usual_step_db),
            f"a change of spectrum by {self.flux_db:.1f} dB a frame, where {self.usual_flux_db:.1f} are usual at most":
                self.flux_db > self.usual_flux_db,
        }  # fmt: skip
        return tuple(f"{self.at_s:.3f} s: {text}" for text, wrong in found.items() if wrong)


def seam_measures(
    audio: Audio, spans_s: Sequence[tuple[float, float]], window_s: float = WINDOW_S
) -> tuple[SeamMeasure, ...]:
    """The seams at `spans_s`, each from where a fade begins to where it ends (the same instant for a cut).

    `window_s` should be whole bars where the music has them. Raises `BadRequest` for layouts without a loudness.
    """
    energies, flux, hop = loudness.hop_energies(audio.samples, audio.rate), _flux(audio), _hop(audio.rate)
    whole = np.arange(window_s, len(energies) / loudness.HOPS_PER_S - window_s, STEP_EVERY_S)
    steps = np.abs([_step(energies, at, at, window_s) for at in whole])
    usual = float(np.percentile(steps, 95)) if len(steps) else 0.0
    usual_flux = float(np.percentile(flux, 95)) if len(flux) else 0.0
    found = []
    for begin, end in spans_s:
        clicks, bend = _clicks(audio, begin, end)
        step = _step(energies, begin, end, window_s)
        first, last = (round(at * audio.rate / hop) for at in (begin - FRAME_S / 2, end + FRAME_S / 2))
        near = flux[max(first, 0) : last + 1]
        change = float(near.mean()) if len(near) else 0.0
        found.append(SeamMeasure((begin + end) / 2, clicks, bend, step, usual, change, usual_flux))
    return tuple(found)


def seam_faults(audio: Audio, spans_s: Sequence[tuple[float, float]], window_s: float = WINDOW_S) -> tuple[str, ...]:
    """What is wrong at the seams, one line each; empty when all are good (see `seam_measures`)."""
    return tuple(line for one in seam_measures(audio, spans_s, window_s) for line in one.faults())


def _clicks(audio: Audio, begin_s: float, end_s: float) -> tuple[int, float]:
    """How many clicks lie in a span, and its sharpest bend over the RMS of the bends beside it."""
    rate = audio.rate
    left = max(round((begin_s - AROUND_S) * rate), 0)
    x = audio.samples[:, left : max(round((end_s + AROUND_S) * rate), 0)]
    first, last = (max(round(second * rate) - left, 0) for second in (begin_s - NEAR_S, end_s + NEAR_S))
    count = sum(first <= at <= last for at in measures.clicks(x, rate))
    bends = np.abs(np.diff(x.astype(np.float64), 2, axis=1))
    inside, beside = bends[:, first:last], [bends[:, :first], bends[:, last:]]
    usual = max((float(np.sqrt(np.square(part).mean())) for part in beside if part.size), default=0.0)
    return count, float(inside.max(initial=0.0)) / usual if usual > 1e-7 else 0.0


def _step(energies: np.ndarray, begin_s: float, end_s: float, window_s: float) -> float:
    """The level after a span less that before it in dB, of windows cut at the piece's ends; 0 beside silence."""
    hops = loudness.HOPS_PER_S
    first, last, window = round(begin_s * hops), round(end_s * hops), max(round(window_s * hops), 1)
    window = min(window, first, len(energies) - last)
    if window <= 0:
        return 0.0
    before, after = energies[first - window : first].mean(), energies[last : last + window].mean()
    floor = 1e-6 * energies.max()
    return float(10 * np.log10(after / before)) if min(before, after) > floor else 0.0


def _hop(rate: int) -> int:
    return max(1 << round(np.log2(FRAME_S * rate)), 64) // 4


def _flux(audio: Audio) -> np.ndarray:
    """Mean change in dB of the log-mel levels from each frame to the next, `[frames]`, one each `_hop`."""
    hop, x = _hop(audio.rate), audio.samples.mean(axis=0)
    if len(x) <= 4 * hop:
        return np.zeros(0)
    step, pictures = max(round(PIECE_S * audio.rate / hop), 1) * hop, []
    for at in range(0, len(x), step):  # each with a little of its neighbours, so that no frame sees a border
        lead = min(at, 8 * hop)
        some = x[at - lead : at + step + 8 * hop]
        picture = spectra.log_mel(some, audio.rate, bands=BANDS, size=4 * hop, hop=hop)
        pictures.append(picture[:, lead // hop :][:, : min(step, len(x) - at) // hop])
    picture = np.concatenate(pictures, axis=1)
    return np.abs(np.diff(np.maximum(picture, picture.max() - FLOOR_DB), axis=1)).mean(axis=0)
