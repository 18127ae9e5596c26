"""The `tango` engine: Tango and Tango 2, sound effects of ten seconds at 16 kHz, from their makers' files.

The model always makes its whole window of 10.24 seconds, which is cut to the asked length.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.engines import diffusion, machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Part, Take, Task
from soundwright.progress import Progress

TEXT = "flan-t5-large"
NONCOMMERCIAL = Licence("CC-BY-NC-SA-4.0", commercial=False, note="its weights are for non-commercial use only")
FILES: dict[str, str | None] = {
    "main_config.json": None,
    "vae_config.json": None,
    "pytorch_model_main.bin": None,
    "pytorch_model_vae.bin": None,
}


def _checkpoint(about: str, repository: str) -> Checkpoint:
    return Checkpoint(
        about=about,
        weights=f"declare-lab/{repository}",
        verbs=("effect",),
        licence=NONCOMMERCIAL,
        rate=16_000,
        channels=1,
        longest_s=10.24,
        steps=100,
        guidance=3.0,
        parts_m={"unet": 865.9, "text_encoder": 341.2, "vae": 55.4, "vocoder": 55.3},
        gives=("negative",),
        takes=("pytorch_model_main.bin", "pytorch_model_vae.bin"),
        brings={TEXT: Part("google/flan-t5-large", weights=False)},
    )


CHECKPOINTS = {
    "tango2": _checkpoint("sound effects, aligned by preferences, 1.3B", "tango2"),
    "tango2-full": _checkpoint("sound effects, aligned, more data, 1.3B", "tango2-full"),
    "tango": _checkpoint("sound effects, 1.3B", "tango"),
    "tango-full": _checkpoint("sound effects, more data, 1.3B", "tango-full-ft-audiocaps"),
}


class TangoEngine:
    """Tango and Tango 2."""

    card = Card.of("tango", "sound effects of ten seconds (Tango, Tango 2)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """An effect plan as mono sound at 16 kHz; options are those of every big model, and `negative`.

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        how = diffusion.settings(task, self.card)
        prompt, negative = diffusion.effect_words(task)
        diffusion.check_negative(negative, how["guidance"])
        pipe, used = diffusion.opened(self.card, task, self._layout, tell)
        tell("denoise")
        with machine.seeded(task.seed) as generator:
            latents = pipe(
                prompt,
                negative,
                steps=how["steps"],
                guidance=how["guidance"],
                generator=generator,
                told=lambda step: tell("denoise", (step + 1) / how["steps"]),
            )
        tell("decode")
        rate = int(pipe.vocoder.config.sampling_rate)
        audio = Audio(pipe.sound(latents), rate).fitted(round(task.duration_s * rate))
        tell("decode", 1.0, task.duration_s)
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]})

    def _layout(self, folder: Path) -> diffusion.Layout:
        from soundwright.engines import tango_files as published

        text = weights.part(self.card, folder, TEXT)
        counts = self.card.checkpoint.parts_m

        def load(folder: Path, device: str, strategy: str) -> Any:
            return published.load(folder, text, device, strategy)

        return diffusion.Layout(FILES, load, lambda folder: counts, text)
