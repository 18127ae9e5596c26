"""Parts played with a General MIDI soundfont, when one is installed.

Each part is rendered alone, so that it can be mixed and written as a stem like the built-in instruments' parts. The
reader and player are our own: symusic 0.5.8's synthesiser plays the wrong pitch wherever a zone overrides the sample's
root key (measured on FluidR3: piano key 48 sounds ten semitones low, key 72 fourteen high).
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from soundwright.dsp import filters
from soundwright.errors import BadRequest, CannotRun
from soundwright.instruments.catalogue import find
from soundwright.instruments.notes import Note, Part, Score
from soundwright.instruments.player import ends_of, force, lay, placed
from soundwright.instruments.sf2 import Sample, SoundFont, Zone, opened

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
OWN_FAMILIES = ("pad", "lead")
OWN = frozenset(
    (
        "felt piano", "distorted guitar", "voice", "synth bass", "sub bass", "acid bass", "reese bass", "chip triangle",
        "808 kit", "909 kit", "chip kit",
    )
)  # fmt: skip
"""What a General MIDI bank has no like of: electronic sounds, the muted piano, the amplifier that distorts whole
chords, the singer of syllables. They are always played by the built-in instruments."""
DRUM_BANK = 128
EMU_ATTENUATION = 0.4  # real players take four tenths of the written attenuation, as the first hardware did
GAIN = 0.45  # headroom of one part; close to the built-in instruments' loudness


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


def has(instrument: str) -> bool:
    """Whether a General MIDI bank has the like of a built-in instrument."""
    row = find(instrument)
    return row.family not in OWN_FAMILIES and row.name not in OWN


def checked(path: Path, who: str = "--soundfont names") -> Path:
    """`path` if it is a soundfont (a RIFF file of form sfbk). Raises `BadRequest` when it is not."""
    if not path.is_file():
        raise BadRequest(f"{who} {path}, which is not there")
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"sfbk":
        raise BadRequest(f"{who} {path}, which is not a soundfont (.sf2 or .sf3)")
    return path


def play_soundfont(part: Part, duration_s: float, rate: int, path: str | Path | None = None) -> np.ndarray:
    """One part with the soundfont at `path` (None: the one that is found), float32 `[2, round(duration_s * rate)]`.

    Pan and pedal are honoured as by `play`; swell is not. Raises `CannotRun` when no soundfont is installed,
    `BadRequest` for a file that is no soundfont or for an unknown instrument.
    """
    path = checked(Path(path).expanduser()) if path else find_soundfont()
    if path is None:
        raise CannotRun(f"no soundfont is installed: apt install fluidr3mono-gm-soundfont, or set {VARIABLE}")
    font = opened(path, path.stat().st_mtime)
    instrument = find(part.instrument)
    frames = round(duration_s * rate)
    bus = np.zeros((2, max(frames, 0)), np.float32)
    notes = tuple(sorted((n for n in part.notes if -0.5 < n.start_s < duration_s), key=lambda n: (n.start_s, n.pitch)))
    groups: dict[tuple[float, int], list[tuple[Note, float]]] = defaultdict(list)
    for note, end in zip(notes, ends_of(part, instrument, notes), strict=True):
        groups[(note.pitch, int(np.clip(round(127 * force(note)), 1, 127)))].append((note, end - note.start_s))
    bank, program = preset(font, instrument.program, instrument.is_kit)
    for (pitch, velocity), members in groups.items():
        for zone in font.zones(bank, program, int(np.clip(round(pitch), 0, 127)), velocity):
            sample = font.sample(zone.sample)
            longest = max(hold for _, hold in members) + seconds(zone.settings["release"])
            wave = pitched(sample, zone, pitch, min(longest, duration_s), rate)
            angle = (np.clip(zone.settings["pan"] / 500, -1, 1) + 1) * np.pi / 4
            level = GAIN * (velocity / 127) ** 2 * 10 ** (-EMU_ATTENUATION * zone.settings["attenuation"] / 200)
            for note, hold in members:
                one_shot = instrument.is_kit and not zone.settings["mode"] & 1
                curve = envelope(zone, pitch, len(wave) if one_shot else round(hold * rate), len(wave), rate)
                gains = level * np.array([np.cos(angle), np.sin(angle)])
                lay(bus, wave[: len(curve)] * curve, round(note.start_s * rate), gains)
    return placed(bus, part.pan)


def play_score(score: Score, rate: int, path: str | Path | None = None) -> dict[str, np.ndarray]:
    """Every part of a score by name, as `play_soundfont` makes it."""
    return {part.name: play_soundfont(part, score.duration_s, rate, path) for part in score.parts}


def preset(font: SoundFont, program: int, drums: bool) -> tuple[int, int]:
    """(bank, program) of a General MIDI program or kit, or where it is absent of its nearest relative."""
    there = font.programs()
    bank = DRUM_BANK if drums else 0
    choices = [(bank, program), (bank, program - program % 8), (bank, 0), *sorted(there)]
    return next(choice for choice in choices if choice in there)


def seconds(timecents: float) -> float:
    """Seconds of a generator in timecents, 0 to 100."""
    return min(2.0 ** (max(timecents, -12000) / 1200), 100.0) if timecents > -12000 else 0.001


def pitched(sample: Sample, zone: Zone, pitch: float, seconds_needed: float, rate: int) -> np.ndarray:
    """The zone's sample at `pitch`, looped as long as it must last, through the zone's low-pass, `[n]`."""
    g = zone.settings
    root = g["root"] if g["root"] >= 0 else sample.pitch
    semitones = (pitch - root) * g["scale"] / 100 + g["coarse_tune"] + g["fine_tune"] / 100 + sample.cents / 100
    step = 2 ** (semitones / 12) * sample.rate / rate
    first = max(g["start"] + 32768 * g["start_coarse"], 0)
    last = min(len(sample.wave) + g["end"] + 32768 * g["end_coarse"], len(sample.wave)) - 1
    begin = sample.loop[0] + g["loop_start"] + 32768 * g["loop_start_coarse"]
    end = sample.loop[1] + g["loop_end"] + 32768 * g["loop_end_coarse"]
    n = max(round(seconds_needed * rate), 1)
    if g["mode"] & 1 and 0 <= begin < end - 1 <= last:
        at = first + np.arange(n) * step
        at = np.where(at >= end, begin + (at - begin) % (end - begin), at)
    else:
        at = first + np.arange(min(n, max(int((last - first) / step), 1))) * step
    index = np.minimum(at.astype(np.intp), last - 1 if last > 0 else 0)
    part = (at - index).astype(np.float32)
    low = sample.wave[index]
    out = low + part * (sample.wave[np.minimum(index + 1, len(sample.wave) - 1)] - low)
    if g["filter_cents"] < 13400:
        out = filters.lowpass(out, 8.176 * 2 ** (g["filter_cents"] / 1200), rate)
    return out


def envelope(zone: Zone, pitch: float, hold: int, longest: int, rate: int) -> np.ndarray:
    """The volume envelope (specification 9.1.7): straight attack, then dB-linear decay and release; 1 at its top."""
    g = zone.settings
    key = 60 - pitch
    attack, stay = seconds(g["attack"]), seconds(g["hold"] + key * g["key_to_hold"])
    decay, release = seconds(g["decay"] + key * g["key_to_decay"]), max(seconds(g["release"]), 0.02)
    n = min(hold + round(release * rate), longest)
    t = np.arange(n) / rate
    fall = np.clip((t - attack - stay) / decay, 0, 1) * min(max(g["sustain"], 0), 1000) / 10
    over = np.maximum(np.arange(n) - hold, 0) / rate * 100 / release
    level = np.minimum(t / attack, 1.0) * 10 ** (-(fall + over) / 20)
    edge = min(round(0.004 * rate), n)
    level[n - edge :] *= np.linspace(1, 0, edge)
    return level.astype(np.float32)
