"""M4A: AAC in MP4, by PyAV (extra `[video]`).

The edit list is written in samples (`movie_timescale` is the rate), so the container states the exact first and last
sample; a decoder that ignores it (ffmpeg at the end) gives up to 1023 frames of padding more.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest, CannotRun

BIT_RATE = 128_000  # per channel: above it ffmpeg's encoder gains nothing at 48 kHz
RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
FRAME = 1024


def library() -> ModuleType:
    """PyAV. Raises `CannotRun` with the command that installs it."""
    try:
        import av
    except ImportError:
        raise CannotRun("M4A needs PyAV: pip install 'soundwright[video]'") from None
    return av


def write(audio: Audio, path: Path, tags: Mapping[str, str], kbps: int | None = None) -> None:
    """Encode `audio` (1, 2 or 6 channels) as AAC-LC. Raises `BadRequest`, `CannotRun`."""
    av = library()
    layouts = {1: "mono", 2: "stereo", 6: "5.1"}
    if audio.channels not in layouts:
        raise BadRequest(f"M4A holds 1, 2 or 6 channels here, not {audio.channels}")
    options = {"movie_timescale": str(audio.rate), "movflags": "faststart"}
    try:
        with av.open(str(path), "w", format="ipod", options=options) as container:
            container.metadata.update(tags)
            track = container.add_stream("aac", rate=audio.rate, layout=layouts[audio.channels])
            track.bit_rate = kbps * 1000 if kbps else BIT_RATE * audio.channels
            for at in range(0, audio.frames, FRAME):
                block = np.ascontiguousarray(audio.samples[:, at : at + FRAME])
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layouts[audio.channels])
                frame.sample_rate, frame.pts, frame.time_base = audio.rate, at, Fraction(1, audio.rate)
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    except av.FFmpegError as error:
        raise CannotRun(f"writing {path.name} failed: {error}") from error


def read(path: Path) -> tuple[Audio, dict[str, str]]:
    """The sound of an M4A or MP4 file, cut to the length that its container states, and its tags.

    Raises `BadRequest` when it holds no sound.
    """
    av = library()
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadRequest(f"{path} holds no sound")
            track = container.streams.audio[0]
            rate = track.rate
            convert = av.AudioResampler(format="fltp")
            frames = [part.to_ndarray() for frame in container.decode(track) for part in convert.resample(frame)]
            length = round(track.duration * track.time_base * rate) if track.duration else None
            tags = dict(container.metadata)
    except av.FFmpegError as error:
        raise BadRequest(f"{path} is not a sound file that can be read ({error})") from error
    if not frames:
        raise BadRequest(f"{path} holds no sound")
    return Audio(np.concatenate(frames, axis=1)[:, :length], rate), tags
