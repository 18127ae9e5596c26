"""Mappers as files, and AudioLDM's published files as a pipeline that a mapper's embedding conditions.

A mapper is one safetensors file whose metadata hold its sizes and the story of its training. This module is imported
with the engine's first task, or by the training.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor
from transformers import AutoTokenizer, ClapTextModelWithProjection, CLIPVisionModelWithProjection, SpeechT5HifiGan

from soundwright.engines import machine
from soundwright.engines import v2a_features as features
from soundwright.errors import CannotRun
from soundwright.nets import mapper as nets
from soundwright.nets.mapper import Mapper

FORMAT = "soundwright-v2a-mapper-1"
WINDOW = 64  # latent frames: the U-Net halves them three times, and 2.56 s is what the makers count lengths in
AGREES = 0.98  # the least cosine of two copies of one model, one of which may have been rounded to 16 bits


def read(path: Path) -> tuple[Mapper, dict[str, Any]]:
    """A mapper from its file, and the story of its training. Raises `CannotRun` where it is none, or not whole."""
    try:
        with safe_open(path, "pt") as file:
            told = (file.metadata() or {}).get(FORMAT)
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no dictionary
        if not told:
            raise CannotRun(f"{path} is not a mapper of this engine: soundwright train v2a-mapper makes one")
        facts = json.loads(told)
        probes = (len(state["picture_probe"]), len(state["word_probe"]))
        network = nets.build(nets.Config(**facts["config"]), probes)
        wanted = {name: one.shape for name, one in network.state_dict().items()}
        if unfit := sorted(dict({name: one.shape for name, one in state.items()}.items() ^ wanted.items())):
            raise ValueError(f"{unfit[0]} does not fit its sizes ({len(unfit)} tensors do not)")
        network.load_state_dict(state)
        return network.eval(), facts["training"]
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise CannotRun(f"{path} is damaged: {machine.first_line(error)}; train it again, or take another") from error


def written(network: Mapper, training: dict[str, Any]) -> bytes:
    """The file of a mapper; its facts stand in one entry, for safetensors puts several in an order by chance."""
    facts = json.dumps({"config": asdict(network.config), "training": training})
    return save({name: one.detach().cpu().contiguous() for name, one in network.state_dict().items()}, {FORMAT: facts})


class V2aPipeline(DiffusionPipeline):
    """Pictures to an embedding, that to latents, and latents to sound."""

    model_cpu_offload_seq = "image_encoder->text_encoder->unet->vae->vocoder"

    def __init__(
        self, image_encoder: Any, text_encoder: Any, tokenizer: Any, unet: Any, scheduler: Any, vae: Any, vocoder: Any
    ) -> None:
        super().__init__()
        self.register_modules(
            image_encoder=image_encoder, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet,
            scheduler=scheduler, vae=vae, vocoder=vocoder,
        )  # fmt: skip
        self.mapper: Mapper
        self.training: dict[str, Any] = {}
        self.clip = Path()

    def eye(self) -> features.Eye:
        return features.Eye(self.image_encoder, self.clip, self._execution_device)

    def words(self, texts: list[str]) -> Tensor:
        """CLAP's unit vectors `[n, width]` of texts."""
        return features.words(self.text_encoder, self.tokenizer, texts, self._execution_device)

    @torch.inference_mode()
    def heard(self, seen: Tensor, generator: torch.Generator) -> Tensor:
        """The mapper's unit vector `[1, width]` for what was seen `[width]`."""
        noise = torch.randn((1, self.mapper.config.heard), generator=generator)
        return self.mapper.draw(seen[None], noise)

    @torch.inference_mode()
    def __call__(
        self,
        heard: Tensor,
        negative: str,
        *,
        duration_s: float,
        steps: int,
        guidance: float,
        generator: torch.Generator,
        told: Callable[[int], None],
    ) -> Tensor:
        """Latents `[1, channels, frames, bands]` for an embedding `[1, width]`, no shorter than `duration_s`.

        They last whole windows, as the model has learned it. `told` hears of each step that is done.
        """
        device, dtype, guided = self._execution_device, self.unet.dtype, guidance > 1
        labels = (torch.cat([self.words([negative]), heard]) if guided else heard).to(device, dtype)
        self.scheduler.set_timesteps(steps, device=device)
        shape = (1, self.unet.config.in_channels, self.frames(duration_s), self.bands)
        x = torch.randn(shape, generator=generator).to(device, dtype) * self.scheduler.init_noise_sigma
        for step, time in enumerate(self.scheduler.timesteps):
            noisy = self.scheduler.scale_model_input(torch.cat([x] * len(labels)), time)
            said = self.unet(noisy, time, encoder_hidden_states=None, class_labels=labels, return_dict=False)[0]
            if guided:
                without, with_it = said.chunk(2)
                said = without + guidance * (with_it - without)
            x = self.scheduler.step(said, time, x).prev_sample
            told(step)
        return x

    @property
    def rate(self) -> int:
        return int(self.vocoder.config.sampling_rate)

    @property
    def squeeze(self) -> int:
        """Spectrogram frames for each latent one; bands likewise."""
        return 2 ** (len(self.vae.config.block_out_channels) - 1)

    @property
    def bands(self) -> int:
        return self.vocoder.config.model_in_dim // self.squeeze

    def frames(self, duration_s: float) -> int:
        """Latent frames of the whole windows that hold so many seconds."""
        samples = int(np.prod(self.vocoder.config.upsample_rates)) * self.squeeze * WINDOW
        return WINDOW * max(1, -(-round(duration_s * self.rate) // samples))

    @torch.inference_mode()
    def sound(self, latents: Tensor) -> np.ndarray:
        """Samples `[1, frames]` of latents."""
        spectrogram = self.vae.decode(latents.to(self.vae.dtype) / self.vae.config.scaling_factor).sample
        samples = self.vocoder(spectrogram[:, 0].to(next(self.vocoder.parameters()).dtype)).float().cpu().numpy()
        self.maybe_free_model_hooks()
        return samples.reshape(1, -1)


def load(folder: Path, clip: Path, mapper: Path, device: str, strategy: str) -> V2aPipeline:
    """The pipeline of AudioLDM's files, CLIP's and a mapper's, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit, or where the mapper was trained on
    another CLIP, or on another CLAP than this AudioLDM listens to.
    """
    half = machine.dtype(strategy, device)
    network, training = read(mapper)
    parts = {
        name: features.whole(kind, place).to(dtype)
        for name, kind, place, dtype in (
            ("image_encoder", CLIPVisionModelWithProjection, clip, torch.float32),
            ("text_encoder", ClapTextModelWithProjection, folder / "text_encoder", half),
            ("unet", UNet2DConditionModel, folder / "unet", half),
            ("vae", AutoencoderKL, folder / "vae", torch.float32),
            ("vocoder", SpeechT5HifiGan, folder / "vocoder", torch.float32),
        )
    }
    parts["tokenizer"] = features.told(AutoTokenizer, folder / "tokenizer")
    parts["scheduler"] = features.told(DDIMScheduler, folder / "scheduler")
    pipe = V2aPipeline(**parts)
    pipe.mapper, pipe.training, pipe.clip = network, training, clip
    machine.place(pipe, device, strategy)
    check(
        network.get_buffer("picture_probe"),
        pipe.eye().probe(),
        f"{mapper} was trained on another CLIP than {clip} holds",
    )
    check(
        network.get_buffer("word_probe"),
        pipe.words(list(features.WORDS)),
        f"{mapper} was trained on another CLAP than the AudioLDM in {folder} listens to",
    )
    return pipe


def listener(folder: Path) -> Tensor:
    """What the CLAP that an AudioLDM in `folder` listens to makes of the probe's words, `[m, width]`."""
    encoder = features.whole(ClapTextModelWithProjection, folder / "text_encoder").float()
    tokenizer = features.told(AutoTokenizer, folder / "tokenizer")
    return features.words(encoder, tokenizer, list(features.WORDS), "cpu")


def check(known: Tensor, found: Tensor, fault: str) -> None:
    """Raise `CannotRun` where two models do not say the same of the same probe."""
    if (agrees := features.agreement(known, found)) < AGREES:
        raise CannotRun(f"{fault} (agreement {agrees:.2f} of 1): what it says would not be understood")
