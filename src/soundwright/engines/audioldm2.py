"""The `audioldm2` engine: AudioLDM 2, effects and music of about ten seconds at 16 kHz, in diffusers' layout.

diffusers' pipeline cannot run with a transformers of today: it asks the language model for a method that is gone. The
model is asked here for its hidden states eight times over, which is all that it is for; the rest is the library's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.audio import Audio
from soundwright.engines import diffusion, machine
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task, Verb
from soundwright.plan import caption
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

NONCOMMERCIAL = Licence("CC-BY-NC-SA-4.0", commercial=False, note="its weights are for non-commercial use only")
# Millions of parameters, counted on torch's meta device with the published configurations; large's U-Net as published.
SHARED_M = {"text_encoder": 153.5, "text_encoder_2": 341.2, "language_model": 124.4, "vae": 55.4, "vocoder": 55.3}
FILES: dict[str, str | None] = {
    "model_index.json": "AudioLDM2Pipeline",
    "unet/config.json": "AudioLDM2UNet2DConditionModel",
    "vae/config.json": "AutoencoderKL",
    "projection_model/config.json": None,
    "language_model/config.json": "gpt2",
    "text_encoder/config.json": "clap",
    "text_encoder_2/config.json": "t5",
    "vocoder/config.json": None,
    "tokenizer/tokenizer_config.json": None,
    "tokenizer_2/tokenizer_config.json": None,
}


def _checkpoint(about: str, repository: str, unet_m: float, verbs: tuple[Verb, ...]) -> Checkpoint:
    return Checkpoint(
        about=about,
        weights=f"cvssp/{repository}",
        verbs=verbs,
        licence=NONCOMMERCIAL,
        rate=16_000,
        channels=1,
        longest_s=10.24,
        steps=200,
        guidance=3.5,
        parts_m={"unet": unet_m, **SHARED_M},
        gives=("negative",),
    )


CHECKPOINTS = {
    "base": _checkpoint("effects and music, 1.1B", "audioldm2", 346.9, ("effect", "music")),
    "large": _checkpoint("effects and music, 1.5B", "audioldm2-large", 750.0, ("effect", "music")),
    "music": _checkpoint("music, 1.1B", "audioldm2-music", 346.9, ("music",)),
}


class AudioLdm2Engine:
    """AudioLDM 2: base, large and music."""

    card = Card.of("audioldm2", "effects and music of ten seconds (AudioLDM 2)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """An effect plan or a song plan as mono sound at 16 kHz; options are those of every big model, and `negative`.

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        how = diffusion.settings(task, self.card)
        prompt, negative = _words(task)
        diffusion.check_negative(negative, how["guidance"])
        pipe, used = diffusion.opened(self.card, task, lambda folder: diffusion.Layout(FILES, _load), tell)
        tell("denoise")
        with machine.seeded(task.seed) as generator:
            latents = pipe(
                prompt,
                negative_prompt=negative or None,
                audio_length_in_s=task.duration_s,
                num_inference_steps=how["steps"],
                guidance_scale=how["guidance"],
                generator=generator,
                output_type="latent",
                callback=lambda step, timestep, latents: tell("denoise", (step + 1) / how["steps"]),
            ).audios
        tell("decode")
        audio = _sound(pipe, latents).fitted(round(task.duration_s * int(pipe.vocoder.config.sampling_rate)))
        tell("decode", 1.0, task.duration_s)
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]})


def _sound(pipe: Any, latents: Tensor) -> Audio:
    """Latents `[1, channels, frames, bands]` as a spectrogram, and that as sound; whole, for it is ten seconds."""
    import torch

    vae = pipe.vae
    with torch.inference_mode():
        spectrogram = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample
        samples = pipe.mel_spectrogram_to_waveform(spectrogram).numpy()
    pipe.maybe_free_model_hooks()
    return Audio(samples, int(pipe.vocoder.config.sampling_rate))


def _words(task: Task) -> tuple[str, str]:
    """What the model is told to make, and what not to."""
    if isinstance(task.plan, SongPlan):
        return caption.caption(task.plan, task.prompt), caption.unwanted(task.plan, task.options.get("negative", ""))
    return diffusion.effect_words(task)


def _load(folder: Path, device: str, strategy: str) -> Any:
    import torch
    from diffusers.pipelines.audioldm2.pipeline_audioldm2 import AudioLDM2Pipeline

    class Pipeline(AudioLDM2Pipeline):
        def generate_language_model(
            self, inputs_embeds: Any = None, max_new_tokens: int | None = None, **named: Any
        ) -> Tensor:
            """The states `[n, new, width]` that the language model makes after `inputs_embeds` `[n, length, width]`."""
            count = max_new_tokens or self.language_model.config.max_new_tokens
            mask = named["attention_mask"]
            for _ in range(count):
                told = self.language_model(
                    inputs_embeds=inputs_embeds, attention_mask=mask, output_hidden_states=True, use_cache=False
                )
                inputs_embeds = torch.cat([inputs_embeds, told.hidden_states[-1][:, -1:]], dim=1)
                mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
            return inputs_embeds[:, -count:]

    pipe = machine.pipeline(Pipeline, folder, device, strategy)
    pipe.vocoder.float()
    return pipe
