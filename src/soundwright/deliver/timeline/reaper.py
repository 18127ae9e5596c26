"""Reaper projects (.rpp, plain text): tracks with items, exact to the sample. Values as Reaper 6 and 7 write them."""

from __future__ import annotations

import uuid

from soundwright.deliver.timeline.model import Clip, Timeline
from soundwright.dsp.units import gain


def dumps(timeline: Timeline) -> str:
    """The project. Identifiers are drawn from the names, so that the same timeline gives the same text."""
    fps = timeline.fps
    counting = 1 if fps.drop else 2 if fps.ntsc else 0  # after the base: drop-frame, a thousandth slower, whole
    lines = [
        '<REAPER_PROJECT 0.1 "7.0" 0',
        f"  SAMPLERATE {timeline.sample_rate} 1 0",
        f"  TIMEMODE 1 5 -1 {fps.base} {counting} 0 -1",
        f"  PROJOFFS {timeline.start_s:.12g} 0 0",
    ]
    for track, clips in timeline.tracks.items():
        key = _key(timeline.name, track)
        lines += [
            f"  <TRACK {key}",
            f"    NAME {_quoted(track)}",
            "    VOLPAN 1 0 -1 -1 1",
            "    NCHAN 2",
            f"    TRACKID {key}",
        ]
        for number, clip in enumerate(clips):
            lines += _item(clip, _key(timeline.name, track, str(number)))
        lines.append("  >")
    return "\n".join([*lines, ">"]) + "\n"


def _item(clip: Clip, key: str) -> list[str]:
    kind = {"wav": "WAVE", "flac": "FLAC", "mp3": "MP3", "ogg": "VORBIS", "opus": "OPUS"}
    return [
        "    <ITEM",
        f"      POSITION {clip.start_s:.12g}",
        f"      LENGTH {clip.duration_s:.12g}",
        "      LOOP 0",
        f"      IGUID {key}",
        f"      NAME {_quoted(clip.name)}",
        f"      VOLPAN {gain(clip.gain_db):.10g} {clip.pan:.10g} 1 -1",
        f"      SOFFS {clip.source_s:.12g}",
        f"      <SOURCE {kind.get(clip.file.rpartition('.')[2].lower(), 'WAVE')}",
        f"        FILE {_quoted(clip.file)}",
        "      >",
        "    >",
    ]


def _key(*names: str) -> str:
    return f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, '/'.join(names))).upper()}}}"


def _quoted(text: str) -> str:
    """In the first of the three signs that the text does not hold; where it holds all, grave accents give way."""
    for sign in "\"'`":
        if sign not in text:
            return f"{sign}{text}{sign}"
    return f"`{text.replace('`', chr(39))}`"
