"""Parts played with a General MIDI soundfont, when one is installed, through symusic's synthesiser.

Each part is rendered alone, so that it can be mixed and written as a stem like the built-in instruments' parts.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest, CannotRun
from soundwright.instruments.catalogue import find
from soundwright.instruments.notes import Note, Part, Score
from soundwright.instruments.player import ends_of, force, placed

VARIABLE = "SOUNDWRIGHT_SOUNDFONT"
FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "~/.local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
)
PREFERRED = ("FluidR3_GM", "FluidR3Mono_GM", "GeneralUser", "MuseScore", "default-GM", "TimGM6mb")
TICKS, TEMPO = 480, 120.0
RESOLUTION_S = 60.0 / TEMPO / TICKS


def find_soundfont() -> Path | None:
    """The soundfont that is named by `SOUNDWRIGHT_SOUNDFONT`, or else the best known one that is installed, or None.

    Raises `BadRequest` when the variable names a file that is not there.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return checked(Path(named).expanduser(), f"{VARIABLE} names")
    found = [
        file
        for folder in FOLDERS
        for file in sorted(Path(folder).expanduser().glob("*.[sS][fF][23]"))
        if file.is_file()
    ]

    def rank(file: Path) -> int:
        return next((i for i, name in enumerate(PREFERRED) if file.name.startswith(name)), len(PREFERRED))

    return min(found, key=rank, default=None)


def checked(path: Path, who: str = "--soundfont names") -> Path:
    """`path` if it is a soundfont (a RIFF file of form sfbk). Raises `BadRequest` when it is missing or something else."""
    if not path.is_file():
        raise BadRequest(f"{who} {path}, which is not there")
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"sfbk":
        raise BadRequest(f"{who} {path}, which is not a soundfont (.sf2 or .sf3)")
    return path


def play_soundfont(part: Part, duration_s: float, rate: int, path: str | Path | None = None) -> np.ndarray:
    """One part with the soundfont at `path` (None: the one that is found), float32 `[2, round(duration_s * rate)]`.

    Pan, pedal and articulation are honoured as by `play`; swell is not. Raises `CannotRun` when no soundfont is
    installed or symusic cannot be loaded, `BadRequest` for a file that is no soundfont.
    """
    path = checked(Path(path).expanduser()) if path else find_soundfont()
    if path is None:
        raise CannotRun(f"no soundfont is installed: apt install fluidr3mono-gm-soundfont, or set {VARIABLE}")
    try:
        import symusic
    except ImportError as error:
        raise CannotRun("playing a soundfont needs symusic: pip install symusic==0.5.8") from error
    frames = round(duration_s * rate)
    notes = tuple(sorted((n for n in part.notes if 0 <= n.start_s < duration_s), key=lambda n: (n.start_s, n.pitch)))
    if not notes or frames <= 0:
        return np.zeros((2, max(frames, 0)), np.float32)
    midi = one_part(symusic, part, notes)
    synthesizer = symusic.Synthesizer(sf_path=str(path), sample_rate=rate, quality=4)
    try:
        sound = np.asarray(synthesizer.render(midi, stereo=True), np.float32)
    except (RuntimeError, ValueError) as error:
        raise CannotRun(f"the soundfont {path} could not be played ({error})") from error
    out = np.zeros((2, frames), np.float32)
    length = min(frames, sound.shape[1])
    out[:, :length] = np.nan_to_num(sound[:, :length])
    return placed(out, part.pan)


def play_score(score: Score, rate: int, path: str | Path | None = None) -> dict[str, np.ndarray]:
    """Every part of a score by name, as `play_soundfont` makes it."""
    return {part.name: play_soundfont(part, score.duration_s, rate, path) for part in score.parts}


def one_part(symusic, part: Part, notes: tuple[Note, ...]):
    """The part as a symusic score of one track."""
    instrument = find(part.instrument)
    midi = symusic.Score(TICKS)
    midi.tempos.append(symusic.Tempo(0, TEMPO))
    track = symusic.Track(part.name, instrument.program, instrument.is_kit)
    for note, end in zip(notes, ends_of(part, instrument, notes), strict=True):
        start = round(note.start_s / RESOLUTION_S)
        length = max(round((end - note.start_s) / RESOLUTION_S), 1)
        pitch = int(np.clip(round(note.pitch), 0, 127))
        track.notes.append(symusic.Note(start, length, pitch, int(np.clip(round(127 * force(note)), 1, 127))))
    midi.tracks.append(track)
    return midi
