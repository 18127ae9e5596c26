"""The `musicgen` engine: MusicGen through transformers, up to 30 seconds of music from words.

Tokens are sampled one frame after the other (50 a second) under guidance; every frame is told as progress and hears
whether it should stop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.engines import machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import caption
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

NC = Licence("CC-BY-NC-4.0", commercial=False, note="its weights are for non-commercial use")


def _checkpoint(name: str, about: str, decoder_m: float, channels: int = 1) -> Checkpoint:
    return Checkpoint(
        about=about,
        weights=f"facebook/musicgen-{name}",
        verbs=("music",),
        licence=NC,
        rate=32_000,
        channels=channels,
        longest_s=30.0,
        guidance=3.0,
        parts_m={"text_encoder": 109.6, "decoder": decoder_m, "audio_encoder": 58.9},
        gives=("tempo",),
    )


CHECKPOINTS = {
    "small": _checkpoint("small", "short music, 300M", 300.0),
    "medium": _checkpoint("medium", "short music, 1.5B", 1500.0),
    "large": _checkpoint("large", "short music, 3.3B", 3300.0),
    "stereo-small": _checkpoint("stereo-small", "short music in stereo, 300M", 300.0, 2),
    "stereo-medium": _checkpoint("stereo-medium", "short music in stereo, 1.5B", 1500.0, 2),
    "stereo-large": _checkpoint("stereo-large", "short music in stereo, 3.3B", 3300.0, 2),
}
FILES = {"config.json": "musicgen", "tokenizer_config.json": None}
TOP_K = 250  # published default of sampling


class MusicgenEngine:
    """MusicGen: small, medium, large, mono and stereo."""

    card = Card.of("musicgen", "short music from words (MusicGen)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A song plan as sound. Options: `weights`, `device`, `guidance`, `strategy` (full, bf16).

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        machine.need(self.card.extra, "torch", "transformers")
        if not isinstance(task.plan, SongPlan):
            raise BadRequest("musicgen plays song plans, not effects or edits")
        if unfit := sorted({"steps", "negative", "vram"} & set(task.options)):
            raise BadRequest(f"musicgen samples tokens by one plan: there is no {unfit[0]} to set")
        one = next(iter(self.card.checkpoints.values()))
        folder = weights.find(self.card, task.options.get("weights"))
        weights.check(folder, FILES)
        device = machine.device(task.options.get("device"))
        strategy = task.options.get("strategy") or ("full" if device == "cpu" else "bf16")
        guidance = float(task.options.get("guidance") or one.guidance)
        tell("load")
        model, words = machine.warm((str(folder), device, strategy, ""), lambda: _load(folder, device, strategy))
        audio = _sampled(model, words, caption.caption(task.plan, task.prompt), task, guidance, tell)
        described = {"repository": one.weights, **weights.facts(folder)}
        return Take(audio, used={"weights": described, "device": device, "strategy": strategy, "guidance": guidance})


def _load(folder: Path, device: str, strategy: str) -> tuple[Any, Any]:
    """The model and its tokenizer."""
    import torch

    machine.hush()
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    if strategy not in ("full", "bf16"):
        raise BadRequest(f"musicgen runs with the strategies full and bf16, not {strategy!r}")
    dtype = torch.float32 if strategy == "full" else torch.bfloat16
    try:
        model: Any = MusicgenForConditionalGeneration.from_pretrained(
            folder, dtype=dtype, local_files_only=True, use_safetensors=True
        )
        words = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return model.to(device).eval(), words


def _sampled(model: Any, words: Any, text: str, task: Task, guidance: float, tell: Progress) -> Audio:
    """One run of the decoder and of EnCodec, `round(duration_s * rate)` frames."""
    import math

    from transformers import StoppingCriteria, StoppingCriteriaList

    codec = model.config.audio_encoder
    frames = math.ceil(task.duration_s * codec.frame_rate)
    delay = model.config.decoder.num_codebooks // model.config.decoder.audio_channels  # the codebooks start in turn

    class Watch(StoppingCriteria):
        """Tells every frame; `tell` raises when the job is cancelled."""

        def __call__(self, input_ids: Any, scores: Any, **more: Any) -> Any:
            import torch

            done = min(input_ids.shape[-1] / (frames + delay), 1.0)
            tell("sample", done, done * task.duration_s)
            return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    with machine.seeded(task.seed):
        made = model.generate(
            **words([text], return_tensors="pt").to(model.device),
            do_sample=True,
            top_k=TOP_K,
            guidance_scale=guidance,
            max_new_tokens=frames + delay,
            stopping_criteria=StoppingCriteriaList([Watch()]),
        )
    tell("sample", 1.0, task.duration_s)
    rate = int(codec.sampling_rate)
    return Audio(made[0].float().cpu().numpy(), rate).fitted(round(task.duration_s * rate))
