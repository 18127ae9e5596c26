"""What PrismAudio hears of a clip: VideoPrism's embeddings, Synchformer's features of motion, T5Gemma's words.

Pictures are taken by the time at which they are shown, 4 and 25 of them a second, once through the film; each encoder
is loaded when it is wanted and makes room for the next. What they say is kept on disk (`features`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from torch import Tensor

from soundwright.engines import features, machine
from soundwright.engines import prismaudio_files as published
from soundwright.engines.contract import Clip
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.video import clock, pictures

VERSION = 1  # of what is done with pictures here: another number, other entries in the cache
STILLS_HZ, MOVING_HZ, BOTH_HZ = 4, 25, 100
STILL, MOVING = 288, 224  # pixels of a picture's side
SEGMENT, HOP = 16, 8  # pictures that Synchformer sees at once


@dataclass
class Shown:
    """A clip's pictures, read once, when they are first asked for."""

    clip: Clip
    duration_s: float
    tell: Progress

    @cached_property
    def both(self) -> tuple[np.ndarray, np.ndarray]:
        """`[n, 3, 288, 288]` on black, and `[m, 3, 224, 224]` of the middle, uint8; at least 1 and 16 of them, held."""
        film = clock.film(self.clip.path)
        start_s, counts = self.clip.start_s, self.counts
        if start_s >= film.duration_s:
            raise BadRequest(f"{film.path} ends at {float(film.duration_s):.2f} s: nothing is seen from {start_s:g} s")
        width = film.width if film.pixel_aspect != 1 else None
        shown = pictures.frames(film, width=width, grey=False, from_s=start_s)
        moved = ((time_s - start_s, picture) for time_s, picture in shown)
        until_s = max(counts[0] / STILLS_HZ, counts[1] / MOVING_HZ)
        stills, moving = [], []
        for at, (time_s, picture) in enumerate(pictures.resampled(moved, BOTH_HZ, until_s)):
            if at % (BOTH_HZ // STILLS_HZ) == 0 and len(stills) < counts[0]:
                stills.append(_square(picture))
            if at % (BOTH_HZ // MOVING_HZ) == 0 and len(moving) < counts[1]:
                moving.append(_middle(picture))
                self.tell("watch", time_s / until_s)
        return np.stack(stills), np.stack(moving)

    @property
    def counts(self) -> tuple[int, int]:
        """How many pictures of either kind: whole ones in the duration, as the makers count."""
        stills, moving = (int(round(self.duration_s * rate, 6)) for rate in (STILLS_HZ, MOVING_HZ))
        return max(stills, 1), max(moving, SEGMENT)


@dataclass(frozen=True)
class Watcher:
    """The encoders of a checkpoint on a device, and what they were given."""

    files: published.Files
    device: str
    strategy: str
    tell: Progress

    def words(self, text: str) -> tuple[np.ndarray, bool]:
        """`[tokens, width]` of a paragraph, and whether it was known."""

        def make() -> np.ndarray:
            tokenizer, encoder = self._held("words", self.files.words, published.load_words)
            asked = tokenizer([text], padding=True, return_tensors="pt").to(self.device)
            with torch.inference_mode():
                return encoder(**asked).last_hidden_state[0].float().cpu().numpy()

        self.tell("read")
        return features.kept({"text": text, **self._facts(self.files.words, self.strategy)}, make)

    def seen(self, shown: Shown) -> tuple[np.ndarray, bool]:
        """VideoPrism's embeddings of a clip `[stills, width]`, and whether they were known."""
        from soundwright.nets import videoprism

        def make() -> np.ndarray:
            stills, _ = shown.both
            network = self._held("pictures", self.files.pictures, published.load_pictures)
            with torch.inference_mode():
                x = torch.from_numpy(stills).to(self.device) / 255
                return videoprism.embeddings(network, x).float().cpu().numpy()

        self.tell("watch")
        return features.kept({**_told(shown), **self._facts(self.files.pictures)}, make)

    def moved(self, shown: Shown) -> tuple[np.ndarray, bool]:
        """Synchformer's features of a clip `[segments * 8, width]`, and whether they were known."""

        def make() -> np.ndarray:
            _, moving = shown.both
            network = self._held("motion", self.files.folder, published.load_motion)
            starts = range(0, len(moving) - SEGMENT + 1, HOP)
            size, made = published.AT_ONCE.get(self.device.partition(":")[0], 1), []
            with torch.inference_mode():
                for at in range(0, len(starts), size):
                    segments = np.stack([moving[start : start + SEGMENT] for start in starts[at : at + size]])
                    x = torch.from_numpy(segments).to(self.device) / 127.5 - 1
                    made.append(network(x.transpose(1, 2)).flatten(0, 1).float().cpu().numpy())
                    self.tell("watch", min(1.0, (at + size) / len(starts)))
            return np.concatenate(made)

        self.tell("watch")
        return features.kept({**_told(shown), **self._facts(self.files.path(published.MOTION))}, make)

    def _held(self, name: str, folder: Path, load: Callable[[published.Files, str, str], Any]) -> Any:
        key = (str(folder), self.device, self.strategy, name)
        return machine.warm(key, lambda: load(self.files, self.device, self.strategy))

    def _facts(self, of: Path, strategy: str = "full") -> dict[str, Any]:
        """What an encoder's answer follows from beside what it is asked: its file or folder, and how it computes."""
        return {
            "encoder": self.files.hashes(of),
            "computes": [self.device.partition(":")[0], strategy, transformers.__version__],
        }


def _told(shown: Shown) -> dict[str, Any]:
    clip = shown.clip
    if not clip.path.is_file():
        raise BadRequest(f"there is no file {clip.path}")
    film = features.fingerprint(clip.path)
    return {"film": film, "start_s": clip.start_s, "counts": shown.counts, "version": VERSION}


def _square(picture: np.ndarray) -> np.ndarray:
    """`[height, width, 3]` as `[3, 288, 288]`, whole, on black."""
    high, wide = picture.shape[:2]
    side = max(high, wide)
    left, top = (side - wide) // 2, (side - high) // 2
    x = F.pad(_tensor(picture), (left, side - wide - left, top, side - high - top))
    return F.interpolate(x, (STILL, STILL), mode="bilinear", align_corners=False)[0].numpy()


def _middle(picture: np.ndarray) -> np.ndarray:
    """`[height, width, 3]` as `[3, 224, 224]`, its middle."""
    high, wide = picture.shape[:2]
    short = min(high, wide)
    size = (int(MOVING * high / short), int(MOVING * wide / short))
    x = F.interpolate(_tensor(picture), size, mode="bicubic", align_corners=False, antialias=True)
    top, left = (round((length - MOVING) / 2) for length in size)
    return x[0, :, top : top + MOVING, left : left + MOVING].numpy()


def _tensor(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
