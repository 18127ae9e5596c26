"""What a file says of itself in words, whatever its format: one set of tags, and their names in each container."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

# The tag's name here -> frames of ID3v2.4, chunks of RIFF INFO (bytes), attributes of libsndfile, keys of MP4.
ID3 = {"title": "TIT2", "artist": "TPE1", "software": "TSSE", "date": "TDRC", "licence": "TCOP"}
INFO = {
    "title": b"INAM",
    "artist": b"IART",
    "comment": b"ICMT",
    "software": b"ISFT",
    "date": b"ICRD",
    "licence": b"ICOP",
}
SNDFILE = {name: name for name in ("title", "artist", "comment", "software", "date")} | {"licence": "license"}
MP4 = {"title": "title", "artist": "artist", "comment": "comment", "date": "date", "licence": "copyright"}
# Words by which readers of tags call them, to ours: for `read`.
ALIASES = {
    "copyright": "licence",
    "license": "licence",
    "encoder": "software",
    "tsse": "software",
    "encoded_by": "software",
}


@dataclass(frozen=True)
class Tags:
    """The words in a file. `comment` says in plain words that a computer made it; `source_type` is IPTC's term."""

    title: str
    artist: str
    comment: str
    software: str
    date: str
    licence: str = ""
    source_type: str = ""

    def named(self, names: dict) -> dict:
        """The tags that are not empty, by a container's own names."""
        return {theirs: getattr(self, ours) for ours, theirs in names.items() if getattr(self, ours)}


def id3(tags: Tags) -> bytes:
    """An ID3v2.4 tag (id3.org, informal standard of 2000): text frames, the comment, and what made it as TXXX."""
    frames = [(name, b"\x03" + text.encode()) for name, text in tags.named(ID3).items()]
    frames.append(("COMM", b"\x03eng\0" + tags.comment.encode()))
    for key, text in (("AI_DISCLOSURE", tags.comment), ("DIGITAL_SOURCE_TYPE", tags.source_type)):
        if text:
            frames.append(("TXXX", b"\x03" + key.encode() + b"\0" + text.encode()))
    body = b"".join(name.encode() + _syncsafe(len(text)) + b"\0\0" + text for name, text in frames)
    return b"ID3\x04\0\0" + _syncsafe(len(body)) + body


def _syncsafe(number: int) -> bytes:
    """28 bits in four bytes whose highest bit is 0, so that no reader takes them for the start of sound."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def head(path: Path) -> tuple[int, dict[str, str]]:
    """Length of the ID3v2 tag at the front of a file (0 without one), and its text frames by name."""
    with path.open("rb") as file:
        lead = file.read(10)
        if len(lead) < 10 or lead[:3] != b"ID3":
            return 0, {}
        size = _plain(lead[6:10])
        body = file.read(size)
    found, at = {}, 0
    while at + 10 <= len(body) and body[at : at + 4].strip(b"\0"):
        name = body[at : at + 4].decode("latin-1")
        length = _plain(body[at + 4 : at + 8]) if lead[3] == 4 else struct.unpack(">I", body[at + 4 : at + 8])[0]
        content = body[at + 10 : at + 10 + length]
        if name[0] == "T" and content[:1] == b"\x03":
            key, _, value = content[1:].rpartition(b"\0") if name == "TXXX" else (name.encode(), b"", content[1:])
            found[key.decode()] = value.decode(errors="replace")
        elif name == "COMM" and content[:1] == b"\x03":
            found[name] = content[4:].partition(b"\0")[2].decode(errors="replace")
        at += 10 + length
    return size + 10, found


def _plain(four: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))
