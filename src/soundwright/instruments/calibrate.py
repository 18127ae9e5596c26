"""How the static gains in `levels.py` were found: each instrument plays alone and its loudness is measured.

    python -m soundwright.instruments.calibrate

rewrites `levels.py`. Pitched instruments play single notes of 0.9 s at velocity 0.7 low, in the middle and high in
their usual range, and the loudest 400 ms of each counts; kits play a bar of a plain beat and the whole bar counts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import signal

from soundwright.dsp import filters
from soundwright.instruments.catalogue import Instrument, table
from soundwright.instruments.levels import GAIN_DB
from soundwright.instruments.notes import Note, Part
from soundwright.instruments.player import play

TARGET_LUFS = -25.0  # eight parts of three notes then come to about −12 LUFS before the mix
RATE = 48_000
PLACES = (0.25, 0.5, 0.75)  # of the range
BEAT_OVER_NOTE_DB = 4.0  # a whole kit stands beside chords, not beside single notes
BEAT = (
    (0.0, 36),
    (0.0, 42),
    (0.3, 42),
    (0.6, 38),
    (0.6, 42),
    (0.9, 42),
    (1.2, 36),
    (1.5, 36),
    (1.2, 42),
    (1.5, 42),
    (1.8, 38),
    (1.8, 42),
    (2.1, 42),
)


def loudness(x: np.ndarray, rate: int, window_s: float = 0.0) -> float:
    """Loudness of x `[2, n]` in LUFS (ITU-R BS.1770-4 without gates); with a window, of its loudest stretch."""
    sections = [
        filters.biquad("high-shelf", 1681.97, rate, gain_db=4.0, q=0.7072),
        signal.butter(2, 38.0, "high", fs=rate, output="sos"),
    ]
    power = (filters.run_sos(x.astype(np.float64), np.concatenate(sections)) ** 2).sum(axis=0)
    if window_s:
        size = min(round(window_s * rate), len(power))
        total = np.concatenate([[0.0], np.cumsum(power)])
        mean = float((total[size:] - total[:-size]).max() / size)
    else:
        mean = float(power.mean())
    return -0.691 + 10 * float(np.log10(max(mean, 1e-12)))


def test_pitches(instrument: Instrument) -> list[int]:
    """Three pitches of the range at which an instrument is usually heard."""
    low, high = max(instrument.low, 28), min(instrument.high, 96)
    return [round(low + place * (high - low)) for place in PLACES]


def measured(instrument: Instrument, seed: int = 0) -> float:
    """Loudness in LUFS of the instrument as it stands, its present gain included."""
    if instrument.is_kit:
        notes = tuple(Note(at, 0.2, key, 0.7) for at, key in BEAT)
        return loudness(play(Part("calibration", instrument.name, notes), 2.4, RATE, seed), RATE) - BEAT_OVER_NOTE_DB
    each = []
    for pitch in test_pitches(instrument):
        part = Part("calibration", instrument.name, (Note(0.05, 0.9, pitch, 0.7),))
        each.append(10 ** (loudness(play(part, 1.3, RATE, seed), RATE, 0.4) / 10))
    return 10 * float(np.log10(np.mean(each)))


def main() -> None:
    rows = {}
    for name, instrument in table().items():
        rows[name] = round(GAIN_DB.get(name, 0.0) + TARGET_LUFS - measured(instrument), 1)
        print(f"{name:24s} {rows[name]:+6.1f} dB")
    lines = "".join(f'    "{name}": {value},\n' for name, value in rows.items())
    Path(__file__).with_name("levels.py").write_text(
        '"""Static gains in dB that make all instruments equally loud at equal velocity; written by `calibrate`."""\n\n'
        f"GAIN_DB: dict[str, float] = {{\n{lines}}}\n"
    )


if __name__ == "__main__":
    main()
