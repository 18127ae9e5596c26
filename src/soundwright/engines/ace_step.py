"""The `ace-step` engine: ACE-Step 1.5 through diffusers' `AceStepPipeline`, songs with lyrics up to ten minutes.

The pipeline gives latents; decoding, exact length and pasting are ours (`decode`, `assemble.paste`), so nothing is
rescaled behind one's back and an edit keeps its source. Each checkpoint has its own steps, guidance and shift, which
the pipeline has not. An extension is a repaint past the end; several regions are made one after the other, each hearing
those before it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright.assemble.paste import lay, paste, placed
from soundwright.audio import Audio
from soundwright.engines import ace_step_files as published
from soundwright.engines import diffusion, machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task, Verb
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

MIT = Licence("MIT", commercial=True)
SOME: tuple[Verb, ...] = ("music", "cover", "repaint", "extend")
ALL: tuple[Verb, ...] = (*SOME, "stems", "lego", "complete")
GIVES = ("lyrics", "tempo", "melody", "reference", "lora")
# Millions of parameters, counted on torch's meta device: diffusers' defaults are the 2B's configuration; XL is 2560
# wide with 32 layers of 9728, which agrees with its published 9.5 GB in bfloat16.
DIT_M, XL_M = 1575.5, 4168.9
SHARED_M = {
    "text_encoder": 596.0,
    "condition_encoder": 608.4,
    "audio_tokenizer": 105.0,
    "audio_token_detokenizer": 105.0,
    "vae": 168.7,
}


def _checkpoint(
    about: str, weights: str, transformer_m: float, *, turbo: bool = False, base: bool = False, **more: Any
) -> Checkpoint:
    """One row: turbo is distilled (8 steps, no guidance, shift 3); the others want 50 steps, guidance 7 and shift 1."""
    return Checkpoint(
        about=about,
        weights=weights,
        verbs=ALL if base else SOME,
        licence=MIT,
        rate=48_000,
        channels=2,
        longest_s=600.0,
        steps=8 if turbo else 50,
        guidance=1.0 if turbo else 7.0,
        shift=3.0 if turbo else 1.0,
        parts_m={"transformer": transformer_m, **SHARED_M},
        gives=GIVES,
        takes=("silence_latent.pt",),
        **more,
    )


CHECKPOINTS = {
    "xl-turbo": _checkpoint("songs in 8 steps, 4B", "ACE-Step/acestep-v15-xl-turbo-diffusers", XL_M, turbo=True),
    "xl-sft": _checkpoint("songs, fine-tuned, 4B", "ACE-Step/acestep-v15-xl-sft-diffusers", XL_M),
    "xl-base": _checkpoint("songs and single tracks, 4B", "ACE-Step/acestep-v15-xl-base-diffusers", XL_M, base=True),
    "turbo": _checkpoint(
        "songs in 8 steps, 2B", "ACE-Step/Ace-Step1.5", DIT_M, turbo=True, leaves=("acestep-5Hz-lm-1.7B",)
    ),
    "sft": _checkpoint("songs, fine-tuned, 2B", "ACE-Step/acestep-v15-sft", DIT_M, shares="turbo"),
    "base": _checkpoint("songs and single tracks, 2B", "ACE-Step/acestep-v15-base", DIT_M, base=True, shares="turbo"),
}
FILES = {
    "model_index.json": "AceStepPipeline",
    "transformer/config.json": "AceStepTransformer1DModel",
    "vae/config.json": "AutoencoderOobleck",
    "condition_encoder/config.json": "AceStepConditionEncoder",
    "text_encoder/config.json": None,
    "scheduler/scheduler_config.json": None,
    "tokenizer/tokenizer_config.json": None,
}
LEGO = {"stems": "extract", "lego": "lego", "complete": "complete"}


class AceStepEngine:
    """ACE-Step 1.5 and 1.5 XL."""

    card = Card.of("ace-step", "songs with lyrics, covers, repaints, stems (ACE-Step 1.5)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A song plan or an edit plan as sound; edits come back at their source's rate and channels.

        Options: those of every big model, and `lora`: a safetensors file or its folder, with its strength after an @
        when that is not 1. Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        lora, scale = _lora(task.options.get("lora") or "")
        pipe, used = diffusion.opened(self.card, task, lambda folder: self._layout(folder, lora), tell, key=lora)
        run = _Run(pipe, self.card, task, tell, scale if lora else None)
        audio, stems = run.edit(task.plan) if isinstance(task.plan, EditPlan) else (run.song(task.plan), {})
        return Take(audio, stems, used | run.how)

    def _layout(self, folder: Path, lora: str) -> diffusion.Layout:
        """diffusers', or that of the makers, whose checkpoints may share the parts that another's folder holds."""
        variant = self.card.name.partition("/")[2]
        if not published.here(folder):
            return diffusion.Layout(FILES, lambda place, device, strategy: _with(lora, _load(place, device, strategy)))
        other = self.card.checkpoint.shares
        beside = published.shared(folder, weights.place(type(self).card.at(other)) if other else None)
        return diffusion.Layout(
            published.files(folder, variant),
            lambda place, device, strategy: _with(lora, published.load(place, variant, beside, device, strategy)),
            lambda place: published.parts(place, variant, beside),
            beside,
        )


def _load(folder: Path, device: str, strategy: str) -> Any:
    """The pipeline, whole on its device; the VAE stays in float32, where its snake activations keep their precision."""
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline

    return machine.pipeline(AceStepPipeline, folder, device, strategy)


def _lora(asked: str) -> tuple[str, float]:
    """The file of a LoRA and its strength, of "FILE" or "FILE@0.7". Raises `BadRequest`."""
    path, at, scale = asked.rpartition("@")
    if not at or Path(asked).expanduser().exists():
        return asked, 1.0
    try:
        return path, float(scale)
    except ValueError:
        raise BadRequest(f"{scale!r} is no strength of a LoRA; write it like style.safetensors@0.7") from None


def _with(lora: str, pipe: Any) -> Any:
    """The pipeline with a LoRA, where one is asked for. Raises `BadRequest`."""
    if lora:
        path = Path(lora).expanduser()
        if not path.exists():
            raise BadRequest(f"there is no LoRA {lora}")
        try:
            pipe.load_lora_weights(str(path.parent if path.is_file() else path), adapter_name="asked",
                                   weight_name=path.name if path.is_file() else None,
                                   local_files_only=True, use_safetensors=True)  # fmt: skip
        except (ValueError, KeyError, OSError, RuntimeError) as error:
            raise BadRequest(f"{lora} is no LoRA for this checkpoint: {str(error).splitlines()[0]}") from error
    return pipe


class _Run:
    """One task on a loaded pipeline."""

    def __init__(self, pipe: Any, card: Card, task: Task, tell: Progress, lora_scale: float | None) -> None:
        self.pipe, self.task, self.tell, self.lora_scale = pipe, task, tell, lora_scale
        self.rate = int(pipe.sample_rate)
        self.hop = math.prod(pipe.vae.config.downsampling_ratios)
        self.how = diffusion.settings(task, card)

    def song(self, plan: Any) -> Audio:
        if not isinstance(plan, SongPlan):
            raise BadRequest("ace-step plays song plans and edits, not effect plans")
        asked: dict[str, Any] = {
            "prompt": caption.caption(plan, self.task.prompt, facts=False),
            "lyrics": caption.lyrics(plan) or "[Instrumental]",
            "bpm": round(plan.tempo_bpm),
            "keyscale": plan.key,
            "timesignature": plan.metre.partition("/")[0],
            "audio_duration": self.task.duration_s,
        }
        if melody := self.task.sources.get("melody"):
            asked |= {"task_type": "cover", "src_audio": self._tensor(melody, self.task.duration_s)}
            asked |= {"audio_cover_strength": float(self.task.options.get("follow", 1.0))}
        return self._made(asked, self.task.duration_s, self.task.seed)

    def edit(self, plan: EditPlan) -> tuple[Audio, dict[str, Audio]]:
        """The edited sound, and the single tracks where the edit is about tracks."""
        source = self.task.sources["source"]
        asked = {"prompt": caption.caption(plan, plan.prompt) or "music", "lyrics": plan.lyrics or "[Instrumental]"}
        if plan.verb == "cover":
            close = {"task_type": "cover", "audio_cover_strength": 1.0 - plan.strength}
            asked |= close | {"src_audio": self._tensor(source, plan.duration_s)}
            return self._made(asked, plan.duration_s, self.task.seed), {}
        if plan.verb in LEGO:
            return self._tracks(plan, source, asked)
        canvas = placed(source, plan.left_s, plan.duration_s, self.rate)
        for number, (start_s, end_s) in enumerate(plan.new):
            span = {"task_type": "repaint", "repainting_start": start_s, "repainting_end": end_s}
            asked |= span | {"src_audio": self._tensor(canvas, plan.duration_s)}
            made = self._made(asked, plan.duration_s, self.task.seed + number)
            canvas = lay(canvas, made, (start_s, end_s))
        return paste(source, _exact(canvas, source.rate, plan.duration_s), plan.new, left_s=plan.left_s), {}

    def _tracks(self, plan: EditPlan, source: Audio, asked: dict[str, Any]) -> tuple[Audio, dict[str, Audio]]:
        """Each asked track by itself; their sum is the take. `complete` adds all of them in one run."""
        asked |= {"task_type": LEGO[plan.verb], "src_audio": self._tensor(source, plan.duration_s)}
        if plan.verb == "complete":
            return self._made(asked | {"complete_track_classes": plan.tracks}, plan.duration_s, self.task.seed), {}
        if not plan.tracks:
            raise BadRequest("name the tracks: --track vocals --track drums")
        stems = {
            track: self._made(asked | {"track_name": track}, plan.duration_s, self.task.seed + number)
            for number, track in enumerate(plan.tracks)
        }
        whole = sum(stem.samples for stem in stems.values())
        return Audio(whole, self.rate), stems  # type: ignore[arg-type]

    def _made(self, asked: dict[str, Any], duration_s: float, seed: int) -> Audio:
        """One run of the pipeline: latents, then our decoder, `round(duration_s * rate)` frames."""
        if reference := self.task.sources.get("reference"):
            asked = asked | {"reference_audio": self._tensor(reference, reference.duration_s)}
        kwargs = None if self.lora_scale is None else {"scale": self.lora_scale}
        self.tell("denoise")
        with machine.seeded(seed) as generator:
            latents = self.pipe(
                **asked,
                num_inference_steps=self.how["steps"],
                guidance_scale=self.how["guidance"],
                shift=self.how["shift"],
                generator=generator,
                output_type="latent",
                attention_kwargs=kwargs,
                callback_on_step_end=machine.steps(self.tell, self.how["steps"]),
            ).audios
        return diffusion.sound(self.pipe, latents.transpose(1, 2), self.rate, self.hop, duration_s, self.tell)

    def _tensor(self, audio: Audio, duration_s: float) -> Any:
        """Audio as the pipeline wants it: stereo at its rate, a whole number of latent frames."""
        import torch

        frames = math.ceil(duration_s * self.rate / self.hop - 1e-9) * self.hop
        return torch.from_numpy(audio.stereo().at(self.rate).fitted(frames).samples.copy())


def _exact(audio: Audio, rate: int, duration_s: float) -> Audio:
    """At another rate, with exactly the frames that the result has there."""
    return replace(audio.at(rate).fitted(round(duration_s * rate)))
