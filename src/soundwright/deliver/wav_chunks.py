"""What a professional WAV carries besides its samples: loudness, place in time, markers, loops, words.

Broadcast extension `bext` version 2 (EBU Tech 3285), `iXML` 2 (ixml.info), `cue ` with labels and `smpl` loops (IBM and
Microsoft: Multimedia Programming Interface and Data Specifications 1.0, 1991), LIST INFO.
"""

from __future__ import annotations

import math
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from soundwright.deliver import riff, tags

BEXT = struct.Struct("<256s32s32s10s8sQH64s5h180s")
UNSET = 0x7FFF  # EBU Tech 3285 v2, 2.3: a loudness field that is not used
LOUDNESS = ("integrated_lufs", "loudness_range_lu", "true_peak_dbtp", "momentary_max_lufs", "short_term_max_lufs")
IXML_LOUDNESS = (
    "LOUDNESS_VALUE",
    "LOUDNESS_RANGE",
    "MAX_TRUE_PEAK_LEVEL",
    "MAX_MOMENTARY_LOUDNESS",
    "MAX_SHORT_TERM_LOUDNESS",
)


@dataclass(frozen=True)
class Marker:
    """A named place in a piece, in seconds from its beginning."""

    at_s: float
    name: str


@dataclass(frozen=True)
class About:
    """What the chunks tell: words, measured numbers, where the piece stands on a timeline, markers, whether it loops.

    `measured` holds the keys of `LOUDNESS` as far as they are known; `start_s` is seconds since midnight of the
    timeline; `reference` ties the file to its manifest; `time` is hh:mm:ss; `user` goes into iXML's USER element.
    """

    tags: tags.Tags
    measured: Mapping[str, float] = field(default_factory=dict)
    start_s: float = 0.0
    markers: Sequence[Marker] = ()
    loop: bool = False
    reference: str = ""
    time: str = "00:00:00"
    user: Mapping[str, str] = field(default_factory=dict)


def all_of(about: About, rate: int, channels: int, frames: int, bits: int) -> tuple[bytes, bytes]:
    """The chunks before the samples (but `fmt `), and those behind them.

    iXML stands behind: libsndfile's reader of RF64 stops at it (its issue 614) before it has found the samples.
    """
    words = riff.listed(b"INFO", ((n, t.encode() + b"\0") for n, t in about.tags.named(tags.INFO).items()))
    parts = []
    places = [(min(round(marker.at_s * rate), max(frames - 1, 0)), marker.name) for marker in about.markers]
    if places:
        points = b"".join(struct.pack("<II4sIII", k, at, b"data", 0, 0, at) for k, (at, _) in enumerate(places, 1))
        parts.append(riff.pack(b"cue ", struct.pack("<I", len(places)) + points))
        labels = ((b"labl", struct.pack("<I", k) + name.encode() + b"\0") for k, (_, name) in enumerate(places, 1))
        parts.append(riff.listed(b"adtl", labels))
    if about.loop and frames:
        parts.append(riff.pack(b"smpl", smpl(rate, frames)))
    parts.append(riff.pack(b"iXML", ixml(about, rate, channels, bits)))
    return riff.pack(b"bext", bext(about, rate, channels, bits)) + words, b"".join(parts)


def bext(about: About, rate: int, channels: int, bits: int) -> bytes:
    """Broadcast extension, version 2; loudness in hundredths, and what is not known or not finite marked unset."""
    mode = {1: "mono", 2: "stereo"}.get(channels, "multichannel")
    history = _ascii(f"A=PCM,F={rate},W={bits},M={mode},T={about.tags.software}\r\n")
    history += b"\0" * (len(history) % 2)  # libsndfile's reader of RF64 forgets the byte that pads an odd chunk
    texts = (about.tags.title, about.tags.software, about.reference, about.tags.date, about.time)
    coded = (_ascii(text) for text in texts)
    numbers = (_hundredths(about.measured.get(key)) for key in LOUDNESS)
    return BEXT.pack(*coded, round(about.start_s * rate), 2, bytes(64), *numbers, bytes(180)) + history


def _ascii(text: str) -> bytes:
    """What the standard asks for: letters lose their accents, what has no letter becomes a question mark."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return plain.encode("ascii", "replace")


def _hundredths(value: float | None) -> int:
    if value is None or not math.isfinite(value) or not -327.0 < value < 327.0:
        return UNSET
    return round(value * 100)


def ixml(about: About, rate: int, channels: int, bits: int) -> bytes:
    """iXML: speed and place, tracks, the loudness of `bext` once more, and the file's category in USER."""
    samples = round(about.start_s * rate)
    speed = {
        "FILE_SAMPLE_RATE": rate,
        "AUDIO_BIT_DEPTH": bits,
        "TIMESTAMP_SAMPLE_RATE": rate,
        "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI": samples >> 32,
        "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO": samples & 0xFFFFFFFF,
    }
    names = {1: ("mono",), 2: ("left", "right")}.get(channels, tuple(f"channel {k + 1}" for k in range(channels)))
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{k}</CHANNEL_INDEX><INTERLEAVE_INDEX>{k}</INTERLEAVE_INDEX><NAME>{name}</NAME></TRACK>"
        for k, name in enumerate(names, 1)
    )
    known = {
        f"BWF_{name}": f"{about.measured[key]:.2f}"
        for name, key in zip(IXML_LOUDNESS, LOUDNESS, strict=True)
        if _hundredths(about.measured.get(key)) != UNSET
    }
    user = {"DIGITAL_SOURCE_TYPE": about.tags.source_type, "LICENCE": about.tags.licence, **about.user}
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><BWFXML><IXML_VERSION>2.10</IXML_VERSION>'
        f"<PROJECT>{escape(about.tags.title)}</PROJECT><NOTE>{escape(about.tags.comment)}</NOTE>"
        f"<SPEED>{_elements(speed)}</SPEED><TRACK_LIST><TRACK_COUNT>{channels}</TRACK_COUNT>{tracks}</TRACK_LIST>"
        f"<BEXT><BWF_ORIGINATOR>{escape(about.tags.software)}</BWF_ORIGINATOR>{_elements(known)}</BEXT>"
        f"<USER>{_elements({key: value for key, value in user.items() if value})}</USER></BWFXML>"
    )
    return text.encode()


def _elements(values: Mapping[str, object]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())


def smpl(rate: int, frames: int) -> bytes:
    """One forward loop over the whole file, played without end; the last frame is part of the loop."""
    return struct.pack("<9I", 0, 0, round(1e9 / rate), 60, 0, 0, 0, 1, 0) + struct.pack(
        "<6I", 0, 0, 0, frames - 1, 0, 0
    )


def read_bext(content: bytes) -> dict[str, object]:
    """The fields of a `bext` chunk; loudness that is unset is None."""
    fields = BEXT.unpack(content[: BEXT.size])
    texts = [text.partition(b"\0")[0].decode("ascii", "replace") for text in fields[:5]]
    numbers = [None if value == UNSET or fields[6] < 2 else value / 100 for value in fields[8:13]]
    return {
        **dict(zip(("description", "originator", "reference", "date", "time"), texts, strict=True)),
        "time_reference": fields[5],
        "version": fields[6],
        **dict(zip(LOUDNESS, numbers, strict=True)),
        "coding_history": content[BEXT.size :].partition(b"\0")[0].decode("ascii", "replace").strip(),
    }
