"""The plain finishing that every rendered piece gets: no rumble, clean ends, the right loudness, a kept ceiling.

Music is set by its integrated loudness. An effect is set by its loudest 400 ms, since a gated mean says nothing about a
door slam: `-16 LUFS` there puts a steady texture a little over where a song stands, and a short knock, whose energy is
spread over the window, as loud as its crest allows. How much of the peaks the limiter may take is bounded, so that
transients stay; a sound that hits the bound ends quieter, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.audio import Audio
from soundwright.dsp import envelopes, limiter, loudness
from soundwright.dsp.peak import true_peak
from soundwright.dsp.units import decibels, gain
from soundwright.errors import BadRequest
from soundwright.finish.report import Report, Step, report

RUMBLE_HZ = 20.0
FADE_IN_S, FADE_OUT_S = 0.003, 0.010
STARTS_SILENT = 0.003  # -50 dB under the peak: a sound that begins there needs no fade, and keeps its attack
MOST_GAIN_DB = 50.0
QUIETEST_LUFS = -70.0  # the absolute gate: what lies under it is noise, not a sound to be raised
NEAR_LU = 0.1
LOOP_LEAD_S = 1.0  # how much of its own end a looped sound is led in by, so that filter and gain meet at the seam


@dataclass(frozen=True)
class Aim:
    """What a kind of sound is set to: LUFS by "integrated" or "momentary", and how many dB of peak may be limited."""

    loudness_lufs: float
    by: str
    most_limiting_db: float


AIMS = {"music": Aim(-14.0, "integrated", 9.0), "effect": Aim(-16.0, "momentary", 3.0)}


def first(
    audio: Audio, kind: str, *, loudness_lufs: float | None = None, ceiling_dbtp: float = -1.0, loop: bool = False
) -> tuple[Audio, Report]:
    """High-pass, fades, gain, limiter, and the measures. Silence stays silence; frames out are frames in."""
    if kind not in AIMS:
        raise BadRequest(f"finishing knows {' and '.join(AIMS)}, not {kind!r}")
    aim, rate, lead = AIMS[kind], audio.rate, 0
    target = aim.loudness_lufs if loudness_lufs is None else loudness_lufs
    x, steps = audio.samples, []
    if loop and audio.frames:
        lead = min(round(LOOP_LEAD_S * rate), 64 * audio.frames)
        x = np.pad(x, ((0, 0), (lead, rate // 20)), mode="wrap")
    dc = float(np.abs(audio.samples.mean(axis=1)).max()) if audio.frames else 0.0
    x = without_rumble(x, rate)
    steps.append(Step("high-pass", {"hz": RUMBLE_HZ, "dc_removed": dc}))
    if not loop:
        x, ends = with_clean_ends(x, rate)
        steps.append(ends)

    def inner(y: np.ndarray) -> np.ndarray:
        return y[:, lead : lead + audio.frames]

    gain_db, held_back = _gain_for(inner(x), rate, aim, target, ceiling_dbtp)
    out = x
    for _ in range(3):
        out = limiter.limit(x * np.float32(gain(gain_db)), rate, ceiling_dbtp)
        missed = target - _loudness(inner(out), rate, aim.by)
        if held_back or abs(missed) <= NEAR_LU or missed > target - QUIETEST_LUFS:
            break
        gain_db, held_back = _bounded(gain_db + 1.2 * missed, inner(x), rate, aim, ceiling_dbtp)
    steps.append(Step("gain", {"gain_db": gain_db, "held_back_for_transients": held_back}))
    taken = decibels(np.abs(x).max(initial=0.0) * gain(gain_db)) - decibels(np.abs(out).max(initial=0.0))
    steps.append(Step("limiter", {"ceiling_dbtp": ceiling_dbtp, "most_taken_db": max(float(taken), 0.0)}))
    done = Audio(inner(out), rate)
    return done, report(done, kind, gain_db=gain_db, target_lufs=target, ceiling_dbtp=ceiling_dbtp, steps=steps)


def without_rumble(x: np.ndarray, rate: int, hz: float = RUMBLE_HZ) -> np.ndarray:
    """Second-order Butterworth high-pass. A constant offset is taken to have been there before the beginning, so that
    it leaves no thump; a sound that begins with silence keeps it."""
    if not x.size:
        return x
    sos = signal.butter(2, hz, "high", fs=rate, output="sos")
    lasting = (x[:, 0] != 0) & (x.shape[1] * hz >= rate)
    offset = np.where(lasting, x.mean(axis=1, dtype=np.float64), 0.0)
    memory = signal.sosfilt_zi(sos)[:, None, :] * offset[None, :, None]
    out = np.empty(x.shape, np.float32)
    for at in range(0, x.shape[1], 1 << 16):
        out[:, at : at + (1 << 16)], memory = signal.sosfilt(sos, x[:, at : at + (1 << 16)].astype(float), zi=memory)
    return out


def with_clean_ends(x: np.ndarray, rate: int) -> tuple[np.ndarray, Step]:
    """Raised-cosine fades, left out where the sound starts or ends in silence anyway."""
    highest, near = float(np.abs(x).max(initial=0.0)), max(rate // 5000, 1)
    starts, ends = (
        float(np.abs(part).max(initial=0.0)) > STARTS_SILENT * highest for part in (x[:, :near], x[:, -near:])
    )
    lengths = FADE_IN_S * starts, FADE_OUT_S * ends
    return envelopes.fade(x, rate, *lengths), Step("fades", {"in_ms": 1000 * lengths[0], "out_ms": 1000 * lengths[1]})


def _loudness(x: np.ndarray, rate: int, by: str) -> float:
    heard = loudness.integrated(x, rate) if by == "integrated" else -np.inf
    return heard if np.isfinite(heard) else loudness.momentary_max(x, rate)


def _gain_for(x: np.ndarray, rate: int, aim: Aim, target: float, ceiling_dbtp: float) -> tuple[float, bool]:
    heard = _loudness(x, rate, aim.by)
    if heard < QUIETEST_LUFS:
        return 0.0, False
    return _bounded(target - heard, x, rate, aim, ceiling_dbtp)


def _bounded(gain_db: float, x: np.ndarray, rate: int, aim: Aim, ceiling_dbtp: float) -> tuple[float, bool]:
    most = min(ceiling_dbtp + aim.most_limiting_db - decibels(true_peak(x, rate)), MOST_GAIN_DB)
    return float(min(gain_db, most)), bool(gain_db > most)
