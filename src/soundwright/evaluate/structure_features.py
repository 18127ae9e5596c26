"""What structure is heard from: notes, timbre, attacks and level of a sound of any length, eleven times a second.

The sound is read once, as mono at 22.05 kHz. A long window (372 ms) tells semitones apart, a short one (93 ms) attacks.
Levels are compressed, log(1 + x) with x relative to the loudest of the piece, so that a louder take of the same notes
stays near. What is kept is 5 kB for each second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import fft

from soundwright.audio import Audio, Stream
from soundwright.dsp import loudness, spectra

RATE = 22_050
HOP, LONG, SHORT, STEPS = 2048, 8192, 2048, 4  # STEPS attacks are heard in a hop
HOP_S = HOP / RATE
LOWEST_NOTE, NOTES = 33, 84  # 55 Hz to 6.6 kHz
MELS, CEPSTRA = 32, 13
COMPRESSION = 300.0  # of amplitudes relative to the loudest: what is 50 dB down counts for next to nothing
PIECE = 128  # hops taken at a time


@dataclass(frozen=True, eq=False)
class Features:
    """One row a hop of `HOP_S` seconds: semitones `[n, 84]`, cepstra `[n, 13]`, rises `[n, 32]` of mel bands; onset
    strength `[4 n]`; and the energy of each 10 ms as loudness meters weigh it, of the sound at `rate`."""

    notes: np.ndarray
    timbre: np.ndarray
    rises: np.ndarray
    onsets: np.ndarray
    energies: np.ndarray
    rate: int
    duration_s: float

    @property
    def chroma(self) -> np.ndarray:
        """Pitch classes `[n, 12]`, C first."""
        folded = np.roll(self.notes, LOWEST_NOTE % 12, axis=1)  # the row now begins at a C
        return folded.reshape(len(folded), -1, 12).sum(axis=1)


def features(sound: Audio | Stream) -> Features:
    """Read a sound once, in bounded memory. Raises `BadRequest` for layouts without channel weights."""
    stream = Stream.of(sound) if isinstance(sound, Audio) else sound
    meter = loudness.Meter(stream.rate, stream.channels)
    state, energies, frames = meter.start(), [], 0

    def watched() -> Iterator[np.ndarray]:
        nonlocal state, frames
        for block in stream.blocks:
            frames += block.shape[1]
            state = meter.step(state, block)
            energies.extend(state.energies)
            state = loudness.MeterState(state.memory, state.rest, state.frames)
            yield block.mean(axis=0)

    long, short = zip(*(_spectra(piece) for piece in _pieces(_resampled(watched(), stream.rate))), strict=True)
    notes, mels = np.concatenate(long), np.concatenate(short)
    hops = meter.hops(loudness.MeterState(state.memory, state.rest, state.frames, tuple(energies)))
    count = max(int(np.ceil(frames / stream.rate / HOP_S)), 1)
    notes, mels = notes[:count], mels[: count * STEPS]
    notes = _compressed(notes)
    levels = _compressed(mels)
    rises = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0.0)
    per_hop = levels.reshape(count, STEPS, -1).mean(axis=1)
    timbre = np.asarray(fft.dct(per_hop, axis=1, norm="ortho"))[:, 1 : CEPSTRA + 1]
    rows = rises.reshape(count, STEPS, -1).sum(axis=1)
    return Features(notes, timbre, rows, rises.mean(axis=1), hops, stream.rate, frames / stream.rate)


def _compressed(amplitudes: np.ndarray) -> np.ndarray:
    loudest = float(np.percentile(amplitudes.max(axis=1), 95)) if amplitudes.size else 0.0
    return np.log1p(COMPRESSION * amplitudes / max(loudest, 1e-7))


def _resampled(blocks: Iterator[np.ndarray], rate: int) -> Iterator[np.ndarray]:
    import soxr

    resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ")
    for block in blocks:
        yield resampler.resample_chunk(np.ascontiguousarray(block, np.float32))
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


def _pieces(blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Samples of `PIECE` hops each with the rest of the long window that the last hop needs; zeros at both ends."""
    held = [np.zeros((LONG - HOP) // 2, np.float32)]
    want = PIECE * HOP + LONG - HOP
    for block in blocks:
        held.append(block)
        while sum(map(len, held)) >= want:
            whole = np.concatenate(held)
            yield whole[:want]
            held = [whole[PIECE * HOP :]]
    rest = np.concatenate(held)
    over = -max(len(rest) - (LONG - HOP) // 2, 1) % HOP
    yield np.pad(rest, (0, over + (LONG - HOP) // 2))


def _spectra(piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Amplitudes of semitones `[hops, 84]` and of mel bands `[4 hops, 32]`; a hop's middle is its window's."""
    hops = (len(piece) - LONG + HOP) // HOP
    wide = np.lib.stride_tricks.sliding_window_view(piece, LONG)[::HOP][:hops]
    first = (LONG - HOP) // 2 - (SHORT - HOP // STEPS) // 2
    near = np.lib.stride_tricks.sliding_window_view(piece[first:], SHORT)[:: HOP // STEPS][: hops * STEPS]
    notes = np.abs(np.asarray(fft.rfft(wide * _window(LONG), axis=1))) @ _NOTE_BANK.T
    power = np.square(np.abs(np.asarray(fft.rfft(near * _window(SHORT), axis=1)))) @ _MEL_BANK.T
    return notes.astype(np.float32), np.sqrt(power).astype(np.float32)


def _window(size: int) -> np.ndarray:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


def _note_bank() -> np.ndarray:
    """Triangles of a semitone to either side `[84, LONG // 2 + 1]`, or of two bins where bins are wider."""
    hz = np.fft.rfftfreq(LONG, 1 / RATE)
    centres = 440.0 * 2.0 ** ((LOWEST_NOTE + np.arange(NOTES) - 69) / 12)
    reach = np.maximum(centres * (2 ** (1 / 12) - 1), 1.5 * hz[1])
    return np.maximum(0.0, 1 - np.abs(hz - centres[:, None]) / reach[:, None]).astype(np.float32)


_NOTE_BANK = _note_bank()
_MEL_BANK = spectra.mel_bank(RATE, SHORT, MELS, low_hz=50.0, high_hz=10_000.0)
