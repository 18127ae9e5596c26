"""The score as a standard MIDI file for any other program: names, tempo, metre, key, programs, words, markers."""

from __future__ import annotations

import importlib
from typing import Any

from soundwright.engines.score.grid import Metre
from soundwright.instruments import find
from soundwright.instruments.notes import Part, Score
from soundwright.plan.theory import Key

TICKS = 480  # per quarter note
SHARPS = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: 6, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}
"""Sharps (or minus flats) in the signature of each major tonic."""


def quarter_bpm(score: Score) -> float:
    """Quarter notes a minute, which is what MIDI's tempo counts."""
    return score.tempo_bpm * Metre(*score.metre).beat


def signature(key: Key) -> tuple[int, int]:
    """(sharps, 1 if minor) for MIDI's key signature; other modes count as the major or minor they are nearest to."""
    major = key.tonic + 3 if key.is_minor else key.tonic
    return SHARPS[major % 12], int(key.is_minor)


def _track(symusic: Any, part: Part, per_second: float):
    row = find(part.instrument)
    track = symusic.Track(part.name, row.program, row.is_kit)
    for note in part.notes:
        start = round(note.start_s * per_second)
        length = max(1, round((note.start_s + note.duration_s) * per_second) - start)
        velocity = min(127, max(1, round(note.velocity * 127)))
        track.notes.append(symusic.Note(start, length, min(127, max(0, round(note.pitch))), velocity))
        if note.syllable:
            track.lyrics.append(symusic.TextMeta(start, note.syllable))
    for down, up in part.pedal:
        track.controls.append(symusic.ControlChange(round(down * per_second), 64, 127))
        track.controls.append(symusic.ControlChange(round(up * per_second), 64, 0))
    for time, level in part.swell:
        track.controls.append(symusic.ControlChange(round(time * per_second), 11, min(127, max(1, round(level * 127)))))
    track.controls.append(symusic.ControlChange(0, 10, round(63.5 + 63.5 * part.pan)))
    return track


def midi_bytes(score: Score) -> bytes:
    """A type 1 MIDI file with one track per part; drum parts are on channel 10, words are lyric events."""
    symusic: Any = importlib.import_module("symusic")  # its stubs know no score of mixed time units
    tempo = quarter_bpm(score)
    per_second = tempo / 60 * TICKS
    out = symusic.Score(TICKS)
    out.tempos.append(symusic.Tempo(0, qpm=tempo))
    out.time_signatures.append(symusic.TimeSignature(0, *score.metre))
    out.key_signatures.append(symusic.KeySignature(0, *signature(Key.parse(score.key))))
    for start_s, name in score.sections:
        out.markers.append(symusic.TextMeta(round(start_s * per_second), name))
    for part in score.parts:
        if part.notes:
            out.tracks.append(_track(symusic, part, per_second))
    return out.dumps_midi()
