"""A folder of sounds as a set to be measured: which files are in it, what they are, and what is wrong with them.

What cannot be heard (no sound, damage, NaN, nothing in it) is left out with a warning; silence stays in, with a
warning, since a system that falls silent should be judged for it. Files are known by the SHA-256 of their bytes, sounds
by that of their samples.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest
from soundwright.evaluate import cache
from soundwright.progress import Progress
from soundwright.weights import sha256

ENDINGS = (".wav", ".flac", ".aiff", ".aif", ".mp3", ".ogg", ".opus", ".m4a", ".mp4", ".caf", ".w64", ".au")
FACTS = "facts-1"  # the version of what is kept of a file
SILENT_DBFS = -60.0  # a clip whose peak is below this is called silent
LOUDNESS_LU = 1.0  # sets whose medians differ by more are warned of


@dataclass(frozen=True)
class Clip:
    """A sound file: `name` is its path in the set without its ending, `lufs` None where nothing passes the gate."""

    path: str
    name: str
    file_sha256: str
    sound_sha256: str
    rate: int
    channels: int
    duration_s: float
    peak: float
    lufs: float | None


@dataclass(frozen=True)
class Sounds:
    """The clips of a folder or a file, in order of their names, and what to warn of."""

    path: str
    clips: tuple[Clip, ...]
    warnings: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return sum(clip.duration_s for clip in self.clips)


def gather(place: Path, tell: Progress | None = None) -> Sounds:
    """The sounds of a folder (and of folders in it), or of one file. Raises `BadRequest` when there are none."""
    place, tell = place.expanduser(), tell or Progress()
    if not place.exists():
        raise BadRequest(f"there is no folder or file {place}")
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if _plain(path, place))
    sounds = [path for path in files if path.suffix.lower() in ENDINGS or place.is_file()]
    base = place.parent if place.is_file() else place
    return listen(place, [(path, str(path.relative_to(base).with_suffix(""))) for path in sounds], tell)


def listen(place: Path, files: Sequence[tuple[Path, str]], tell: Progress) -> Sounds:
    """The sounds of `files` with their names, as those of `place`. Raises `BadRequest` when none can be heard."""
    clips, warnings = [], []
    for number, (path, name) in enumerate(files):
        tell("listen", number / len(files))
        try:
            clips.append(_clip(path, name))
        except BadRequest as error:
            warnings.append(f"left out: {error}")
    if not clips:
        raise BadRequest(f"{place} holds no sound files" + (f" ({warnings[0]})" if warnings else ""))
    return Sounds(str(place), tuple(clips), tuple(warnings + _faults(place, clips)))


def _plain(path: Path, place: Path) -> bool:
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(place).parts)


def _clip(path: Path, name: str) -> Clip:
    file = sha256(path)
    if known := cache.facts(FACTS, file):
        return Clip(str(path), name, file, **known)
    from soundwright.deliver import encode
    from soundwright.dsp import loudness

    sound = encode.read(path)
    if not sound.frames:
        raise BadRequest(f"{path} holds no samples")
    lufs = loudness.integrated(sound.samples, sound.rate) if sound.channels <= 5 else float("-inf")
    kind = f"{sound.rate}|{sound.channels}|".encode()
    told = {
        "sound_sha256": hashlib.sha256(kind + sound.samples.tobytes()).hexdigest(),
        "rate": sound.rate,
        "channels": sound.channels,
        "duration_s": sound.duration_s,
        "peak": sound.peak,
        "lufs": float(lufs) if np.isfinite(lufs) else None,
    }
    cache.keep_facts(FACTS, file, told)
    return Clip(str(path), name, file, **told)


def read(clip: Clip) -> Audio:
    """The sound of a clip. Raises `BadRequest` when its file is another now."""
    from soundwright.deliver import encode

    if sha256(Path(clip.path)) != clip.file_sha256:
        raise BadRequest(f"{clip.path} changed while it was measured")
    return encode.read(Path(clip.path))


def _faults(place: Path, clips: list[Clip]) -> list[str]:
    silent = [clip.name for clip in clips if clip.peak < 10 ** (SILENT_DBFS / 20)]
    rates = Counter(clip.rate for clip in clips)
    twice = len(clips) - len({clip.sound_sha256 for clip in clips})
    said = [f"{place}: {_several(silent, 'clip')} silent"] if silent else []
    said += [f"{place}: {twice} of {len(clips)} clips are copies of others"] if twice else []
    said += [f"{place}: clips have different rates ({_counts(rates)})"] if len(rates) > 1 else []
    return said


def compare(reference: Sounds, generated: Sounds) -> list[str]:
    """What makes two sets hard to compare: other rates, other loudness, the same sounds in both."""
    said = []
    rates = [Counter(clip.rate for clip in one.clips) for one in (reference, generated)]
    if set(rates[0]) != set(rates[1]):
        said.append(f"rates differ: the reference has {_counts(rates[0])}, the generated set {_counts(rates[1])}; "
                    "resampling alone moves these scores")  # fmt: skip
    levels = [[clip.lufs for clip in one.clips if clip.lufs is not None] for one in (reference, generated)]
    if all(levels) and abs(gap := float(np.median(levels[1]) - np.median(levels[0]))) > LOUDNESS_LU:
        said.append(f"loudness differs: the generated set is {abs(gap):.1f} LU {'louder' if gap > 0 else 'softer'}")
    both = {clip.sound_sha256 for clip in reference.clips}
    shared = [clip.name for clip in generated.clips if clip.sound_sha256 in both]
    if shared:
        said.append(f"the sets overlap: {_several(shared, 'generated clip')} in the reference too")
    return said


def pairs(reference: Sounds, generated: Sounds) -> list[tuple[int, int]]:
    """Places of the clips that have one name in both sets."""
    places = {clip.name: at for at, clip in enumerate(reference.clips)}
    return [(places[clip.name], at) for at, clip in enumerate(generated.clips) if clip.name in places]


def _several(names: Sequence[str], what: str) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    many = len(names) > 1
    return f"{len(names)} {what}{'s' if many else ''} ({', '.join(names[:3])}{more}) {'are' if many else 'is'}"


def _counts(rates: Counter) -> str:
    return ", ".join(f"{rate} Hz" for rate in sorted(rates))
