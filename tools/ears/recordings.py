"""Real recordings in classes: which files of which package are what, and which of ours should be nearest to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tools.ears.packages import LEFT_OUT

from soundwright.audio import Audio
from soundwright.dsp import filters, space
from soundwright.errors import BadRequest

RATE = 48_000
PIECE_S = 4.0  # long recordings are cut into pieces of this length


@dataclass(frozen=True)
class RealClass:
    """What is heard, in which files (package, glob), and the names of ours that are the same thing (none: a decoy)."""

    files: tuple[tuple[str, str], ...]
    ours: tuple[str, ...]


def _files(package: str, *globs: str) -> tuple[tuple[str, str], ...]:
    return tuple((package, glob) for glob in globs)


EFFECTS = {
    "cat": RealClass(_files("animals", "cat.mp3"), ("cat meow",)),
    "cow": RealClass(_files("animals", "cow.mp3"), ("cow moo",)),
    "dog": RealClass(_files("animals", "dog.mp3"), ("dog bark",)),
    "duck": RealClass(_files("animals", "duck.mp3"), ("duck",)),
    "frog": RealClass(_files("animals", "frog.mp3"), ("frog croak", "frogs")),
    "horse": RealClass(_files("animals", "horse.mp3"), ("horse neigh",)),
    "owl": RealClass(_files("animals", "owl.mp3"), ("owl",)),
    "pig": RealClass(_files("animals", "pig.mp3"), ("pig",)),
    "rooster": RealClass(_files("animals", "rooster.mp3"), ("rooster",)),
    "sheep": RealClass(_files("animals", "sheep.mp3"), ("sheep baa",)),
    "crow": RealClass(_files("sonic-pi", "misc_crow.flac"), ("crow",)),
    "explosion": RealClass(
        _files("endless-sky", "explosion *.wav", "final explosion*.wav", "nuke.wav")
        + _files("kenney", "explosion*.wav"),
        ("explosion",),
    ),
    "laser": RealClass(_files("kenney", "laser*.wav"), ("laser",)),
    "coin": RealClass(_files("kenney", "coin*.wav"), ("coin pickup",)),
    "power-up": RealClass(_files("kenney", "upgrade*.wav"), ("power-up",)),
    "game error": RealClass(_files("kenney", "error*.wav"), ("ui error",)),
    "game jump": RealClass(_files("kenney", "jump*.wav"), ("game jump",)),
    "game over": RealClass(_files("kenney", "gameover*.wav", "lose*.wav"), ("game over",)),
    "alarm": RealClass(_files("endless-sky", "alarm.wav"), ("klaxon alarm",)),
    "machinery": RealClass(
        _files("endless-sky", "ambient/machinery.mp3"), ("machine hum", "factory machine")
    ),
    "rocket": RealClass(
        _files("endless-sky", "rocket.wav", "torpedo.wav", "flamethrower~.wav", "afterburner~.wav", "takeoff.wav"),
        ("torch whoosh",),
    ),
    "robot": RealClass(_files("sonic-pi", "mehackit_robot*.flac", "glitch_robot*.flac"), ()),
    "whoosh": RealClass(_files("sonic-pi", "perc_swoosh.flac", "perc_swash.flac"), ("whoosh",)),
    "vinyl hiss": RealClass(_files("sonic-pi", "vinyl_hiss.flac"), ("vinyl crackle",)),
    "vinyl scratch": RealClass(_files("sonic-pi", "vinyl_scratch.flac", "vinyl_backspin.flac"), ()),
    "bell": RealClass(_files("sonic-pi", "perc_bell*.flac", "elec_bell.flac"), ("hand bell",)),
    "door": RealClass(_files("sonic-pi", "perc_door.flac"), ("door slam",)),
    "cinematic boom": RealClass(
        _files("sonic-pi", "misc_cineboom.flac"), ("cinematic hit", "boom")
    ),
}  # fmt: skip

DRUMS = {
    "kick": RealClass(_files("sonic-pi", "bd_*.flac", "drum_bass_*.flac", "drum_heavy_kick.flac"), ("kick",)),
    "snare": RealClass(
        _files("sonic-pi", "sn_*.flac", "drum_snare_*.flac", "elec_*snare.flac")
        + _files("audiophob", "*8bit-snare.wav", "*garage-city-snare*.wav"),
        ("snare",),
    ),
    "closed hat": RealClass(
        _files("sonic-pi", "drum_cymbal_closed.flac", "drum_cymbal_pedal.flac", "hat_metal.flac", "hat_tap.flac")
        + _files("audiophob", "*hat-light.wav"),
        ("closed hat",),
    ),
    "open hat": RealClass(
        _files("sonic-pi", "drum_cymbal_open.flac") + _files("audiophob", "*hhat-paiste*open*.wav"), ("open hat",)
    ),
    "crash": RealClass(
        _files("sonic-pi", "drum_cymbal_hard.flac", "drum_cymbal_soft.flac", "drum_splash_*.flac")
        + _files("audiophob", "*crash.wav"),
        ("crash",),
    ),
    "ride": RealClass(_files("sonic-pi", "ride_*.flac"), ("ride",)),
    "tom": RealClass(_files("sonic-pi", "drum_tom_*.flac") + _files("audiophob", "*tom*.wav"), ("tom",)),
    "cowbell": RealClass(_files("sonic-pi", "drum_cowbell.flac"), ("cowbell",)),
}


def read(classes: dict[str, RealClass], folders: dict[str, Path]) -> Iterator[tuple[str, str, np.ndarray]]:
    """(class, file name, mono samples `[n]` at 48 kHz) of every piece of every recording that is there."""
    for name, one in classes.items():
        for package, glob in one.files:
            for path in sorted(folders[package].glob(glob)) if package in folders else ():
                if any(path.stem.startswith(left) for left in LEFT_OUT):
                    continue
                try:
                    x = Audio.read(path).mono().at(RATE).samples[0]
                except BadRequest as error:
                    print(f"left out: {error}")
                    continue
                yield from ((name, path.stem, piece) for piece in pieces(x))


def pieces(x: np.ndarray) -> Iterator[np.ndarray]:
    """A recording without the silence around it, in pieces of four seconds at the most."""
    loud = np.flatnonzero(np.abs(x) > 0.01 * np.abs(x).max())
    if not len(loud):
        return
    x = x[loud[0] : loud[-1] + 1]
    size = round(PIECE_S * RATE)
    for at in range(0, len(x), size):
        piece = x[at : at + size]
        if at == 0 or len(piece) > size // 2:
            yield piece


def versions(x: np.ndarray, rng: np.random.Generator, count: int = 5) -> Iterator[np.ndarray]:
    """A recording and the same thing recorded otherwise: up to four semitones higher or lower, tilted, in a room."""
    yield x
    for _ in range(count):
        y = Audio(x, RATE).at(round(RATE * 2 ** rng.uniform(-0.35, 0.35))).samples[0]
        y = filters.equalise(y, "high-shelf", 2000, RATE, gain_db=rng.uniform(-8, 8))
        y = filters.equalise(y, "low-shelf", 300, RATE, gain_db=rng.uniform(-8, 8))
        if rng.random() < 0.5:
            y = space.reverberate(np.stack([y, y]), "room", RATE, wet_db=rng.uniform(-6, 6)).mean(axis=0)
        yield y
