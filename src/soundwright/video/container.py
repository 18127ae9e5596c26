"""Opening what holds pictures and sound, by PyAV; what is broken in the middle is stepped over and noted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from soundwright.errors import BadRequest, CannotRun

Note = Callable[[str], None]

# Demuxers that may open a file. Playlists (hls, dash, concat) are not among them: they would open other files.
FILMS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,mpeg,mpegvideo,flv,asf,ogg,mxf,gif,h264,hevc,ivf,obu,dv,nut,m4v"
)
STILLS = "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe,psd_pipe,image2,ppm_pipe,pgm_pipe,svg_pipe,ico"
SOUNDS = "wav,flac,mp3,aac,aiff,ac3,eac3,caf,w64"
BAD_PACKETS = 1000  # errors in reading after which a file counts as ended: a resync of a damaged Matroska takes some


def library() -> ModuleType:
    """PyAV. Raises `CannotRun` with the command that installs it."""
    try:
        import av
    except ImportError:
        raise CannotRun("video needs PyAV: pip install 'soundwright[video]'") from None
    return av


def address(path: Path) -> str:
    """`path` so that no character in it is read as a protocol or a pattern."""
    return f"file:{path}"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file at `path` as PyAV's input container.

    Raises `BadRequest` when it is missing, empty, unreadable, a still picture or no medium at all.
    """
    av = library()
    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    if not path.stat().st_size:
        raise BadRequest(f"{path} is empty")
    if not os.access(path, os.R_OK):
        raise BadRequest(f"{path} cannot be read: permission denied")
    options = {"protocol_whitelist": "file", "format_whitelist": f"{FILMS},{STILLS},{SOUNDS}"}
    try:
        container = av.open(address(path), options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise BadRequest(f"{path} is not a video that can be read ({_reason(error)})") from error
    with container:
        if set(container.format.name.split(",")) & set(STILLS.split(",")):
            raise BadRequest(f"{path} is a still picture; a video is wanted")
        yield container


def main_pictures(container: Any) -> Any:
    """The first stream of moving pictures (cover art is none), or None."""
    return next((stream for stream in container.streams.video if not is_cover(stream)), None)


def is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition)


def packets(container: Any, streams: list[Any], note: Note) -> Iterator[Any]:
    """All packets of `streams` in file order, then one empty one for each; what cannot be read is stepped over."""
    av = library()
    for _ in range(BAD_PACKETS):
        try:
            yield from container.demux(streams)
            return
        except av.FFmpegError as error:
            note(f"damaged: {_reason(error)}")
    yield from ()


def decoded(container: Any, stream: Any, note: Note) -> Iterator[Any]:
    """All frames of `stream` that decode, in order of presentation; what does not is left out and noted."""
    for packet in packets(container, [stream], note):
        yield from decode(packet, note)


def decode(packet: Any, note: Note) -> list[Any]:
    """The frames that come of one packet, none when it is damaged."""
    av = library()
    try:
        return packet.decode()
    except av.FFmpegError as error:
        note(f"damaged: a packet of {packet.stream.type} does not decode ({_reason(error)})")
        return []


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
