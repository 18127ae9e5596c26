"""What raters hear: every sound of an item at one rate, length and loudness, so that only what is asked differs.

All files of an item come out with the same number of bytes and hold nothing but samples (WAV, 48 kHz, 24 bits). They
are kept in the cache under a hash of all they are made from. Loudness is matched by gain alone: to the softest of the
item, which clips nothing, or to a target, below which a whole item stays where a peak would pass -1 dBTP. Anchors are
made from the matched reference and keep its gain: they are that signal, less its top.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from soundwright import cache
from soundwright.audio import Audio
from soundwright.deliver import wav
from soundwright.deliver.files import staged
from soundwright.dsp import loudness, peak, units
from soundwright.dsp.fades import LAWS
from soundwright.errors import BadRequest
from soundwright.listen import anchors
from soundwright.listen.document import ANCHORS, LONGEST_S, REFERENCE, Document, Item
from soundwright.progress import Progress

RATE = 48_000
CEILING_DBTP = -1.0
MAKING = 1  # another number when the way they are made changes
ADVISED_S = 12.0  # longest excerpt that BS.1534-3 advises
UNEVEN_S = 0.02  # lengths that differ by more are told


@dataclass(frozen=True)
class Stimulus:
    """One sound as raters hear it, and what was done to it."""

    phase: str
    item: str
    condition: str
    file: str
    source: str
    duration_s: float
    found_lufs: float | None
    gain_db: float


@dataclass(frozen=True)
class Stimuli:
    """All sounds of a test by (phase, item, condition), and what is worth a doubt."""

    table: Mapping[tuple[str, str, str], Stimulus]
    digest: str
    warnings: tuple[str, ...]

    def bytes_of(self, phase: str, item: str, condition: str) -> bytes:
        return Path(self.table[phase, item, condition].file).read_bytes()


def prepare(document: Document, tell: Progress) -> Stimuli:
    """Make what is not there yet. Raises `BadRequest` for sounds that cannot be read, matched, or are too long."""
    table, digests, warnings = {}, [], []
    todo = [(phase, item) for phase, items in document.test.phases() for item in items]
    for number, (phase, item) in enumerate(todo):
        tell("stimuli", number / len(todo))
        rows, digest, said = _of_item(document, phase, item)
        table |= {(row.phase, row.item, row.condition): row for row in rows}
        digests.append(digest)
        warnings += [f"{item.name}: {words}" for words in said]
    tell("stimuli", 1.0)
    told = hashlib.sha256(document.test.model_dump_json().encode())
    for digest in digests:
        told.update(digest.encode())
    return Stimuli(table, told.hexdigest(), tuple(warnings))


def _of_item(document: Document, phase: str, item: Item) -> tuple[list[Stimulus], str, list[str]]:
    test = document.test
    sources = ({REFERENCE: item.reference} if item.reference else {}) | item.systems
    hashes = {name: hashlib.sha256(document.file(file).read_bytes()).hexdigest() for name, file in sources.items()}
    made_of = [MAKING, RATE, hashes, test.loudness_lufs, test.fade_ms, test.conditions(item)]
    digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    folder = cache.home() / "listen" / digest
    rows, said = _kept(folder, phase, item)
    if not rows:
        rows, said = _make(document, phase, item, sources, folder)
    return rows, digest, said


def _kept(folder: Path, phase: str, item: Item) -> tuple[list[Stimulus], list[str]]:
    try:
        facts = json.loads((folder / "facts.json").read_text("utf-8"))
    except (OSError, ValueError):
        return [], []
    rows = [Stimulus(**row | {"phase": phase, "item": item.name}) for row in facts["rows"]]
    return (rows if all(Path(row.file).is_file() for row in rows) else []), facts["warnings"]


def _make(
    document: Document, phase: str, item: Item, sources: dict[str, str], folder: Path
) -> tuple[list[Stimulus], list[str]]:
    where = ("training" if phase == "training" else "items", dict(document.test.phases())[phase].index(item))
    sounds = {}
    for name, file in sources.items():
        at = (*where, "reference") if name == REFERENCE else (*where, "systems", name)
        try:
            sounds[name] = _heard(document.file(file), document.test.fade_ms)
        except BadRequest as error:
            raise document.fault(at, str(error)) from None
        if not sounds[name].peak and document.test.loudness_lufs != "none":
            raise document.fault(at, f"{file} is silent and has no loudness; `loudness_lufs: none` leaves levels alone")
    said = _doubts(sounds, document.test.kind)
    longest = max(sound.frames for sound in sounds.values())
    wide = max(sound.channels for sound in sounds.values())
    sounds = {name: (sound if wide == 1 else sound.stereo()).fitted(longest) for name, sound in sounds.items()}
    levels = {name: _loudness(list(sounds.values()), sound) for name, sound in sounds.items()}
    gains, short = gains_db(sounds, levels, document.test.loudness_lufs)
    said += [f"{short:.1f} LU softer than asked, or a peak would clip"] if short > 0.05 else []
    matched = {name: Audio(sound.samples * units.gain(gains[name]), RATE) for name, sound in sounds.items()}
    for name in document.test.conditions(item):
        if name in ANCHORS:
            matched[name] = anchors.make(matched[REFERENCE], ANCHORS[name])
            gains[name] = gains[REFERENCE]
    rows = []
    with staged(folder) as stage:
        for number, (name, sound) in enumerate(matched.items()):
            place, file = folder / f"{number}.wav", sources.get(name, sources.get(REFERENCE, ""))
            held = np.clip(sound.samples, -1.0, 1.0)  # an anchor can ring over its reference by a little
            wav.write(stage.path(place), [held], rate=RATE, channels=wide, frames=longest, bits=24)
            rows.append(
                Stimulus(phase, item.name, name, str(place), file, longest / RATE, levels.get(name), gains[name])
            )
        facts = json.dumps({"rows": [asdict(row) for row in rows], "warnings": said})
        stage.path(folder / "facts.json").write_text(facts, "utf-8")
    return rows, said


def _heard(path: Path, fade_ms: float) -> Audio:
    """A file at the common rate, in one or two channels, with its ends faded."""
    audio = Audio.read(path)
    if audio.channels > 2:
        audio = audio.stereo()
    if not audio.frames:
        raise BadRequest(f"{path} holds no sound")
    if audio.duration_s > LONGEST_S:
        raise BadRequest(f"{path} lasts {audio.duration_s:.1f} s; a stimulus lasts {LONGEST_S:g} s at most")
    audio = audio.at(RATE)
    fade = min(round(fade_ms / 1000 * RATE), audio.frames // 2)
    if not fade:
        return audio
    samples, slope = audio.samples.copy(), LAWS["raised-cosine"]((np.arange(fade) + 0.5) / fade).astype(np.float32)
    samples[:, :fade] *= slope
    samples[:, -fade:] *= slope[::-1]
    return Audio(samples, RATE)


def _loudness(all_of_item: list[Audio], sound: Audio) -> float:
    """Integrated LUFS; where one of the item is too short or too soft for its gates, the loudest 400 ms of each."""
    if all(np.isfinite(loudness.integrated(other.samples, RATE)) for other in all_of_item):
        return loudness.integrated(sound.samples, RATE)
    return loudness.momentary_max(sound.samples, RATE)


def gains_db(
    sounds: Mapping[str, Audio], levels: Mapping[str, float], target: float | str
) -> tuple[dict[str, float], float]:
    """The gain of each sound of an item, and by how much LU the item stays below what was asked so as not to clip."""
    if target == "none":
        gains = dict.fromkeys(sounds, 0.0)
    else:
        aim = min(levels.values()) if target == "softest" else float(target)
        gains = {name: aim - level for name, level in levels.items()}
    ceiling = CEILING_DBTP if isinstance(target, float | int) else 0.0
    over = max(_peak_db(sound, true=ceiling < 0) + gains[name] - ceiling for name, sound in sounds.items())
    short = max(over, 0.0)
    return {name: gain - short for name, gain in gains.items()}, short


def _peak_db(sound: Audio, true: bool) -> float:
    height = peak.true_peak(sound.samples, RATE) if true else sound.peak
    return float(units.decibels(max(height, 1e-9)))


def _doubts(sounds: Mapping[str, Audio], kind: str) -> list[str]:
    lengths = [sound.duration_s for sound in sounds.values()]
    said = []
    if max(lengths) - min(lengths) > UNEVEN_S:
        said.append(f"lengths differ ({min(lengths):.2f} to {max(lengths):.2f} s); the shorter end in silence")
    if kind == "mushra" and max(lengths) > ADVISED_S:
        said.append(f"{max(lengths):.1f} s long; BS.1534-3 advises {ADVISED_S:g} s at most")
    return said
