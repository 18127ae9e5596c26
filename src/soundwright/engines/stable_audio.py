"""The `stable-audio` engine: Stable Audio Open 1.0 through diffusers' `StableAudioPipeline`, up to 47 seconds and
past them in windows (see `stable_audio_long`), and Open Small (see `stable_audio_small`), up to 11.

The model always makes its whole window and is told where the sound ends; the latents are cut to the asked length before
they are decoded, so that a short sound costs a short decoding. A cover starts from its source's latents under as much
noise as its strength says. The pipeline's own way to start from a sound keeps nothing of it: there the noise is always
the schedule's loudest, 500 times the latents.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.audio import Audio
from soundwright.engines import decode, diffusion, machine, stable_audio_long, weights
from soundwright.engines.contract import Card, Checkpoint, Part, Take, Task
from soundwright.engines.licences import STABILITY
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

    from soundwright.assemble.windows import Windows

CHECKPOINTS = {
    "open-1.0": Checkpoint(
        about="sound effects, loops, short music and covers",
        weights="stabilityai/stable-audio-open-1.0",
        verbs=("music", "effect", "cover"),
        licence=STABILITY,
        rate=44_100,
        channels=2,
        longest_s=stable_audio_long.LONGEST_S,
        window_s=47.0,
        steps=100,
        guidance=7.0,
        parts_m={"transformer": 1057.0, "text_encoder": 109.6, "vae": 156.1},
        gives=("negative", "tempo"),
        gated=True,
        leaves=("model.safetensors", "model_config.json"),  # the same again in another layout
    ),
    "open-small": Checkpoint(
        about="sound effects, loops and covers in 8 steps, 0.3B",
        weights="stabilityai/stable-audio-open-small",
        verbs=("music", "effect", "cover"),
        licence=STABILITY,
        rate=44_100,
        channels=2,
        longest_s=11.0,
        steps=8,
        parts_m={"transformer": 340.6, "text_encoder": 109.6, "vae": 156.1},
        gives=("tempo",),
        gated=True,
        leaves=("base_model.safetensors",),  # the one before it was distilled
        brings={"t5-base": Part("google-t5/t5-base")},
    ),
}
SMALL = "stable-audio/open-small"
FILES = {
    "model_index.json": "StableAudioPipeline",
    "transformer/config.json": "StableAudioDiTModel",
    "vae/config.json": "AutoencoderOobleck",
    "projection_model/config.json": "StableAudioProjectionModel",
    "text_encoder/config.json": None,
    "tokenizer/tokenizer_config.json": None,
}
MARGIN = 16  # latent frames decoded past the end of a shortened sound, so that its end is not the decoder's edge
LEAST = 0.05  # strength of the weakest cover: noise of 8 % of the latents


class StableAudioEngine:
    """Stable Audio Open."""

    card = Card.of("stable-audio", "sound effects and short music (Stable Audio Open)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A song plan or an effect plan as sound; options are those of every big model, and `negative`.

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        prompt, negative = _words(task)
        how = diffusion.settings(task, self.card)
        if negative and not self.card.gives("negative"):
            raise BadRequest(f"{SMALL} is distilled and takes no negative prompt; leave it out, or take open-1.0")
        pipe, used = diffusion.opened(self.card, task, self._layout, tell)
        rate, hop = int(pipe.vae.config.sampling_rate), int(pipe.vae.hop_length)
        windows = stable_audio_long.plan(pipe, task.duration_s, MARGIN)
        source = None
        if task.verb == "cover":
            source = _latents(pipe, task.sources["source"], windows.length, rate, hop, tell)
        tell("denoise")
        if self.card.name == SMALL:
            latents = _small(pipe, task, prompt, source, how["steps"], tell)
        else:
            latents = _open(pipe, task, prompt, negative, source, windows, how, tell)
        frames = min(math.ceil(task.duration_s * rate / hop) + MARGIN, latents.shape[-1])
        audio = diffusion.sound(pipe, latents[..., :frames], rate, hop, task.duration_s, tell)
        several = {"windows": len(windows.starts)} if len(windows.starts) > 1 else {}
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]} | several)

    def _layout(self, folder: Path) -> diffusion.Layout:
        """The published files of Open Small, or diffusers'."""
        if self.card.name != SMALL:
            machine.need(self.card.extra, "torchsde")
            return diffusion.Layout(FILES, _load)
        from soundwright.engines import stable_audio_small as small

        text = weights.part(self.card, folder, small.TEXT)
        return diffusion.Layout(
            small.FILES,
            lambda folder, device, strategy: small.load(folder, text, device, strategy),
            lambda folder: small.parts(folder, text),
            text,
        )


def _open(
    pipe: Any, task: Task, prompt: str, negative: str, source: Tensor | None, windows: Windows, how: dict[str, Any],
    tell: Progress,
) -> Tensor:  # fmt: skip
    """One run of Open 1.0: latents `[1, channels, frames]` of its window, or of as many as there are."""
    with ExitStack() as inside:
        generator = inside.enter_context(machine.seeded(task.seed))
        first, end_s = inside.enter_context(_starting(pipe, source, task.plan, generator)), task.duration_s
        if len(windows.starts) > 1:
            inside.enter_context(stable_audio_long.widened(pipe, windows, task.duration_s))
            end_s = None  # the pipeline knows one window alone; each is told its own times
            first = _noise(pipe, windows.length, generator) if first is None else first
        return pipe(
            prompt,
            negative_prompt=negative or None,
            audio_end_in_s=end_s,
            num_inference_steps=how["steps"],
            guidance_scale=how["guidance"],
            generator=generator,
            latents=first,
            output_type="latent",
            callback=lambda step, timestep, latents: tell("denoise", (step + 1) / how["steps"]),
        ).audios


def _noise(pipe: Any, frames: int, generator: Any) -> Tensor:
    """What the pipeline would draw for so many latent frames."""
    from diffusers.utils.torch_utils import randn_tensor

    shape = (1, int(pipe.transformer.config.in_channels), frames)
    return randn_tensor(shape, generator=generator, device=pipe._execution_device, dtype=pipe.text_encoder.dtype)


def _small(pipe: Any, task: Task, prompt: str, source: Tensor | None, steps: int, tell: Progress) -> Tensor:
    """One run of Open Small: latents `[1, channels, frames]` of its window."""
    from soundwright.engines.stable_audio_small import sigmas

    noise = sigmas(steps) if source is None else sigmas(steps, max(task.plan.strength, LEAST))
    with machine.seeded(task.seed) as generator:
        return pipe(prompt, task.duration_s, noise, generator, source, lambda step: tell("denoise", (step + 1) / steps))


def _latents(pipe: Any, source: Audio, frames: int, rate: int, hop: int, tell: Progress) -> Tensor:
    """The source, with silence after it, as so many latents: `[1, channels, frames]`."""
    import torch

    vae = pipe.vae
    samples = torch.from_numpy(source.stereo().at(rate).fitted(frames * hop).samples.copy())[None]
    samples = samples.to(diffusion.device_of(vae), vae.dtype)
    tiles = decode.default_tiles(str(samples.device), rate / hop)
    return decode.encode(lambda part: vae.encode(part).latent_dist.mode(), samples, hop, tiles, tell, rate)


@contextmanager
def _starting(pipe: Any, source: Tensor | None, plan: Any, generator: Any) -> Iterator[Tensor | None]:
    """Inside, the scheduler starts at the noise of a cover's strength; gives the latents to start from.

    The model's time is `atan(sigma) * 2 / pi`, 0 to 1; a strength is taken as that time. Without a source the pipeline
    is left alone, and None is given.
    """
    if source is None:
        yield None
        return
    from diffusers.utils.torch_utils import randn_tensor

    scheduler, dtype = pipe.scheduler, pipe.text_encoder.dtype
    limits = scheduler.config
    time = max(plan.strength, LEAST)
    sigma = min(math.tan(time * math.pi / 2), limits.sigma_max) if time < 1 else limits.sigma_max
    try:
        pipe.scheduler = type(scheduler).from_config(
            limits, sigma_max=sigma, sigma_min=min(limits.sigma_min, sigma / 2)
        )
        noise = randn_tensor(tuple(source.shape), generator=generator, device=pipe._execution_device, dtype=dtype)
        noisy = source.to(noise.device, dtype) + sigma * noise
        yield noisy / pipe.scheduler.init_noise_sigma  # by which the pipeline multiplies what it is given
    finally:
        pipe.scheduler = scheduler


def _words(task: Task) -> tuple[str, str]:
    """What the model is told to make, and what not to."""
    plan, negative = task.plan, task.options.get("negative", "")
    if isinstance(plan, SongPlan) or (isinstance(plan, EditPlan) and task.verb == "cover"):
        return caption.caption(plan, task.prompt), caption.unwanted(plan, negative)
    if isinstance(plan, EffectPlan):
        return diffusion.effect_words(task)
    raise BadRequest("stable-audio plays song plans, effect plans and covers, not other edits")


def _load(folder: Path, device: str, strategy: str) -> Any:
    from diffusers.pipelines.stable_audio.pipeline_stable_audio import StableAudioPipeline

    return machine.pipeline(StableAudioPipeline, folder, device, strategy)
