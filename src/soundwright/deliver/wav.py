"""WAV as professionals exchange it: PCM of 16 or 24 bits or floats, with the chunks of `wav_chunks`, in blocks."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.deliver import pcm, riff, tags, wav_chunks
from soundwright.deliver.wav_chunks import About, Marker

__all__ = ["About", "Marker", "read_about", "write"]

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")  # KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT after their code
# Speakers of WAVE_FORMAT_EXTENSIBLE by the number of channels: front left and right, centre, low, back or side ones.
MASKS = {1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 8: 0x63F}


def write(
    path: Path,
    blocks: Iterable[np.ndarray],
    *,
    rate: int,
    channels: int,
    frames: int,
    bits: int = 24,
    about: About | None = None,
    rf64_above: int = riff.LONGEST,
) -> None:
    """Write float blocks `[channels, n]` of `frames` in all as 16 bits (dithered), 24 bits, or 32 (float).

    `about` becomes bext, iXML, INFO, cue points and loop. Files over 4 GiB become RF64.
    """
    ahead, behind = wav_chunks.all_of(about, rate, channels, frames, bits) if about else (b"", b"")
    ahead += riff.pack(b"fmt ", _format(rate, channels, bits))
    if bits == 32 or channels > 2:  # every format but plain PCM says how many frames there are
        ahead += riff.pack(b"fact", struct.pack("<I", min(frames, riff.LONGEST)))
    written = riff.write(path, ahead, _bytes(blocks, bits), behind, channels * bits // 8, rf64_above=rf64_above)
    if written != frames:
        raise AssertionError(f"{written} frames were written where {frames} were announced")


def _format(rate: int, channels: int, bits: int) -> bytes:
    code, align = FLOAT if bits == 32 else PCM, channels * bits // 8
    wide = channels > 2
    head = struct.pack("<HHIIHH", EXTENSIBLE if wide else code, channels, rate, rate * align, align, bits)
    if wide:
        return head + struct.pack("<HHIH", 22, bits, MASKS.get(channels, 0), code) + GUID_TAIL
    return head if code == PCM else head + struct.pack("<H", 0)


def _bytes(blocks: Iterable[np.ndarray], bits: int) -> Iterator[bytes]:
    for block in blocks:
        if bits == 32:
            yield np.ascontiguousarray(block.T, "<f4").tobytes()
        elif bits == 24:
            whole = np.ascontiguousarray(pcm.quantise(block, 24).T, "<i4")
            yield whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        else:
            yield np.ascontiguousarray(pcm.quantise(block, 16).T, "<i2").tobytes()


def read_about(path: Path) -> dict[str, Any]:
    """What a WAV file says of itself: `bext`, `info` by our tags' names, `ixml`, `cues` [(frame, label)], `loops`.

    A part that the file lacks is absent. Raises `BadRequest` when it is no WAV file.
    """
    found: dict[str, Any] = {}
    labels: dict[int, str] = {}
    points: list[tuple[int, int]] = []
    for chunk in riff.chunks(path):
        if chunk.name == b"bext" and chunk.size >= wav_chunks.BEXT.size:
            found["bext"] = wav_chunks.read_bext(chunk.read(path))
        elif chunk.name == b"iXML":
            found["ixml"] = chunk.read(path).decode("utf-8", "replace").rstrip("\0")
        elif chunk.name == b"smpl":
            content = chunk.read(path)
            loops = struct.iter_unpack("<6I", content[36 : 36 + 24 * struct.unpack_from("<I", content, 28)[0]])
            found["loops"] = [(begin, end) for _, _, begin, end, _, _ in loops]
        elif chunk.name == b"cue ":
            points = [(name, at) for name, _, _, _, _, at in struct.iter_unpack("<II4sIII", chunk.read(path)[4:])]
        elif chunk.name == b"LIST":
            kind, members = riff.members(chunk.read(path))
            if kind == b"INFO":
                ours = {theirs: name for name, theirs in tags.INFO.items()}
                texts = {name: text.rstrip(b"\0").decode("utf-8", "replace") for name, text in members}
                found["info"] = {ours[name]: text for name, text in texts.items() if name in ours}
            elif kind == b"adtl":
                named = [(struct.unpack_from("<I", body)[0], body[4:]) for name, body in members if name == b"labl"]
                labels = {number: text.rstrip(b"\0").decode("utf-8", "replace") for number, text in named}
    if points:
        found["cues"] = [(at, labels.get(number, "")) for number, at in points]
    return found
