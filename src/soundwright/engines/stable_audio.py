"""The `stable-audio` engine: Stable Audio Open 1.0 through diffusers' `StableAudioPipeline`, up to 47 seconds.

The model always makes its whole window and is told where the sound ends; the latents are cut to the asked length before
they are decoded, so that a short sound costs a short decoding.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from soundwright.engines import diffusion, machine
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.effect import EffectPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

COMMUNITY = Licence(
    "Stability AI Community License",
    commercial=None,
    note="free to sell below 1 million USD of annual revenue, with registration; above it wants a licence of its own",
)
CHECKPOINTS = {
    "open-1.0": Checkpoint(
        about="sound effects, loops and short music",
        weights="stabilityai/stable-audio-open-1.0",
        verbs=("music", "effect"),
        licence=COMMUNITY,
        rate=44_100,
        channels=2,
        longest_s=47.0,
        steps=100,
        guidance=7.0,
        parts_m={"transformer": 1057.0, "text_encoder": 109.6, "vae": 156.1},
        gives=("negative", "tempo"),
        gated=True,
    )
}
FILES = {
    "model_index.json": "StableAudioPipeline",
    "transformer/config.json": "StableAudioDiTModel",
    "vae/config.json": "AutoencoderOobleck",
    "projection_model/config.json": "StableAudioProjectionModel",
    "text_encoder/config.json": None,
    "tokenizer/tokenizer_config.json": None,
}
MARGIN = 16  # latent frames decoded past the end of a shortened sound, so that its end is not the decoder's edge


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
        machine.need(self.card.extra, "torchsde")
        pipe, used = diffusion.opened(self.card, task, FILES, _load, tell, convert="pull it again from its repository")
        rate, hop = int(pipe.vae.config.sampling_rate), int(pipe.vae.hop_length)
        tell("denoise")
        with machine.seeded(task.seed) as generator:
            latents = pipe(
                prompt,
                negative_prompt=negative or None,
                audio_end_in_s=task.duration_s,
                num_inference_steps=how["steps"],
                guidance_scale=how["guidance"],
                generator=generator,
                output_type="latent",
                callback=lambda step, timestep, latents: tell("denoise", (step + 1) / how["steps"]),
            ).audios
        frames = min(math.ceil(task.duration_s * rate / hop) + MARGIN, latents.shape[-1])
        audio = diffusion.sound(pipe.vae, latents[..., :frames], rate, hop, task.duration_s, tell)
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]})


def _words(task: Task) -> tuple[str, str]:
    """What the model is told to make, and what not to."""
    plan, negative = task.plan, task.options.get("negative", "")
    if isinstance(plan, SongPlan):
        return caption.caption(plan, task.prompt), caption.unwanted(plan, negative)
    if isinstance(plan, EffectPlan):
        return task.prompt or plan.prompt or ", ".join(event.sound for event in plan.events), negative
    raise BadRequest("stable-audio plays song plans and effect plans, not edits")


def _load(folder: Path, device: str, strategy: str) -> Any:
    machine.hush()
    from diffusers.pipelines.stable_audio.pipeline_stable_audio import StableAudioPipeline

    return machine.pipeline(StableAudioPipeline, folder, device, strategy)
