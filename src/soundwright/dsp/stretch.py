"""Time-stretch and pitch-shift to an exact length, by two engines that are not ours.

"signalsmith" is the library of that name through python-stretch (MIT): quick, clear transients. "rubberband" calls the
Rubber Band program, when it is installed, with 32-bit float files, its finer engine and channels kept together; its
Python wrapper writes 16-bit files, which clip. Both come within a frame of the asked length, and are fitted to it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest, CannotRun

LEAST, MOST = 0.1, 10.0


def stretch(
    x: np.ndarray,
    rate: int,
    factor: float = 1.0,
    *,
    frames: int | None = None,
    semitones: float = 0.0,
    engine: str = "signalsmith",
) -> np.ndarray:
    """x `[channels, frames]` `factor` times as long (2 is half the tempo), or exactly `frames` long, at another pitch.

    The result has `round(factor * frames)` frames in float32. Raises `BadRequest` for a factor outside 0.1 to 10 or an
    unknown engine, `CannotRun` when the engine is not installed. Silence and nothing give silence and nothing.
    """
    wanted = round(x.shape[1] * factor) if frames is None else frames
    factor = wanted / x.shape[1] if x.shape[1] else 1.0
    if engine not in ENGINES:
        raise BadRequest(f"stretching is done by {' or '.join(ENGINES)}, not {engine!r}")
    if not LEAST <= factor <= MOST or abs(semitones) > 36:
        raise BadRequest(f"time can be stretched {LEAST} to {MOST:g} times and pitch moved by 36 semitones at the most")
    if not x.any() or (wanted == x.shape[1] and semitones == 0):
        return np.array(x[:, :wanted], np.float32) if wanted <= x.shape[1] else np.zeros((len(x), wanted), np.float32)
    done = ENGINES[engine](np.ascontiguousarray(x, np.float32), rate, factor, semitones)[:, :wanted]
    return np.pad(done, ((0, 0), (0, wanted - done.shape[1])))


def pitch_shift(x: np.ndarray, rate: int, semitones: float, *, engine: str = "signalsmith") -> np.ndarray:
    """x at another pitch and of the same length."""
    return stretch(x, rate, semitones=semitones, engine=engine)


def _signalsmith(x: np.ndarray, rate: int, factor: float, semitones: float) -> np.ndarray:
    try:
        from python_stretch import Signalsmith
    except ImportError as error:
        raise CannotRun("stretching needs python-stretch: pip install python-stretch") from error
    stretcher = Signalsmith.Stretch()
    stretcher.preset(len(x), rate)
    # the library reads at least one of its blocks: a shorter sound is followed by silence
    room = max(stretcher.blockSamples() + stretcher.inputLatency() - x.shape[1], 0)
    stretcher.setTimeFactor(1.0 / factor)
    stretcher.setTransposeSemitones(semitones, 8000.0 / rate)
    return np.asarray(stretcher.process(np.pad(x, ((0, 0), (0, room)))))


def _rubberband(x: np.ndarray, rate: int, factor: float, semitones: float) -> np.ndarray:
    import soundfile

    program = shutil.which("rubberband")
    if program is None:
        raise CannotRun("the rubberband program is not installed (Debian: apt install rubberband-cli)")
    room = 8 * float(np.abs(x).max())  # the program clips at full scale, whatever the format
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "in.wav", Path(folder) / "out.wav"
        soundfile.write(source, x.T / room, rate, subtype="FLOAT")
        asked = [
            program,
            "-q",
            "--fine",
            "--centre-focus",
            "--ignore-clipping",
            "-t",
            f"{factor:.12g}",
            "-p",
            f"{semitones:.9g}",
        ]
        run = subprocess.run([*asked, str(source), str(result)], capture_output=True, text=True, check=False)
        if run.returncode or not result.exists():
            raise CannotRun(f"rubberband failed: {(run.stderr.strip() or 'no output').splitlines()[-1]}")
        return soundfile.read(result, dtype="float32", always_2d=True)[0].T * np.float32(room)


ENGINES = {"signalsmith": _signalsmith, "rubberband": _rubberband}
