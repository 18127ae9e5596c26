"""Videos whose pictures tell what is heard, and the tiny CLIP and CLAP that look and listen."""

from __future__ import annotations

import importlib
import os
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))  # where the tiny checkpoints are written
os.environ["HF_HUB_OFFLINE"] = "1"
RATE = 16_000


def video(path: Path, hue: int, seconds: float = 2.0, *, sound: float | None = 0.3, pictures: bool = True) -> Path:
    """A film in one colour with a tone whose pitch goes with it; `sound` is the tone's peak, None for no track."""
    import av

    with av.open(str(path), "w") as made:
        picture = made.add_stream("libx264", rate=10) if pictures else None
        tone = made.add_stream("pcm_s16le", rate=RATE, layout="mono") if sound is not None else None
        if picture:
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
            ramp = np.linspace(0, 255, 64)[None, :].repeat(48, 0)
            sheet = np.stack([np.full((48, 64), 80 * (hue % 4)), ramp * (hue % 3) / 2, np.full((48, 64), 25 * hue)], -1)
            for at in range(round(10 * seconds)):
                frame = av.VideoFrame.from_ndarray((sheet % 256).astype(np.uint8), "rgb24")
                frame.pts, frame.time_base = at, Fraction(1, 10)
                made.mux(picture.encode(frame))
            made.mux(picture.encode(None))
        if tone:
            times = np.arange(round(seconds * RATE)) / RATE
            wave = (32767 * sound * np.sin(2 * np.pi * 150 * (1 + hue) * times)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(wave[None], "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
            made.mux(tone.encode(frame))
            made.mux(tone.encode(None))
    return path


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A folder of AudioLDM with CLIP and CLAP, without a mapper."""
    return importlib.import_module("tiny_v2a_mapper").write(tmp_path_factory.mktemp("v2a") / "s-full-v2")


@pytest.fixture(scope="session")
def videos(tmp_path_factory):
    """Eight good videos, one of them long, and one of each kind of bad one."""
    folder = tmp_path_factory.mktemp("videos")
    for hue in range(8):
        video(folder / f"good-{hue}.mkv", hue, 2.0 if hue else 23.0)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "copy.mkv").write_bytes((folder / "good-3.mkv").read_bytes())
    video(folder / "mute.mkv", 1, sound=None)
    video(folder / "silent.mkv", 1, sound=0.0)
    video(folder / "short.mkv", 1, 0.5)
    video(folder / "blind.mkv", 1, pictures=False)
    (folder / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(5000))
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "cut.mp4").write_bytes((folder / "good-1.mkv").read_bytes()[:300])
    (folder / "notes.txt").write_text("no video")
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Training data of four chunks with a tone each, one of them under a held-out caption."""
    from soundwright.train.data import shards

    place = tmp_path_factory.mktemp("data")
    captions = {"train": [], "held_out_caption": []}
    for number in range(200):
        captions[shards.split_of(("foley:x",), f"caption {number}")].append(f"caption {number}")
    t = np.arange(2 * shards.RATE) / shards.RATE
    made = [
        shards.describe(np.stack([0.3 * np.sin(2 * np.pi * (200 + 50 * turn) * t)] * 2), caption, "foley", ("foley:x",))
        for turn, caption in enumerate((*captions["train"][:3], captions["held_out_caption"][0]))
    ]
    shards.write(place, 0, made)
    return place
