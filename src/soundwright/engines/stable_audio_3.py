"""The `stable-audio-3` engine: music, effects and edits up to 380 seconds through diffusers' Stable Audio 3 pipelines.

The makers feed the network a mask of what is kept and the kept latents in every run, all zeros where nothing is kept;
diffusers' text-to-audio and audio-to-audio pipelines leave them out. Here they are always given (`_steered`), so that
one pipeline makes, covers and repaints, under guidance too. An autoencoder of local attention hears as far as it is
deep, so sounds are encoded and decoded in tiles with margins that deep: the same as whole, in bounded memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.assemble.paste import paste, placed
from soundwright.audio import Audio
from soundwright.engines import decode, diffusion, machine
from soundwright.engines import stable_audio_3_files as published
from soundwright.engines.contract import Card, Checkpoint, Take, Task, Verb
from soundwright.engines.licences import STABILITY
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectPlan
from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

EDITS: tuple[Verb, ...] = ("cover", "repaint", "extend")
# Millions of parameters, counted on torch's meta device with the published configurations: the encoder of T5Gemma b-b;
# SAME-S and SAME-L, 768 and 1536 wide; transformers of 20 plain layers of 1024 and of 24 differential ones of 1536.
SMALL_M = {"transformer": 459.1, "vae": 108.2, "text_encoder": 281.5}
MEDIUM_M = {"transformer": 1453.2, "vae": 852.1, "text_encoder": 281.5}


def _checkpoint(name: str, about: str, makes: tuple[Verb, ...], *, base: bool = False) -> Checkpoint:
    """One row: post-trained checkpoints are distilled (8 steps, no guidance); bases want 50 steps and guidance 7."""
    medium = name.startswith("medium")
    return Checkpoint(
        about=about,
        weights=f"stabilityai/stable-audio-3-{name}",
        verbs=(*makes, *EDITS),
        licence=STABILITY,
        rate=44_100,
        channels=2,
        longest_s=380.0 if medium else 120.0,
        steps=50 if base else 8,
        guidance=7.0 if base else 1.0,
        parts_m=MEDIUM_M if medium else SMALL_M,
        gives=("negative", "tempo") if base else ("tempo",),
        gated=True,
    )


CHECKPOINTS = {
    "medium": _checkpoint("medium", "music and sound effects in 8 steps, 1.4B", ("music", "effect")),
    "small-music": _checkpoint("small-music", "music in 8 steps, 0.4B", ("music",)),
    "small-sfx": _checkpoint("small-sfx", "sound effects in 8 steps, 0.4B", ("effect",)),
    "medium-base": _checkpoint("medium-base", "music and effects, 1.4B, to fine-tune", ("music", "effect"), base=True),
    "small-music-base": _checkpoint("small-music-base", "music, 0.4B, to fine-tune", ("music",), base=True),
    "small-sfx-base": _checkpoint("small-sfx-base", "sound effects, 0.4B, to fine-tune", ("effect",), base=True),
}
FILES: dict[str, str | None] = {
    "model_index.json": "StableAudio3Pipeline",
    "transformer/config.json": "StableAudio3DiTModel",
    "vae/config.json": "AutoencoderSAME",
    "duration_embedder/config.json": "StableAudio3DurationEmbedder",
    "text_encoder/config.json": None,
    "scheduler/scheduler_config.json": None,
    "tokenizer/tokenizer_config.json": None,
}
TILE = 128  # latent frames, 12 s: beside margins of 24 little is decoded twice, and the masks of attention stay small
LEAST = 0.01  # noise that a cover starts from at strength 0: the sampler wants some


class StableAudio3Engine:
    """Stable Audio 3: medium, small-music and small-sfx, post-trained and base."""

    card = Card.of("stable-audio-3", "music, effects and edits up to 380 s (Stable Audio 3)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A song plan, an effect plan or an edit plan as sound; edits but covers have their source's rate and channels.

        Options are those of every big model, and `negative` for a base. Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        how = diffusion.settings(task, self.card)
        words, negative = _words(task)
        _check_negative(negative, how["guidance"], self.card)
        pipe, used = diffusion.opened(self.card, task, _layout, tell)
        asked = {"num_inference_steps": how["steps"], "guidance_scale": how["guidance"]}
        run = _Run(pipe, task, {"prompt": words, "negative_prompt": negative or None, **asked}, tell)
        audio = run.edit(task.plan) if isinstance(task.plan, EditPlan) else run.sound(run.latents())
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]})


def _load(folder: Path, device: str, strategy: str) -> Any:
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import StableAudio3Pipeline

    return machine.pipeline(StableAudio3Pipeline, folder, device, strategy)


def _layout(folder: Path) -> diffusion.Layout:
    """That of the makers, or diffusers'."""
    if published.here(folder):
        return diffusion.Layout(published.FILES, published.load, published.parts)
    return diffusion.Layout(FILES, _load)


def _words(task: Task) -> tuple[str, str]:
    """What the model is told to make, and what not to."""
    plan, negative = task.plan, task.options.get("negative", "")
    if isinstance(plan, EffectPlan):
        return task.prompt or plan.prompt or ", ".join(event.sound for event in plan.events), negative
    return caption.caption(plan, task.prompt) or "music", caption.unwanted(plan, negative)


def _check_negative(negative: str, guidance: float, card: Card) -> None:
    if negative and not card.gives("negative"):
        raise BadRequest(
            f"{card.name} is distilled and takes no negative prompt; leave it out, or take {card.name}-base"
        )
    diffusion.check_negative(negative, guidance)


@dataclass(frozen=True)
class _Run:
    """One task on a loaded pipeline; `asked` is what every call of it is given."""

    pipe: Any
    task: Task
    asked: dict[str, Any]
    tell: Progress

    @property
    def rate(self) -> int:
        return int(self.pipe.vae.config.sampling_rate)

    @property
    def hop(self) -> int:
        return int(self.pipe.vae.downsampling_ratio)

    @property
    def frames(self) -> int:
        """Latent frames of the result."""
        return math.ceil(self.task.duration_s * self.rate / self.hop)

    @property
    def tiles(self) -> decode.Tiles:
        """Tiles whose cross-fades still lie as far from their edges as the autoencoder hears."""
        config = self.pipe.vae.config
        reach = int(config.sliding_window) * sum(config.encoder_transformer_depths)
        return decode.Tiles(TILE, 2 * reach, step=getattr(self.pipe.vae, "step", 1))

    def edit(self, plan: EditPlan) -> Audio:
        source = self.task.sources["source"]
        known = self._encoded(placed(source, plan.left_s, plan.duration_s, self.rate))
        if plan.verb == "cover":
            return self.sound(self.latents(start=(known, max(plan.strength, LEAST))))
        made = self.sound(self.latents(kept=(known, self._mask(plan.new))))
        made = made.at(source.rate).fitted(round(plan.duration_s * source.rate))
        return paste(source, made, plan.new, left_s=plan.left_s)

    def latents(
        self, *, kept: tuple[Tensor, Tensor] | None = None, start: tuple[Tensor, float] | None = None
    ) -> Tensor:
        """One run of the pipeline: latents `[1, channels, frames]`.

        `kept` are latents and their mask `[1, 1, frames]`, 1 where they are kept; `start` are latents and the share of
        noise that they start with.
        """
        import torch
        from diffusers.utils.torch_utils import randn_tensor

        device, dtype = self.pipe._execution_device, self.pipe.text_encoder.dtype
        shape = (1, int(self.pipe.vae.config.latent_dim), self.frames)
        heard, first, sigmas = torch.zeros(1, shape[1] + 1, shape[2]), None, None
        if kept:
            heard = torch.cat([kept[1], kept[0].float().cpu() * kept[1]], dim=1)
        self.tell("denoise")
        with machine.seeded(self.task.seed) as generator:
            if start:
                noise = randn_tensor(shape, generator=generator, device=device, dtype=dtype)
                first = (1.0 - start[1]) * start[0].to(device, dtype) + start[1] * noise
                sigmas = _sigmas(self.asked["num_inference_steps"], start[1])
            with _steered(self.pipe, heard, sigmas):
                return self.pipe(
                    **self.asked,
                    duration=self.task.duration_s,
                    generator=generator,
                    latents=first,
                    output_type="latent",
                    callback_on_step_end=machine.steps(self.tell, self.asked["num_inference_steps"]),
                ).audios

    def sound(self, latents: Tensor) -> Audio:
        return diffusion.sound(self.pipe, latents, self.rate, self.hop, self.task.duration_s, self.tell, self.tiles)

    def _encoded(self, audio: Audio) -> Tensor:
        """Audio as latents `[1, channels, frames]`."""
        import torch

        vae = self.pipe.vae
        samples = torch.from_numpy(audio.fitted(self.frames * self.hop).samples.copy())[None]
        samples = samples.to(diffusion.device_of(vae), vae.dtype)
        return decode.encode(lambda part: vae.encode(part).latents, samples, self.hop, self.tiles, self.tell, self.rate)

    def _mask(self, spans: list[tuple[float, float]]) -> Tensor:
        """1 for each latent frame that is kept, 0 for those that a span touches: `[1, 1, frames]`."""
        import torch

        mask, latent_rate = torch.ones(1, 1, self.frames), self.rate / self.hop
        for start_s, end_s in spans:
            mask[..., math.floor(start_s * latent_rate) : math.ceil(end_s * latent_rate)] = 0.0
        return mask


def _sigmas(steps: int, noise: float) -> list[float]:
    """The makers' schedule, begun at a share of `noise`; its second step may well be noisier, as theirs is."""
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import logsnr_sigma_schedule

    return logsnr_sigma_schedule(steps, -6.2, 2.0, sigma_max=noise)


@contextmanager
def _steered(pipe: Any, heard: Tensor, sigmas: list[float] | None) -> Iterator[None]:
    """Inside, the transformer hears `heard` `[1, 1 + channels, frames]`, and the scheduler starts at `sigmas`."""

    def hear(network: Any, given: tuple, named: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
        noisy = given[0]
        return given, named | {"local_add_cond": heard.to(noisy.device, noisy.dtype).expand(noisy.shape[0], -1, -1)}

    scheduler = pipe.scheduler
    hook = pipe.transformer.register_forward_pre_hook(hear, with_kwargs=True)
    try:
        if sigmas:
            pipe.scheduler = type(scheduler).from_config(scheduler.config)
            set_timesteps = pipe.scheduler.set_timesteps
            pipe.scheduler.set_timesteps = lambda device, **whole: set_timesteps(sigmas=sigmas, device=device)
        yield
    finally:
        pipe.scheduler = scheduler
        hook.remove()
