"""`python -m soundwright.serve.probe IN OUT LONGEST_S MOST_BYTES`: in a process of its own, see what a stranger sent.

A sound is decoded to its end and written anew as WAV, so that nothing else ever parses what came; of a film the clock
is read, its pictures stay as they are. The process has limits of CPU time, memory and file size, and ends with one line
of JSON: facts, or `error`. A file is what its first bytes say, whatever it is called.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CPU_S, MEMORY_BYTES = 60, 4 * 2**30
MOST_CHANNELS, MOST_PIXELS, MOST_RATE = 8, 4096 * 2304, 120
KEPT_WHOLE = {"PCM_16": "PCM_16", "PCM_24": "PCM_24", "PCM_S8": "PCM_16", "PCM_U8": "PCM_16"}  # others become float
# where in the file, which bytes, and what they announce
MAGIC = (
    (0, b"RIFF", "riff"), (0, b"RF64", "sound"), (0, b"fLaC", "sound"), (0, b"OggS", "sound"), (0, b"FORM", "sound"),
    (0, b"ID3", "sound"), (0, b"\xff\xfb", "sound"), (0, b"\xff\xf3", "sound"), (0, b"\xff\xf2", "sound"),
    (4, b"ftyp", "container"), (0, b"\x1aE\xdf\xa3", "container"), (0, b"\x00\x00\x01\xba", "container"),
)  # fmt: skip
NEITHER = "this is no sound (WAV, FLAC, AIFF, MP3, Ogg, Opus, M4A) or film (MP4, MOV, MKV, WebM, AVI, TS) that is known"


def announced(head: bytes) -> str:
    """ "sound", "container", or "" by the first bytes of a file (512 of them)."""
    for at, magic, kind in MAGIC:
        if head[at : at + len(magic)] == magic:
            return {b"WAVE": "sound", b"AVI ": "container"}.get(head[8:12], "") if kind == "riff" else kind
    return "container" if len(head) > 188 and head[0] == head[188] == 0x47 else ""


def probe(path: Path, out: Path, longest_s: float) -> dict[str, Any]:
    """The facts of a file; a sound is written to `out`. Raises `BadRequest` for what is none, or too long."""
    from soundwright.errors import BadRequest

    with path.open("rb") as file:
        kind = announced(file.read(512))
    if kind == "sound":
        return _sound(path, out, longest_s)
    if kind == "container":
        return _container(path, out, longest_s)
    raise BadRequest(NEITHER)


def _sound(path: Path, out: Path, longest_s: float) -> dict[str, Any]:
    import soundfile

    from soundwright.audio import Stream

    stream = Stream.read(path)
    subtype = KEPT_WHOLE.get(soundfile.info(path).subtype, "FLOAT")
    return _write(stream.blocks, stream.rate, stream.channels, out, longest_s, subtype)


def _container(path: Path, out: Path, longest_s: float) -> dict[str, Any]:
    from soundwright.errors import BadRequest
    from soundwright.video import clock, container

    with container.opened(path) as file:
        if container.main_pictures(file) is None:
            if not file.streams.audio:
                raise BadRequest(NEITHER)
            track = file.streams.audio[0]
            if not track.codec_context or not track.rate:
                raise BadRequest("its sound cannot be decoded")
            return _write(_samples(file, track), track.rate, track.channels, out, longest_s, "FLOAT")
    film = clock.film(path)
    if film.duration_s > longest_s:
        raise _too_long(longest_s)
    if film.width * film.height > MOST_PIXELS or film.rate > MOST_RATE:
        raise BadRequest(f"a film has at most {MOST_PIXELS} pixels and {MOST_RATE} pictures a second here")
    return {
        "kind": "film", "duration_s": float(film.duration_s), "width": film.width, "height": film.height,
        "pictures_per_s": float(film.rate), "tracks": len(film.tracks),
    }  # fmt: skip


def _samples(file: Any, track: Any) -> Iterator[Any]:
    import numpy as np

    from soundwright.video import container

    convert = container.library().AudioResampler(format="fltp")
    for frame in container.decoded(file, track, lambda _: None):
        for part in convert.resample(frame):
            yield np.nan_to_num(part.to_ndarray())


def _write(
    blocks: Iterator[Any], rate: int, channels: int, out: Path, longest_s: float, subtype: str
) -> dict[str, Any]:
    import soundfile

    from soundwright.audio import MAX_RATE, MIN_RATE
    from soundwright.errors import BadRequest

    if not MIN_RATE <= rate <= MAX_RATE or channels > MOST_CHANNELS:
        raise BadRequest(f"a sound has {MIN_RATE} to {MAX_RATE} Hz and at most {MOST_CHANNELS} channels here")
    frames = 0
    with soundfile.SoundFile(out, "w", rate, channels, subtype, format="RF64" if longest_s > 1800 else "WAV") as file:
        for block in blocks:
            frames += block.shape[1]
            if frames > longest_s * rate:
                raise _too_long(longest_s)
            file.write(block.T)
    if not frames:
        raise BadRequest("there is no sound in it")
    return {"kind": "sound", "duration_s": frames / rate, "rate": rate, "channels": channels, "frames": frames}


def _too_long(longest_s: float) -> Exception:
    from soundwright.errors import BadRequest

    return BadRequest(f"it lasts longer than the {longest_s:g} seconds that are taken here")


def _confine(most_bytes: int) -> None:
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, most_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def main(arguments: list[str]) -> None:
    path, out, longest_s, most_bytes = arguments
    _confine(int(most_bytes))
    from soundwright.errors import SoundwrightError

    try:
        said = probe(Path(path), Path(out), float(longest_s))
    except MemoryError:
        said = {"error": "it wants more memory to decode than is given here"}
    except SoundwrightError as error:
        said = {"error": str(error).replace(path, "the file")}
    except Exception as error:
        said = {"error": f"it cannot be read ({type(error).__name__})"}
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1:])
