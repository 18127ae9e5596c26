"""RIFF, the container of WAV: chunks of four letters, a length and a content, padded to even length.

A file over 4 GiB becomes RF64 (EBU Tech 3306): a `ds64` chunk, for which room is kept by a `JUNK` chunk of the same
length at the front, holds the lengths in 64 bits. So a file can be written in blocks without knowing its end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from soundwright.errors import BadRequest

LONGEST = 0xFFFFFFFF
DS64 = struct.Struct("<QQQI")  # RIFF size, data size, sample count, length of the table of others


@dataclass(frozen=True)
class Chunk:
    """A chunk found in a file: where its content begins and how many bytes it has."""

    name: bytes
    at: int
    size: int

    def read(self, path: Path) -> bytes:
        with path.open("rb") as file:
            file.seek(self.at)
            return file.read(self.size)


def pack(name: bytes, content: bytes) -> bytes:
    """One chunk as bytes."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def listed(kind: bytes, members: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A LIST chunk of `kind` (INFO, adtl) from its members' names and contents."""
    return pack(b"LIST", kind + b"".join(pack(name, content) for name, content in members))


def write(
    path: Path,
    ahead: bytes,
    blocks: Iterable[bytes],
    behind: bytes,
    frame_bytes: int,
    *,
    rf64_above: int = LONGEST,
) -> int:
    """Write a WAVE file: the chunks `ahead` (with `fmt `), `data` from `blocks`, the chunks `behind`.

    Returns the frames written. Above `rf64_above` bytes the file becomes RF64.
    """
    with path.open("wb") as file:
        file.write(b"RIFF\0\0\0\0WAVE" + pack(b"JUNK", bytes(DS64.size)) + ahead + b"data\0\0\0\0")
        begin = file.tell()
        for block in blocks:
            file.write(block)
        size = file.tell() - begin
        file.write(b"\0" * (size % 2) + behind)
        whole, frames = file.tell() - 8, size // frame_bytes
        long = whole > rf64_above
        file.seek(0)
        if long:
            file.write(
                b"RF64" + struct.pack("<I", LONGEST) + b"WAVE" + pack(b"ds64", DS64.pack(whole, size, frames, 0))
            )
        else:
            file.write(b"RIFF" + struct.pack("<I", whole))
        file.seek(begin - 4)
        file.write(struct.pack("<I", LONGEST if long else size))
    return frames


def chunks(path: Path) -> list[Chunk]:
    """The chunks of a RIFF or RF64 WAVE file in their order. Raises `BadRequest` when it is none or is cut off."""
    length = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            raise BadRequest(f"{path} is not a WAV file")
        found, data_size = [], 0
        while len(lead := file.read(8)) == 8:
            name, size = lead[:4], struct.unpack("<I", lead[4:])[0]
            at = file.tell()
            if name == b"ds64":
                _, data_size, _, _ = DS64.unpack(file.read(DS64.size))
            if name == b"data" and size == LONGEST:
                size = data_size
            if at + size > length:
                raise BadRequest(f"{path} is cut off in its chunk {name.decode('latin-1')!r}")
            found.append(Chunk(name, at, size))
            file.seek(at + size + size % 2)
    return found


def members(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A LIST chunk's kind and its members' names and contents."""
    found, at = [], 4
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        found.append((name, content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return content[:4], found
