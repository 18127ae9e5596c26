"""The published files of PrismAudio as networks: each of them by itself, so that one is held at a time.

`prismaudio.ckpt` (transformer and conditioners), `vae.ckpt` (Oobleck, among its training's state) and
`synchformer_state_dict.pth` are pickles, of which only tensors are read, or safetensors of the same names. VideoPrism
comes as its makers' NumPy archive or from transformers, T5Gemma from transformers. This module is imported with the
engine's first task.
"""

from __future__ import annotations

import math
import pickle
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from soundwright.engines import diffusion, features, machine, memory, weights
from soundwright.engines.memory import MB, Need
from soundwright.errors import BadRequest, CannotRun
from soundwright.nets import oobleck, prismaudio, synchformer

RATE = 44_100
SOUND, VAE, MOTION = "prismaudio", "vae", "synchformer_state_dict"
ENDINGS = {SOUND: ".ckpt", VAE: ".ckpt", MOTION: ".pth"}
TRANSFORMER, CONDITIONERS = "model.model.", "conditioner.conditioners."
STRATEGIES = ("full", "bf16")
SHAPE = memory.Shape(RATE / 2048, 1, 1024, 4096, 24, (82, 204))
# Measured at full size on a CPU (`benchmarks/prismaudio.py`), beside the weights of each stage.
WORDS_MB = 60.0  # a paragraph
PICTURES_MB, PICTURE_MB = 400.0, 33.0  # of VideoPrism: fixed, and for each picture that it sees
MOTION_MB, SEGMENT_MB = 260.0, 330.0  # of Synchformer: fixed, and for each segment that it sees at once
AT_ONCE = {"cpu": 1, "cuda": 8}  # segments


@dataclass(frozen=True)
class Files:
    """Where the parts of a checkpoint lie: its own files, and the folders of the encoders of pictures and of words."""

    folder: Path
    pictures: Path
    words: Path

    def path(self, stem: str) -> Path:
        """The file of one of its own parts: the makers' pickle, or safetensors."""
        safe = self.folder / f"{stem}.safetensors"
        return safe if safe.is_file() else self.folder / f"{stem}{ENDINGS[stem]}"

    @property
    def wanted(self) -> dict[str, str | None]:
        """What the folder must hold, as `weights.check` wants it."""
        return {self.path(stem).name: None for stem in ENDINGS}

    def hashes(self, of: Path) -> dict[str, str]:
        """The SHA-256 of one of its own files, or of the weights and the configuration in an encoder's folder."""
        if of.is_file():
            return {of.name: weights.facts(self.folder)["sha256"][of.name]}
        inside = of.parent == self.folder
        found = weights.facts(self.folder if inside else of)["sha256"]
        own = {name.removeprefix(f"{of.name}/"): one for name, one in found.items()
               if not inside or name.startswith(f"{of.name}/")}  # fmt: skip
        return own | {path.name: weights.sha256(path) for path in sorted(of.glob("*.json"))}

    def parts(self) -> dict[str, float]:
        """Millions of parameters of each network that is run."""
        with _readable(self.folder):
            sound, vae, motion = (_tensors(self.path(stem)) for stem in ENDINGS)
            counts: dict[str, Any] = {
                "transformer": [*diffusion.under(TRANSFORMER, sound).values(),
                                *diffusion.under(CONDITIONERS, sound).values()],
                "vae": diffusion.under("autoencoder.", vae).values(),
                "motion": diffusion.under("vfeat_extractor.", motion).values(),
            }  # fmt: skip
            found = {name: sum(tensor.numel() for tensor in those) / 1e6 for name, those in counts.items()}
        return found | {
            "pictures": _counted(self.pictures, lambda name: "text_encoder/" not in name and "text_model." not in name),
            "text_encoder": _counted(self.words, lambda name: "encoder." in name),
        }


def needs(parts_m: dict[str, float], duration_s: float, device: str, batch: int) -> list[Need]:
    """What each strategy takes at the most, the preferred first: that of the largest of its stages."""
    strategies = STRATEGIES if device == "cpu" else STRATEGIES[::-1]
    each = (stages(parts_m, duration_s, device, batch, strategy).values() for strategy in strategies)
    return [max(those, key=lambda stage: stage.peak) for those in each]


def stages(parts_m: dict[str, float], duration_s: float, device: str, batch: int, strategy: str) -> dict[str, Need]:
    """What each stage of a strategy takes; one follows the other."""
    size = 4 if strategy == "full" else 2
    last = {name: parts_m[name] for name in ("transformer", "vae")}
    known = (need for where in ("cpu", device) for need in memory.needs(last, SHAPE, duration_s, where, batch))
    sound = {need.strategy: need for need in known}[strategy]
    watching = {
        "words": (parts_m["text_encoder"] * size, WORDS_MB),
        "pictures": (parts_m["pictures"] * 4, PICTURES_MB + PICTURE_MB * max(1, duration_s * 4)),
        "motion": (parts_m["motion"] * 4, MOTION_MB + SEGMENT_MB * AT_ONCE.get(device.partition(":")[0], 1)),
    }
    found = {name: Need(strategy, millions * 1e6, run * MB, 0.0) for name, (millions, run) in watching.items()}
    return found | {"sound": sound}


@dataclass(frozen=True)
class Features:
    """What a clip is heard from, each float32 `[length, width]`; without `sync`, as the makers' programs do."""

    video: np.ndarray
    text: np.ndarray
    sync: np.ndarray | None


@dataclass(frozen=True)
class Sounding:
    """The networks of the last stage: features to latents, and latents to sound."""

    transformer: prismaudio.Transformer
    conditioners: nn.ModuleDict
    vae: Any
    sizes: prismaudio.Sizes

    @torch.inference_mode()
    def latents(
        self,
        given: Features,
        frames: int,
        *,
        steps: int,
        guidance: float,
        generator: torch.Generator,
        told: Callable[[int], None],
    ) -> Tensor:
        """Latents `[1, channels, frames]` by Euler's method from noise; `told` hears of each step that is done.

        The row without guidance hears zeros. Raises `CannotRun` for features of another width.
        """
        heard = self._heard(given)
        weight = next(self.transformer.parameters())
        x = torch.randn((1, self.sizes.latents, frames), generator=generator).to(weight.device)
        if guided := guidance > 1:
            heard = [torch.cat([one, torch.zeros_like(one)]) for one in heard]
        shares = torch.linspace(1, 0, steps + 1)  # of noise
        for step, (now, following) in enumerate(pairwise(shares)):
            rows = len(heard[0])
            velocity = self.transformer(torch.cat([x] * rows).to(weight.dtype), now.expand(rows).to(x.device), *heard)
            if guided:
                with_it, without = velocity.float().chunk(2)
                velocity = without + (with_it - without) * guidance
            x = x + (following - now).to(x.device) * velocity.float()
            told(step)
        return x

    def _heard(self, given: Features) -> list[Tensor]:
        widths = {"pictures": self.sizes.video, "words": self.sizes.text, "motion": self.sizes.sync}
        weight, heard = next(self.transformer.parameters()), []
        arrays = (given.video, given.text, given.sync)
        for (what, width), name, array in zip(widths.items(), prismaudio.FEATURES, arrays, strict=True):
            if array is None:
                heard.append(self.transformer.empty_sync_feat[None])
                continue
            if array.shape[1] != width:
                raise CannotRun(f"the encoder of {what} gives {array.shape[1]} numbers, and {SOUND} hears {width}: "
                                "these weights do not belong together")  # fmt: skip
            heard.append(self.conditioners[name](torch.from_numpy(array)[None].to(weight.device, weight.dtype)))
        return heard


def load_sound(files: Files, device: str, strategy: str) -> Sounding:
    """Transformer and conditioners in the strategy's type, the autoencoder in float32. Raises `CannotRun`."""
    with _readable(files.folder):
        held = _tensors(files.path(SOUND))
        dit, conditions = (diffusion.under(begin, held) for begin in (TRANSFORMER, CONDITIONERS))
        sizes = prismaudio.Sizes.of(dit, conditions)
        with torch.device("meta"):
            transformer, conditioners = prismaudio.Transformer(sizes), prismaudio.conditioners(sizes)
        fill(files.path(SOUND), [(TRANSFORMER, transformer, dit), (CONDITIONERS, conditioners, conditions)],
             device, machine.dtype(strategy, device))  # fmt: skip
        vae: Any = oobleck.load(diffusion.under("autoencoder.", _tensors(files.path(VAE))), RATE)
        vae.to(device)
        return Sounding(transformer, conditioners, vae, sizes)


def load_motion(files: Files, device: str, strategy: str) -> synchformer.Motionformer:
    """Synchformer's visual half, in float32 whatever the strategy. Raises `CannotRun`."""
    path = files.path(MOTION)
    with _readable(files.folder):
        state = diffusion.under("vfeat_extractor.", _tensors(path))
        with torch.device("meta"):
            network = synchformer.Motionformer(synchformer.Sizes.of(state))
        fill(path, [("vfeat_extractor.", network, state)], device, torch.float32)
        return network


def load_pictures(files: Files, device: str, strategy: str) -> Any:
    """VideoPrism's video half, of the makers' archive or of transformers' files, in float32 too. Raises `CannotRun`."""
    from transformers import AutoConfig

    from soundwright.nets import videoprism

    with _readable(files.pictures):
        if archive := next(iter(sorted(files.pictures.glob("*.npz"))), None):
            with np.load(archive, allow_pickle=False) as arrays:
                config, state = videoprism.published({name: arrays[name] for name in arrays.files
                                                      if "/text_encoder/" not in name})  # fmt: skip
        else:
            tensors = {key: one for path in _safetensors(files.pictures) for key, one in load_file(path).items()}
            config, state = videoprism.named(AutoConfig.from_pretrained(files.pictures, local_files_only=True), tensors)
        with torch.device("meta"):
            network = videoprism.empty(config)
        fill(archive or files.pictures, [("", network, state)], device, torch.float32)
        return network


def load_words(files: Files, device: str, strategy: str) -> tuple[Any, Any]:
    """T5Gemma's tokenizer and its encoder. Raises `CannotRun`."""
    from transformers import AutoTokenizer, T5GemmaConfig, T5GemmaEncoderModel

    with _readable(files.words):
        config = T5GemmaConfig.from_pretrained(files.words, local_files_only=True, is_encoder_decoder=False)
        loaded: Any = T5GemmaEncoderModel.from_pretrained(
            files.words, config=config, dtype=machine.dtype(strategy, device), local_files_only=True,
            use_safetensors=True, output_loading_info=True,
        )  # fmt: skip
        encoder, told = loaded
        if lost := sorted(told["missing_keys"]):
            raise ValueError(f"it lacks {', '.join(lost[:3])} ({len(lost)} tensors are missing)")
        return AutoTokenizer.from_pretrained(files.words, local_files_only=True), encoder.to(device).eval()


def fill(path: Path, parts: list[tuple[str, nn.Module, dict[str, Tensor]]], device: str, dtype: torch.dtype) -> None:
    """Put tensors into networks that have no memory yet: rows of what a file's names begin with, the network, tensors.

    All must be there, of the right shape, and none that is not known. Raises `ValueError` that lists what is wrong.
    """
    lacks, strange, misshapen = [], [], []
    for begin, network, state in parts:
        empty = network.state_dict()
        lacks += [f"{begin}{key}" for key in empty if key not in state]
        strange += [f"{begin}{key}" for key in state if key not in empty]
        misshapen += [f"{begin}{key} {list(state[key].shape)} instead of {list(empty[key].shape)}"
                      for key in empty if key in state and state[key].shape != empty[key].shape]  # fmt: skip
    kinds = (("lacks", lacks), ("holds unknown", strange), ("holds", misshapen))
    faults = [f"{what} {_some(those)}" for what, those in kinds if those]
    if faults:
        raise ValueError(f"{path.name} {'; it '.join(faults)}")
    for _, network, state in parts:
        network.to(dtype).to_empty(device=device).load_state_dict(state)
        network.eval()


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def choose(name: str, files: Files, duration_s: float, device: str, guided: bool, vram: str | None) -> tuple[str, dict]:
    """The preferred strategy that fits, and what the manifest says of the plan. Raises `BadRequest`, `CannotRun`."""
    budget, parts_m = memory.budget(device, vram), files.parts()
    need, weighed = memory.pick(name, lambda s: needs(parts_m, s, device, 1 + guided), duration_s, budget)
    return need.strategy, memory.facts(need, weighed, budget)


def check_strategy(asked: str) -> str:
    """A strategy that this engine has. Raises `BadRequest`."""
    if asked not in STRATEGIES:
        raise BadRequest(f"this engine holds one network at a time and has no strategy {asked!r}; it has "
                         f"{' and '.join(STRATEGIES)}")  # fmt: skip
    return asked


@contextmanager
def _readable(place: Path):
    """What goes wrong in reading weights, in one line."""
    try:
        yield
    except KeyError as error:
        raise CannotRun(f"the weights in {place} cannot be loaded: {error} is missing or not known") from error
    except (OSError, ValueError, RuntimeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        raise CannotRun(f"the weights in {place} cannot be loaded: {machine.first_line(error)}") from error


def _tensors(path: Path) -> dict[str, Tensor]:
    """What a file holds, tensors alone: nothing in a pickle is run, and nothing is read before it is used."""
    if path.suffix == ".safetensors":
        return load_file(path)
    held = torch.load(path, weights_only=True, map_location="cpu", mmap=True)
    return held.get("state_dict", held)


def _safetensors(folder: Path) -> list[Path]:
    if found := sorted(folder.glob("*.safetensors")):
        return found
    raise ValueError("there is neither a .npz nor a .safetensors file")


def _counted(folder: Path, counts: Callable[[str], bool]) -> float:
    """Millions of numbers in a folder's arrays whose names count."""
    total = 0
    for path in (*sorted(folder.glob("*.npz")), *sorted(folder.glob("*.safetensors"))):
        with _readable(path):
            if path.suffix == ".npz":
                total += sum(math.prod(shape) for name, shape in features.shapes(path).items() if counts(name))
            else:
                total += sum(count for name, count in memory.tensors(path).items() if counts(name))
    return total / 1e6
