"""The `tangoflux` engine: TangoFlux, sound effects of up to 30 seconds, from its makers' three files.

The makers always make thirty seconds and cut them; here as many latents are made as the sound is long, with the length
told to the model as they tell it. Guidance of 1 or less runs the text alone.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from soundwright.engines import diffusion, machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Part, Take, Task
from soundwright.progress import Progress

TEXT = "flan-t5-large"
CHECKPOINTS = {
    "tangoflux": Checkpoint(
        about="sound effects up to 30 s, 0.5B",
        weights="declare-lab/TangoFlux",
        verbs=("effect",),
        licence=Licence(
            "Stability AI Community License, data for academic use",
            commercial=False,
            note="WavCaps, which it was trained on, is for academic use only",
        ),
        rate=44_100,
        channels=2,
        longest_s=30.0,
        steps=50,
        guidance=4.5,
        parts_m={"transformer": 516.9, "text_encoder": 341.2, "vae": 156.1},
        gives=("negative",),
        brings={TEXT: Part("google/flan-t5-large", weights=False)},
    )
}
MARGIN = 16  # latent frames made past the end, so that the sound does not end at the decoder's edge


class TangofluxEngine:
    """TangoFlux."""

    card = Card.of("tangoflux", "sound effects up to 30 s (TangoFlux)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """An effect plan as sound; options are those of every big model, and `negative`.

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        how = diffusion.settings(task, self.card)
        prompt, negative = diffusion.effect_words(task)
        diffusion.check_negative(negative, how["guidance"])
        pipe, used = diffusion.opened(self.card, task, self._layout, tell)
        rate, hop = int(pipe.vae.config.sampling_rate), int(pipe.vae.hop_length)
        frames = min(math.ceil(task.duration_s * rate / hop) + MARGIN, pipe.longest)
        tell("denoise")
        with machine.seeded(task.seed) as generator:
            latents = pipe(
                prompt,
                negative,
                duration_s=task.duration_s,
                frames=frames,
                steps=how["steps"],
                guidance=how["guidance"],
                generator=generator,
                told=lambda step: tell("denoise", (step + 1) / how["steps"]),
            )
        audio = diffusion.sound(pipe, latents, rate, hop, task.duration_s, tell)
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"]})

    def _layout(self, folder: Path) -> diffusion.Layout:
        from soundwright.engines import tangoflux_files as published

        text = weights.part(self.card, folder, TEXT)

        def load(folder: Path, device: str, strategy: str) -> Any:
            return published.load(folder, text, device, strategy)

        return diffusion.Layout(published.FILES, load, published.parts, text)
