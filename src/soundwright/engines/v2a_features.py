"""What CLIP sees in a film and what CLAP hears in a sound: the two ends of a V2A mapper, for its use and its training.

Imported with the engine's first task, or by the training.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel, CLIPVisionModelWithProjection

from soundwright.audio import Audio
from soundwright.engines import machine
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress
from soundwright.video import Film, frames

CLOCK = 2  # pictures a second: meaning changes slower than that, and it is all that is carried
BATCH = 16
# Of CLIP's published preprocessor: mean and deviation of red, green and blue.
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
WORDS = ("rain", "a dog barks", "a car drives past", "people talk", "a door slams", "a violin plays")
KEPT = 4  # films whose features are held, for the windows of one are asked for in turn

_seen: OrderedDict[tuple, tuple[np.ndarray, Tensor]] = OrderedDict()


class Eye:
    """CLIP's image side with its own way of preparing pictures: the middle square, bicubic, standardised."""

    def __init__(self, encoder: Any, folder: Path, device: Any = "cpu") -> None:
        self.encoder, self.folder, self.device = encoder, folder, device
        self.size = int(encoder.config.image_size)
        facts = _json(folder / "preprocessor_config.json")
        self.mean, self.deviation = (
            torch.tensor(facts.get(name, usual))[:, None, None]
            for name, usual in (("image_mean", MEAN), ("image_std", DEVIATION))
        )

    @torch.inference_mode()
    def features(self, pictures: list[np.ndarray]) -> Tensor:
        """Unit vectors `[n, width]` of RGB pictures, uint8 `[height, width, 3]`."""
        squares = torch.stack([self.prepared(picture) for picture in pictures])
        return F.normalize(self.encoder(squares.to(self.device)).image_embeds.float().cpu(), dim=-1)

    def prepared(self, picture: np.ndarray) -> Tensor:
        """`[3, size, size]` as CLIP wants it."""
        from PIL import Image

        high, wide = picture.shape[:2]
        scale = self.size / min(high, wide)
        shape = (max(self.size, int(wide * scale)), max(self.size, int(high * scale)))
        image = Image.fromarray(picture).resize(shape, Image.Resampling.BICUBIC)
        left, top = ((side - self.size) // 2 for side in shape)
        square = np.asarray(image.crop((left, top, left + self.size, top + self.size)))
        return (torch.from_numpy(square.copy()).permute(2, 0, 1) / 255 - self.mean) / self.deviation

    def probe(self) -> Tensor:
        """What this CLIP makes of fixed pictures, `[4, width]`: it tells one CLIP from another."""
        y, x = np.mgrid[0 : self.size, 0 : self.size] / self.size
        sheets = ([x, y, 1 - x], [x > 0.5, y > 0.5, x > y], [np.sin(40 * x), np.cos(40 * y), x * y], [y, y, y])
        return self.features([(255 * np.clip(np.stack(sheet, -1), 0, 1)).astype(np.uint8) for sheet in sheets])

    def watch(self, film: Film, tell: Progress) -> tuple[np.ndarray, Tensor]:
        """Times in seconds `[n]` of a film's pictures, `CLOCK` a second, and their features `[n, width]`.

        Raises `BadRequest` for a film without pictures that can be shown.
        """
        stat = film.path.stat()
        key = (str(film.path), stat.st_mtime_ns, stat.st_size, str(self.folder))
        if key not in _seen:
            times, rows = [], []
            for batch in _batches(self._shown(film)):
                times += [time_s for time_s, _ in batch]
                rows.append(self.features([picture for _, picture in batch]))
                tell("watch", times[-1] / max(float(film.duration_s), 1e-3))
            if not rows:
                raise BadRequest(f"{film.path} shows no picture")
            _seen[key] = (np.array(times), torch.cat(rows))
            while len(_seen) > KEPT:
                _seen.popitem(last=False)
        return _seen[key]

    def _shown(self, film: Film) -> Iterator[tuple[float, np.ndarray]]:
        return frames(film, width=round(self.size * max(1.0, film.width / film.height)), grey=False, clock=CLOCK)


def pooled(times: np.ndarray, features: Tensor, start_s: float, duration_s: float) -> Tensor:
    """The mean `[width]` of what is seen from `start_s` on, of length 1; of a short clip the nearest picture's."""
    inside = (times >= start_s - 1e-6) & (times < start_s + duration_s - 1e-6)
    if not inside.any():
        inside = np.arange(len(times)) == np.abs(times - start_s - duration_s / 2).argmin()
    return F.normalize(features[torch.from_numpy(inside)].mean(0), dim=-1)


class Ear:
    """CLAP whole: its audio side, and its text side to tell one CLAP from another."""

    def __init__(self, model: Any, folder: Path, device: Any = "cpu") -> None:
        self.model, self.device = model, device
        self.prepare = told(ClapFeatureExtractor, folder)
        self.tokenizer = told(AutoTokenizer, folder)

    @torch.inference_mode()
    def embedding(self, audio: Audio) -> Tensor:
        """The unit vector `[width]` of a sound, of which CLAP hears at most its own window (10 s)."""
        rate = self.prepare.sampling_rate
        samples = audio.mono().at(rate).samples[0][: self.prepare.nb_max_samples]
        given = self.prepare(samples, sampling_rate=rate, return_tensors="pt").to(self.device)
        return self.model.get_audio_features(**given).pooler_output[0].float().cpu()

    def probe(self) -> Tensor:
        return words(self.model, self.tokenizer, list(WORDS), self.device)


@torch.inference_mode()
def words(encoder: Any, tokenizer: Any, texts: list[str], device: Any) -> Tensor:
    """Unit vectors `[n, width]` of texts, by CLAP's text side: a `ClapModel` or a `ClapTextModelWithProjection`."""
    config = getattr(encoder.config, "text_config", encoder.config)
    asked = tokenizer(texts, padding=True, truncation=True, max_length=config.max_position_embeddings - 2,
                      return_tensors="pt").to(device)  # fmt: skip
    if hasattr(encoder, "get_text_features"):
        said = encoder.get_text_features(asked.input_ids, asked.attention_mask).pooler_output
    else:
        said = encoder(asked.input_ids, asked.attention_mask).text_embeds
    return F.normalize(said.float().cpu(), dim=-1)


def agreement(one: Tensor, other: Tensor) -> float:
    """The mean cosine of two models' unit vectors for the same probe; 0 for spaces of different width."""
    return float((one * other).sum(-1).mean()) if one.shape == other.shape else 0.0


def open_eye(folder: Path, device: str = "cpu") -> Eye:
    """CLIP from a folder. Raises `CannotRun` where it is not whole."""
    return Eye(whole(CLIPVisionModelWithProjection, folder).float().to(device), folder, device)


def open_ear(folder: Path, device: str = "cpu") -> Ear:
    """CLAP from a folder. Raises `CannotRun` where it is not whole."""
    return Ear(whole(ClapModel, folder).float().to(device), folder, device)


def told(kind: Any, folder: Path) -> Any:
    """What a library reads from a folder's small files: a tokenizer, a schedule. Raises `CannotRun`."""
    try:
        return kind.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotRun(f"{folder} is not a whole checkpoint: {machine.first_line(error)}") from error


def whole(kind: Any, folder: Path) -> Any:
    """A network of a library's class from a folder, none of its tensors missing; pickles are read as tensors alone.

    Raises `CannotRun`.
    """
    machine.hush()
    safe = any(folder.glob("*.safetensors"))
    try:
        network, about = kind.from_pretrained(
            folder, local_files_only=True, use_safetensors=safe, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    lacks = sorted([*about["missing_keys"], *(str(row[0]) for row in about.get("mismatched_keys", ()))])
    if lacks:
        raise CannotRun(f"the weights in {folder} do not fit: {lacks[0]} is missing ({len(lacks)} tensors are)")
    return network.eval()


def _batches(pictures: Iterable[tuple[float, np.ndarray]]) -> Iterator[list[tuple[float, np.ndarray]]]:
    held: list[tuple[float, np.ndarray]] = []
    for picture in pictures:
        held.append(picture)
        if len(held) == BATCH:
            yield held
            held = []
    if held:
        yield held


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
