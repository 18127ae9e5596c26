"""A part to sound: every note is laid into the part's own dry stereo picture.

Notes that are alike (same pitch, velocity layer, variant) are made once, at the length the longest of them needs, laid
wherever they are played, and forgotten: no cache outlives its group, so memory stays small in a long piece.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundwright.dsp import units
from soundwright.errors import BadRequest
from soundwright.instruments.catalogue import Instrument, find
from soundwright.instruments.notes import Note, Part
from soundwright.instruments.spelling import vowel_of
from soundwright.instruments.tone import HOP, Phrase, Tone, layer, layer_velocity
from soundwright.instruments.wavetable import spread
from soundwright.seed import stream

LONGEST_S = 9.0  # a struck note is made no longer than this; by then it is 40 dB down
GHOST, ACCENT = 0.55, 0.12
TECHNIQUES = {  # (instrument, articulation): the instrument that makes this sound
    **{(name, "pizzicato"): "pizzicato strings" for name in ("violin", "cello", "string ensemble", "tremolo strings")},
    ("trumpet", "muted"): "muted trumpet",
}


@dataclass(frozen=True, slots=True)
class Job:
    """A part to be played on an instrument: what every kind of player needs."""

    instrument: Instrument
    part: Part
    rate: int
    seed: int
    voice: Any  # what its recipe holds under the instrument's name

    def rng(self, *names: object) -> np.random.Generator:
        return stream(self.seed, "play", self.part.name, self.instrument.name, *names)


def play(part: Part, duration_s: float, rate: int, seed: int) -> np.ndarray:
    """The part as dry sound in its place, float32 `[2, round(duration_s * rate)]`.

    Includes pan (`part.pan`), swell, pedal and releases; `gain_db` and `room_db` are the mixer's. Notes outside the
    duration are left out, tails are cut by it. Raises `BadRequest` for an unknown instrument.
    """
    frames = max(round(duration_s * rate), 0)
    usual = find(part.instrument).name
    players: dict[str, list[Note]] = defaultdict(list)
    for note in part.notes:
        if frames and -0.5 < note.start_s < duration_s:
            players[TECHNIQUES.get((usual, note.articulation), usual)].append(note)
    out = None
    for name, notes in players.items():
        sound = one_player(
            part, find(name), tuple(sorted(notes, key=lambda n: (n.start_s, n.pitch))), frames, rate, seed
        )
        if out is None:
            out = sound
        else:
            out += sound
    return np.zeros((2, frames), np.float32) if out is None else out


def one_player(
    part: Part, instrument: Instrument, notes: tuple[Note, ...], frames: int, rate: int, seed: int
) -> np.ndarray:
    """The notes that one instrument plays of a part, `[2, frames]`."""
    recipe = importlib.import_module(f"soundwright.instruments.recipes.{instrument.recipe}")
    job = Job(instrument, part, rate, seed, recipe.VOICES[instrument.name])
    bus = KINDS[instrument.kind](job, notes, frames)
    if instrument.name in recipe.FINISH:
        bus = recipe.FINISH[instrument.name](bus, rate, job.rng("finish"))
    sound = placed(bus, part.pan)
    sound *= np.float32(units.gain(instrument.gain_db))
    return sound


def placed(bus: np.ndarray, pan: float) -> np.ndarray:
    """A mono or stereo bus `[1 or 2, n]` at `pan`, constant power, float32 `[2, n]`; a stereo one is changed itself."""
    angle = (np.clip(pan, -1.0, 1.0) + 1) * np.pi / 4
    left, right = np.cos(angle), np.sin(angle)
    if bus.shape[0] == 2:  # a stereo source leans over: at the centre both sides are as they are
        left, right = left * 2**0.5, right * 2**0.5
    out = bus if bus.shape[0] == 2 else np.empty((2, bus.shape[1]), np.float32)
    np.multiply(bus[-1], np.float32(right), out=out[1])
    np.multiply(bus[0], np.float32(left), out=out[0])
    return out


def lay(bus: np.ndarray, sound: np.ndarray, start: int, gains: np.ndarray) -> None:
    """Add `sound` `[n]` or `[2, n]` to the bus at `start` with one gain per channel of the bus; cut at both ends."""
    skip = max(-start, 0)
    start = max(start, 0)
    length = min(sound.shape[-1] - skip, bus.shape[1] - start)
    if length <= 0:
        return
    for channel in range(bus.shape[0]):
        source = sound if sound.ndim == 1 else sound[min(channel, sound.shape[0] - 1)]
        bus[channel, start : start + length] += source[skip : skip + length] * np.float32(gains[channel])


def sides(instrument: Instrument, pitch: float, channels: int) -> np.ndarray:
    """Gains of left and right for a pitch: low notes to the left, as wide as the instrument is."""
    if channels == 1:
        return np.ones(1)
    middle, reach = (instrument.low + instrument.high) / 2, (instrument.high - instrument.low) / 2
    angle = (np.clip(instrument.width * (pitch - middle) / reach, -1, 1) + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)])


def force(note: Note) -> float:
    """The velocity with which a note is really played."""
    v = note.velocity * GHOST if note.articulation == "ghost" else note.velocity
    return float(np.clip(v + (ACCENT if note.articulation == "accent" else 0.0), 0.02, 1.0))


def ends_of(part: Part, instrument: Instrument, notes: tuple[Note, ...]) -> list[float]:
    """When each note is damped: at its key-off, later under the pedal, sooner where it is struck again."""
    out = []
    following: dict[float, float] = {}
    for note in reversed(notes):
        end = note.start_s + note.duration_s * (0.6 if note.articulation == "staccato" else 1.0)
        for begin, lift in part.pedal:
            if begin <= end < lift:
                end = lift
        if instrument.rings:
            end = note.start_s + LONGEST_S
        again = following.get(-1.0 if instrument.mono else note.pitch)
        if again is not None and not instrument.rings:
            end = min(end, max(again, note.start_s + 0.01))
        following[-1.0 if instrument.mono else note.pitch] = note.start_s
        out.append(end)
    return out[::-1]


def bent(sound: np.ndarray, semitones: float, time_s: float, rate: int) -> np.ndarray:
    """`sound` that starts `semitones` away from its pitch and slides there."""
    n = sound.shape[-1]
    speed = 2 ** (semitones / 12 * np.exp(-np.arange(n) / (time_s * rate)))
    at = np.concatenate([[0.0], np.cumsum(speed)[:-1]])
    keep = at < n - 1
    return (
        np.stack([np.interp(at[keep], np.arange(n), row) for row in np.atleast_2d(sound)])
        .astype(np.float32)
        .reshape(*sound.shape[:-1], -1)
    )


def struck(job: Job, notes: tuple[Note, ...], frames: int) -> np.ndarray:
    """Struck and plucked notes, and synthesiser notes: made once per (pitch, layer, variant), damped at their end."""
    instrument, rate = job.instrument, job.rate
    groups: dict[tuple, list[tuple[Note, float]]] = defaultdict(list)
    seen: dict[float, int] = defaultdict(int)
    before = notes[0].pitch
    for note, end in zip(notes, ends_of(job.part, instrument, notes), strict=True):
        slide = {"slide": float(np.clip(before - note.pitch, -12, 12)), "bend": -1.0}.get(note.articulation, 0.0)
        timbre = "muted" if note.articulation == "muted" else ""
        key = (note.pitch, layer(force(note)), seen[note.pitch] % instrument.variants, timbre, round(slide, 2))
        seen[note.pitch] += 1
        groups[key].append((note, end))
        before = note.pitch
    stereo = instrument.width > 0
    bus = np.zeros((2 if stereo else 1, frames), np.float32)
    cap = 60.0 if instrument.sustains else LONGEST_S
    for key, members in groups.items():
        pitch, index, variant, timbre, slide = key
        needed = max(end - note.start_s for note, end in members) + instrument.release_s
        velocity = layer_velocity(index)
        tone = Tone(
            pitch, float(units.hz(pitch)), velocity, min(needed, cap), rate, job.rng(pitch, index, variant), timbre
        )
        sound = job.voice(tone)
        if slide:
            sound = bent(sound, slide, 0.04 if slide > 1.01 or slide < -1.01 else 0.09, rate)
        width = sides(instrument, pitch, bus.shape[0]) * (2**0.5 if sound.ndim == 2 else 1.0)
        for note, end in members:
            gain = force(note) ** instrument.dynamics
            lay(
                bus,
                damped(sound, end - note.start_s, instrument.release_s, rate),
                round(note.start_s * rate),
                width * gain,
            )
    return bus


def damped(sound: np.ndarray, hold_s: float, release_s: float, rate: int) -> np.ndarray:
    """`sound` until the key-off, then falling by 60 dB within the release; the last millisecond is faded."""
    hold = round(hold_s * rate)
    n = min(sound.shape[-1], hold + round(release_s * rate))
    out = sound[..., :n].copy()
    if n > hold:
        out[..., hold:] *= np.exp(np.arange(n - hold) * (-6.908 / (release_s * rate))).astype(np.float32)
    edge = min(round(0.004 * rate), n)
    out[..., n - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
    return out


def swell_at(part: Part, times: np.ndarray) -> np.ndarray:
    """The part's dynamics curve at `times`: 1 where none is written."""
    if not part.swell:
        return np.ones(len(times))
    at, level = zip(*part.swell, strict=True)
    return np.clip(np.interp(times, at, level), 0.0, 1.0)


def looped(job: Job, notes: tuple[Note, ...], frames: int) -> np.ndarray:
    """Sections, choirs, organs and pads: one loop per pitch, shaped by attack, dynamics and release."""
    instrument, rate = job.instrument, job.rate
    bus = np.zeros((2, frames), np.float32)
    groups: dict[tuple[float, str], list[tuple[Note, float]]] = defaultdict(list)
    for note, end in zip(notes, ends_of(job.part, instrument, notes), strict=True):
        groups[(note.pitch, vowel_of(note.syllable))].append((note, end))
    for (pitch, vowel), members in groups.items():
        tone = Tone(pitch, float(units.hz(pitch)), 0.7, 1.0, rate, job.rng(pitch, vowel), vowel=vowel)
        loops = job.voice(tone)
        for index, (note, end) in enumerate(members):
            start = round(note.start_s * rate)
            hold = end - note.start_s
            n = min(round((hold + instrument.release_s) * rate), frames - start)
            if n <= 0:
                continue
            t = np.arange(-(-n // HOP) + 1) * HOP / rate
            v = force(note)
            attack = (
                instrument.attack_s * (1.5 - 0.8 * v) * (0.4 if note.articulation in ("staccato", "accent") else 1.0)
            )
            attack = min(attack, 0.35 * hold + 0.01)
            gate = 1 - np.exp(-3.0 * t / max(attack, 1e-3))
            gate *= np.exp(-5.0 * np.maximum(t - hold, 0.0) / instrument.release_s)
            swell = swell_at(job.part, note.start_s + t)
            edge = np.clip((n / rate - t) / 0.004, 0.0, 1.0)
            level = gate * edge * (v * (0.25 + 0.75 * swell)) ** instrument.dynamics
            at = (int(job.rng(pitch, "at", index).integers(loops.shape[-1])) + np.arange(n)) % loops.shape[-1]
            sound = loops[-1][:, at]
            if len(loops) == 2:
                bright = wide(np.clip(v * swell * (0.35 + 0.65 * gate), 0.0, 1.0), n)
                soft = loops[0][:, at]
                sound = soft + bright * (sound - soft)
            lay(bus, sound * wide(level, n), start, np.ones(2))
    return bus


def wide(curve: np.ndarray, n: int) -> np.ndarray:
    """A control curve as samples."""
    return spread(curve, n)


def lines(job: Job, notes: tuple[Note, ...], frames: int) -> np.ndarray:
    """Melody instruments: notes are dealt to as many players as sound at once, each plays phrases."""
    rate, release = job.rate, job.instrument.release_s + 0.25
    bus = np.zeros((1, frames), np.float32)
    for lane, mine in enumerate(lanes(notes)):
        for number, phrase in enumerate(phrases(mine)):
            start = phrase[0].start_s
            seconds = max(note.start_s + note.duration_s for note in phrase) - start + release
            seconds = min(seconds, frames / rate - start + 0.02)
            if seconds <= 0:
                continue
            own = tuple(
                Note(n.start_s - start, n.duration_s, n.pitch, force(n), n.articulation, n.syllable) for n in phrase
            )
            times = start + np.arange(int(seconds * rate / HOP) + 2) * HOP / rate
            asked = Phrase(own, seconds, swell_at(job.part, times), rate, job.rng("line", lane, number))
            sound = job.voice(asked)
            edge = min(round(0.004 * rate), len(sound))
            sound[len(sound) - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
            lay(bus, sound, round(start * rate), np.ones(1))
    return bus


def lanes(notes: tuple[Note, ...]) -> list[list[Note]]:
    """Notes dealt to players: a note goes to the free player whose last pitch is nearest; small overlaps are slurs."""
    out: list[list[Note]] = []
    for note in notes:
        free = [
            lane
            for lane in out
            if note.start_s - lane[-1].start_s > 0.03
            and lane[-1].start_s + lane[-1].duration_s <= note.start_s + min(0.12, 0.35 * lane[-1].duration_s) + 1e-6
        ]
        if free:
            min(free, key=lambda lane: abs(lane[-1].pitch - note.pitch)).append(note)
        else:
            out.append([note])
    return out


def phrases(notes: list[Note]) -> list[list[Note]]:
    """A player's notes cut into phrases: what is slurred to the note before stays with it."""
    out: list[list[Note]] = []
    for note in notes:
        last = out[-1][-1] if out else None
        if last is not None and slurred(last, note):
            out[-1].append(note)
        else:
            out.append([note])
    return out


def slurred(last: Note, note: Note) -> bool:
    """Whether `note` follows in the same breath: it touches the last one, or asks for it, at another pitch."""
    gap = note.start_s - last.start_s - last.duration_s
    if note.articulation in ("staccato", "accent") or last.articulation == "staccato":
        return False
    asks = note.articulation in ("legato", "slide")
    return (gap <= 0.012 or (asks and gap < 0.12)) and (note.pitch != last.pitch or bool(note.syllable))


def kit(job: Job, notes: tuple[Note, ...], frames: int) -> np.ndarray:
    """Drums: each piece is made per (key, layer, variant); a choke group's next note cuts the one before."""
    rate, pieces = job.rate, job.voice
    if not isinstance(pieces, dict):
        raise BadRequest(f"{job.instrument.name} is not a kit")
    bus = np.zeros((2, frames), np.float32)
    next_in_group: dict[str, float] = {}
    cut: list[float] = []
    for note in reversed(notes):
        piece = pieces.get(round(note.pitch))
        cut.append(next_in_group.get(piece.choke, np.inf) - note.start_s if piece and piece.choke else np.inf)
        if piece and piece.choke:
            next_in_group[piece.choke] = note.start_s
    groups: dict[tuple, list[tuple[Note, float]]] = defaultdict(list)
    seen: dict[int, int] = defaultdict(int)
    for note, hold in zip(notes, reversed(cut), strict=True):
        key = round(note.pitch)
        if key in pieces:
            groups[(key, layer(force(note)), seen[key] % job.instrument.variants)].append((note, hold))
            seen[key] += 1
    for (key, index, variant), members in groups.items():
        piece = pieces[key]
        make: Callable[[Tone], np.ndarray] = piece.make
        tone = Tone(key, 0.0, layer_velocity(index), piece.seconds, rate, job.rng(key, index, variant))
        sound = make(tone)
        angle = (piece.pan * 0.7 + 1) * np.pi / 4
        gains = np.array([np.cos(angle), np.sin(angle)])
        for note, hold in members:
            one = damped(sound, hold, 0.03, rate) if hold < sound.shape[-1] / rate else sound
            lay(bus, one, round(note.start_s * rate), gains * force(note) ** job.instrument.dynamics)
    return bus


KINDS: dict[str, Callable[[Job, tuple[Note, ...], int], np.ndarray]] = {
    "struck": struck,
    "loop": looped,
    "line": lines,
    "kit": kit,
}
