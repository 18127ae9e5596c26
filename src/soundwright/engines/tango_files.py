"""The published files of Tango as a pipeline: Stable Diffusion's U-Net over spectrograms, AudioLDM's autoencoder, T5.

`pytorch_model_main.bin` holds the U-Net and T5's encoder, `pytorch_model_vae.bin` the autoencoder and the vocoder; both
are pickles, of which only tensors are read. The schedule of noise lies in Stable Diffusion 2.1's repository, so it
stands here; widths are taken from the tensors. This module is imported with the engine's first task.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor, nn
from transformers import AutoTokenizer, SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel

from soundwright.engines import diffusion, machine
from soundwright.errors import CannotRun

FRAMES, BANDS = 256, 16  # of the latents: 10.24 s
SPARE = ("encoder.embed_tokens.weight", "mean", "scale")  # T5's is tied to `shared.weight`, the vocoder's are not used
HEAD = 64  # width of the U-Net's heads, as in Stable Diffusion 2.1
SCHEDULE: dict[str, Any] = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": False,
    "prediction_type": "v_prediction", "steps_offset": 1,
}  # fmt: skip
VOCODER: dict[str, Any] = {
    "sampling_rate": 16_000, "upsample_rates": [5, 4, 2, 2, 2], "upsample_kernel_sizes": [16, 16, 8, 4, 4],
    "normalize_before": False,
}  # fmt: skip


class TangoPipeline(DiffusionPipeline):
    """Words to latents, and latents to sound."""

    model_cpu_offload_seq = "text_encoder->unet->vae->vocoder"

    def __init__(self, tokenizer: Any, text_encoder: Any, unet: Any, vae: Any, vocoder: Any, scheduler: Any) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, unet=unet, vae=vae, vocoder=vocoder, scheduler=scheduler
        )

    @torch.inference_mode()
    def __call__(
        self,
        prompt: str,
        negative: str,
        *,
        steps: int,
        guidance: float,
        generator: torch.Generator,
        told: Callable[[int], None],
    ) -> Tensor:
        """Latents `[1, channels, frames, bands]` of the whole window; `told` hears of each step that is done."""
        device, dtype = self._execution_device, self.text_encoder.dtype
        guided = guidance > 1
        asked = self.tokenizer([negative, prompt] if guided else [prompt], padding=True, truncation=True,
                               return_tensors="pt").to(device)  # fmt: skip
        words = self.text_encoder(asked.input_ids, attention_mask=asked.attention_mask)[0]
        self.scheduler.set_timesteps(steps, device=device)
        shape = (1, self.unet.config.in_channels, FRAMES, BANDS)
        x = torch.randn(shape, generator=generator).to(device, dtype) * self.scheduler.init_noise_sigma
        for step, time in enumerate(self.scheduler.timesteps):
            said = self.unet(
                self.scheduler.scale_model_input(torch.cat([x] * len(words)), time),
                time,
                encoder_hidden_states=words,
                encoder_attention_mask=asked.attention_mask == 1,
                return_dict=False,
            )[0]
            if guided:
                without, with_words = said.chunk(2)
                said = without + guidance * (with_words - without)
            x = self.scheduler.step(said, time, x, generator=generator).prev_sample
            told(step)
        return x

    @torch.inference_mode()
    def sound(self, latents: Tensor) -> np.ndarray:
        """Samples `[1, frames]` of latents."""
        spectrogram = self.vae.decode(latents.to(self.vae.dtype) / self.vae.config.scaling_factor).sample
        samples = self.vocoder(spectrogram[:, 0].to(next(self.vocoder.parameters()).dtype)).float().cpu().numpy()
        self.maybe_free_model_hooks()
        return samples


def load(folder: Path, text: Path, device: str, strategy: str) -> TangoPipeline:
    """The pipeline of the published files and of T5's configuration, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit.
    """
    dtype = machine.dtype(strategy, device)
    try:
        facts = json.loads((folder / "vae_config.json").read_text(encoding="utf-8"))
        main, rest = (_tensors(folder / f"pytorch_model_{name}.bin") for name in ("main", "vae"))
        encoder = T5EncoderModel(T5Config.from_pretrained(text, local_files_only=True))
        autoencoder, state = _autoencoder(facts, rest)
        states = {
            "text_encoder": diffusion.under("text_encoder.", main),
            "unet": diffusion.under("unet.", main),
            "vae": state,
            "vocoder": {
                re.sub(r"^ups\.", "upsampler.", key): one for key, one in diffusion.under("vocoder.", rest).items()
            },
        }
        networks: dict[str, nn.Module] = {
            "text_encoder": encoder,
            "unet": _unet(states["unet"]),
            "vae": autoencoder,
            "vocoder": _vocoder(states["vocoder"]),
        }
        diffusion.fill(((f"{name}.", networks[name], states[name]) for name in networks), SPARE)
        for name, network in networks.items():
            networks[name] = network.to(torch.float32 if name in ("vae", "vocoder") else dtype).eval()
        pipe = TangoPipeline(
            tokenizer=AutoTokenizer.from_pretrained(text, local_files_only=True),
            scheduler=DDPMScheduler(**SCHEDULE),
            **networks,
        )
    except KeyError as error:
        raise CannotRun(f"{folder} is not a whole checkpoint: {error} is missing") from error
    except (OSError, ValueError, RuntimeError, pickle.UnpicklingError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return machine.place(pipe, device, strategy)


def _tensors(path: Path) -> dict[str, Tensor]:
    """What a pickle holds, tensors alone: nothing in it is run."""
    return torch.load(path, weights_only=True, map_location="cpu", mmap=True)


def _autoencoder(facts: dict[str, Any], held: dict[str, Tensor]) -> tuple[AutoencoderKL, dict[str, Tensor]]:
    """AudioLDM's autoencoder as diffusers', empty, and its tensors under diffusers' names."""
    shape = facts["ddconfig"]
    levels = len(shape["ch_mult"])
    config: dict[str, Any] = {
        "in_channels": shape["in_channels"],
        "out_channels": shape["out_ch"],
        "latent_channels": shape["z_channels"],
        "block_out_channels": tuple(shape["ch"] * times for times in shape["ch_mult"]),
        "layers_per_block": shape["num_res_blocks"],
        "down_block_types": ("DownEncoderBlock2D",) * levels,
        "up_block_types": ("UpDecoderBlock2D",) * levels,
        "scaling_factor": float(facts.get("scale_factor", 1.0)),
    }
    kept = {key: tensor for key, tensor in held.items() if not key.startswith("vocoder.")}
    return AutoencoderKL(**config), convert_ldm_vae_checkpoint(kept, config)


def _unet(state: dict[str, Tensor]) -> UNet2DConditionModel:
    """Stable Diffusion 2.1's U-Net of the widths of its tensors, empty."""
    widths = tuple(state[f"down_blocks.{level}.resnets.0.conv1.weight"].shape[0] for level in range(4))
    config: dict[str, Any] = {
        "in_channels": state["conv_in.weight"].shape[1],
        "out_channels": state["conv_out.weight"].shape[0],
        "cross_attention_dim": state["mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight"].shape[1],
        "attention_head_dim": tuple(width // HEAD for width in widths),
        "block_out_channels": widths,
    }
    return UNet2DConditionModel(**config, use_linear_projection=True, upcast_attention=True)


def _vocoder(state: dict[str, Tensor]) -> SpeechT5HifiGan:
    width, bands, _ = state["conv_pre.weight"].shape
    return SpeechT5HifiGan(SpeechT5HifiGanConfig(**VOCODER, upsample_initial_channel=width, model_in_dim=bands))
