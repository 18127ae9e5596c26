"""Sound and pictures as ComfyUI holds them: AUDIO is {"waveform": `[batch, channels, frames]`, "sample_rate": Hz},
IMAGE `[batch, height, width, colours]`, floats from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest

LONG_SIDE = 640  # pixels; nothing that looks at films here looks closer
FASTEST = 1000.0  # pictures a second


def given(audio: dict[str, Any]) -> list[Audio]:
    """The sounds of a batch. Raises `BadRequest` for what is no AUDIO."""
    try:
        waveform, rate = audio["waveform"], int(audio["sample_rate"])
    except (TypeError, KeyError, ValueError):
        raise BadRequest("this is no AUDIO: it has no waveform and sample_rate") from None
    waveform = waveform[None] if waveform.ndim == 2 else waveform
    if waveform.ndim != 3 or not waveform.shape[0]:
        raise BadRequest(f"AUDIO has the shape [batch, channels, samples], not {list(waveform.shape)}")
    return [Audio(one.detach().float().cpu().numpy(), rate) for one in waveform]


def taken(sounds: Sequence[Audio]) -> dict[str, Any]:
    """Sounds of one rate as a batch; shorter ones end in silence."""
    import torch

    frames = max(sound.frames for sound in sounds)
    stacked = np.stack([sound.fitted(frames).samples for sound in sounds])
    return {"waveform": torch.from_numpy(stacked), "sample_rate": sounds[0].rate}


def shown(pages: Sequence[bytes]) -> Any:
    """PNG pictures of one size as IMAGE."""
    import torch
    from PIL import Image

    levels = [np.asarray(Image.open(BytesIO(page)).convert("RGB"), np.float32) / 255 for page in pages]
    return torch.from_numpy(np.stack(levels))


def rate_of(fps: float) -> Fraction:
    """The exact rate of pictures that a rounded one means: 23.976 is 24000/1001. Raises `BadRequest`."""
    if not 0 < fps <= FASTEST:
        raise BadRequest(f"{fps:g} pictures a second are no rate; give a number above 0, like 24")
    exact = (Fraction(whole * 1000, 1001) for whole in (24, 30, 48, 60, 120))
    near = next((rate for rate in exact if abs(float(rate) - fps) < 0.004), None)
    return near or Fraction(fps).limit_denominator(1000)


@contextmanager
def as_film(images: Any, fps: float) -> Iterator[Path]:
    """The pictures as a film file, without loss but for their size, that goes when it has been used."""
    import av

    pictures = images[None] if images.ndim == 3 else images
    if pictures.ndim != 4 or not pictures.shape[0] or pictures.shape[3] not in (1, 2, 3, 4):
        raise BadRequest(f"IMAGE has the shape [batch, height, width, colours], not {list(images.shape)}")
    rate, (high, wide) = rate_of(fps), pictures.shape[1:3]
    scale = min(1.0, LONG_SIDE / max(high, wide))
    high, wide = (max(2, 2 * round(side * scale / 2)) for side in (high, wide))
    with TemporaryDirectory(prefix="soundwright-") as folder:
        path = Path(folder) / "pictures.mp4"
        with av.open(str(path), "w") as file:
            stream: Any = file.add_stream("libx264", rate=rate, options={"qp": "0", "preset": "ultrafast"})
            stream.width, stream.height, stream.pix_fmt, stream.time_base = wide, high, "yuv444p", 1 / rate
            for number, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(_seen(picture), "rgb24")
                frame.pts, frame.time_base = number, 1 / rate
                file.mux(stream.encode(frame.reformat(wide, high, "yuv444p", interpolation="AREA")))
            file.mux(stream.encode(None))
        yield path


def _seen(picture: Any) -> np.ndarray:
    """uint8 RGB `[height, width, 3]`; grey is spread, alpha left out."""
    levels = np.nan_to_num(picture.detach().float().cpu().numpy())
    colours = levels[..., :3] if levels.shape[-1] >= 3 else np.repeat(levels[..., :1], 3, axis=-1)
    return np.ascontiguousarray(np.clip(colours * 255 + 0.5, 0, 255).astype(np.uint8))
