"""The mix: levels by role, high-pass, pump, one shared room, colour, ending; at every step the stems sum to it.

What is not linear (saturation) is done to a part alone; the room and the vinyl are stems of their own. So the sum of
the stems is the mix, sample by sample, before any finishing.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from soundwright.dsp import filters, loudness, noise, units
from soundwright.engines.score.idioms import Idiom
from soundwright.instruments.notes import Part, Score
from soundwright.instruments.room import room
from soundwright.seed import stream

TARGET_LUFS = {
    "melody": -20.0, "voice": -19.0, "counter": -24.0, "chords": -22.5, "arpeggio": -24.5, "pad": -25.5, "bass": -21.5,
    "drums": -19.5, "percussion": -26.0, "drone": -24.0,
}  # fmt: skip
"""Loudness that a part is brought to while it plays, before its own gain: tune and drums alike, the bass 2 LU under
them, what accompanies 3 to 6 LU under."""
REACH_DB = 12.0  # a part is never moved further than this
CUT_HZ = {"melody": 120, "voice": 110, "counter": 120, "chords": 110, "arpeggio": 160, "pad": 150, "percussion": 180}
SPACES = {
    "room": "studio",
    "studio": "studio",
    "chamber": "chamber",
    "hall": "hall",
    "plate": "plate",
    "church": "church",
}
TAIL_S = {"studio": 1.0, "chamber": 1.8, "hall": 2.6, "plate": 2.2, "church": 4.5}
WIDE = ("hall", "church")
GROOVES = {
    "rock", "metal", "punk", "funk", "soul", "disco", "house", "techno", "trance", "drum and bass", "dubstep", "trap",
    "reggae", "ska", "latin", "afrobeat", "dembow", "hip-hop", "country", "flamenco", "synthwave", "happy",
}  # fmt: skip
QUIET = {"jazz", "jazz ballad", "bossa nova", "folk", "lo-fi", "ballad", "blues", "waltz", "r&b", "gospel", "christmas"}
"""Idioms whose drummer plays with brushes, or as if."""
FORWARD_DB = {"chords": 3.0, "drums": 1.5, "pad": 2.5, "arpeggio": 1.5, "melody": -1.0}
"""Idioms whose rhythm section is the music, and how it comes forward there."""
DRIVE = {"warm": 1.6, "drive": 1.8, "lofi": 1.5}
DRIVEN = ("drums", "bass", "chords")
PIECE = 1 << 20  # frames that are bent at a time
CLEAN_DRIVE = 0.8  # tames only what stands more than 14 dB over the part's level


def tail_s(idiom: Idiom) -> float:
    """How long sound rings past the end of a loop: releases and the room."""
    return TAIL_S.get(SPACES.get(idiom.space, ""), 0.6) + 1.0


def loudness_lufs(sound: np.ndarray, rate: int) -> float:
    """Loudness of a part while it plays: integrated, its gates leave out the rests. −120 for silence."""
    heard = loudness.integrated(sound, rate)
    heard = heard if np.isfinite(heard) else loudness.momentary_max(sound, rate)
    return float(max(heard, -120.0))


def _pump(sound: np.ndarray, score: Score, rate: int, depth_db: float) -> None:
    """Side-chain ducking of a part, in place: down at each beat, back up within most of it."""
    beats = np.asarray(score.beats)
    period = 60.0 / score.tempo_bpm
    last_s = beats[-1] + period if len(beats) else -1.0
    for first in range(0, sound.shape[1], PIECE):
        since = np.arange(first, min(first + PIECE, sound.shape[1])) / rate
        since = np.where(since <= last_s, (since % period) / period, 1.0)
        sound[:, first : first + PIECE] *= units.gain(-depth_db * (1 - np.clip(since / 0.8, 0, 1)) ** 1.5).astype(
            np.float32
        )


def _wow(x: np.ndarray, rate: int, periodic: bool) -> np.ndarray:
    """Tape and turntable speed, in place: slow wow and a little flutter, the same for all, and highs lost above 7 kHz.

    The tape is only ever late, so the end is bent first, and what is still to be read is as it was.
    """
    n = x.shape[1]
    wow_hz, flutter_hz = (max(1, round(hz * n / rate)) * rate / n for hz in (0.55, 5.3))  # whole turns: a loop closes
    margin = min(n, rate // 4)
    end, first_frame = x[:, n - margin :].copy(), x[:, :1].copy()
    for first in reversed(range(0, n, PIECE)):
        frames = np.arange(first, min(first + PIECE, n))
        t = frames / rate
        delay = 0.00045 * (1 + np.sin(2 * np.pi * wow_hz * t)) + 0.00001 * (1 + np.sin(2 * np.pi * flutter_hz * t))
        at = frames - delay * rate
        at = at if periodic else np.maximum(at, 0.0)
        left = np.floor(at).astype(np.int64)
        begin = max(first - margin, 0)
        source = x[:, begin : first + PIECE]
        if begin == 0:  # a loop's end is before its beginning
            source = np.concatenate([end, source], axis=1)
            begin = -margin
        source = np.concatenate([source, first_frame], axis=1)
        piece = source[:, left - begin]
        piece += (at - left).astype(np.float32) * (source[:, left - begin + 1] - piece)
        x[:, first : first + PIECE] = piece
    sos = filters.butterworth("low", 1, 7000.0, rate)
    memory = np.zeros((1, x.shape[0], 2))
    if periodic:  # run in, so that the filter starts as it ends
        _, memory = signal.sosfilt(sos, x[:, n - margin :], zi=memory)
    return filters.run_sos(x, sos, out=x, memory=memory)


def _vinyl(frames: int, rate: int, seed: int) -> np.ndarray:
    """Crackle and a breath of surface noise, quiet enough to be felt more than heard."""
    rng = stream(seed, "vinyl")
    clicks = np.zeros((2, frames), np.float32)
    for at in noise.instants(rng, frames, rate, 5.0):
        clicks[:, at] += rng.uniform(0.25, 1.0) * rng.choice([-1, 1]) * rng.uniform(0.4, 1.0, 2) * (rng.random() ** 2)
    for side in clicks:  # one after the other, for memory
        filters.bandpass(side, 900.0, min(6500.0, 0.4 * rate), rate, 1, out=side)
        hiss = noise.white(rng, frames)
        filters.bandpass(hiss, 500.0, min(7000.0, 0.4 * rate), rate, 1, out=hiss)
        side *= 0.16
        hiss *= 0.0007
        side += hiss
    return clicks


def prepare(part: Part, sound: np.ndarray, score: Score, idiom: Idiom, rate: int) -> np.ndarray:
    """One part as it stands in the mix: levelled, cut, coloured, ducked. `[2, frames]`, in the array that came in."""
    if not sound.any():
        return sound
    level = loudness_lufs(sound, rate)
    target = TARGET_LUFS.get(part.role, -24.0) + part.gain_db
    if part.role in ("pad", "drone") and idiom.space in WIDE:
        target += 4.5  # where pads are the music
    if idiom.name in GROOVES:
        target += FORWARD_DB.get(part.role, 0.0)
    if idiom.name in QUIET and part.role == "drums":
        target -= 3.0
    sound *= np.float32(units.gain(np.clip(target - level, -REACH_DB - 12, REACH_DB + 12)))
    if part.role in CUT_HZ:
        sound = filters.highpass(sound, CUT_HZ[part.role], rate, 1)
    drive = DRIVE.get(idiom.colour, CLEAN_DRIVE) if part.role in DRIVEN else CLEAN_DRIVE
    ceiling = np.float32(4 * units.gain(target) / drive)
    if max(sound.max(), -sound.min()) > 0.7 * ceiling:
        sound /= ceiling
        np.tanh(sound, out=sound)
        sound *= ceiling
    if idiom.pump_db and part.role in ("pad", "chords", "arpeggio", "bass", "drone"):
        _pump(sound, score, rate, idiom.pump_db * (0.6 if part.role == "bass" else 1.0))
    return sound


def folded(x: np.ndarray, frames: int) -> np.ndarray:
    """What rings past the end added to the beginning: a loop `[2, frames]`."""
    out = np.zeros((x.shape[0], frames), np.float32)
    for at in range(0, x.shape[1], frames):
        piece = x[:, at : at + frames]
        out[:, : piece.shape[1]] += piece
    return out


def closing_ramp(score: Score, frames: int, rate: int, ending: str) -> np.ndarray:
    """Gains of the last frames that bring the end to silence: over the ring of the last chord, or a long fade."""
    music_s = score.downbeats[-1] if score.downbeats else 0.0
    ring_s = max(score.duration_s - music_s, 0.0)
    length_s = min(0.3 * score.duration_s, 12.0) if ending == "fade" else min(0.6 * ring_s, 3.0, 0.5 * score.duration_s)
    length = min(max(round(length_s * rate), 1), frames)
    return (np.cos(0.5 * np.pi * (np.arange(length) + 1) / length) ** 2).astype(np.float32)


class Desk:
    """Takes prepared parts `[2, n]` one by one and gives each back as its final stem `[2, frames]`; room and vinyl,
    which are stems of their own, come last. A stem that nobody keeps is not held."""

    def __init__(self, score: Score, idiom: Idiom, ending: str, rate: int, frames: int, seed: int) -> None:
        self.score, self.idiom, self.rate, self.frames, self.seed = score, idiom, rate, frames, seed
        self.space = SPACES.get(idiom.space)
        self.ramp = None if score.loop else closing_ramp(score, frames, rate, ending)
        self.send: np.ndarray | None = None

    def add(self, part: Part, sound: np.ndarray) -> np.ndarray:
        """The stem of a part, in the array that came in where it can."""
        if self.space:
            self.send = np.zeros_like(sound) if self.send is None else self.send
            gain = np.float32(units.gain(part.room_db))
            for at in range(0, sound.shape[1], PIECE):
                self.send[:, at : at + PIECE] += sound[:, at : at + PIECE] * gain
        return self._closed(self._worn(sound))

    def rest(self) -> dict[str, np.ndarray]:
        """The stems that are no part's."""
        stems = {}
        if self.space and self.send is not None:
            send, self.send = self.send, None
            stems["room"] = self._closed(self._worn(room(send, self.rate, self.space)))
        if self.idiom.colour == "lofi":
            stems["vinyl"] = self._closed(_vinyl(self.frames, self.rate, self.seed))
        return stems

    def _worn(self, sound: np.ndarray) -> np.ndarray:
        """Looped where the piece is, and bent by the tape where it has one."""
        sound = folded(sound, self.frames) if self.score.loop else sound
        return _wow(sound, self.rate, self.score.loop) if self.idiom.colour == "lofi" else sound

    def _closed(self, sound: np.ndarray) -> np.ndarray:
        if self.ramp is not None:
            sound[:, sound.shape[1] - len(self.ramp) :] *= self.ramp
        return sound
