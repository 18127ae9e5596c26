"""The `prismaudio` engine: PrismAudio, the sound of a film from its pictures and a plan in words, up to 30 seconds.

Four stages, each of which takes the place of the one before in memory: words (T5Gemma), pictures (VideoPrism), motion
(Synchformer), sound (the transformer and Oobleck). The makers' own programs lose the features of motion on the way and
fail at most durations; here they are heard, at every duration, and the option `drop_sync` does as those programs do.
"""

from __future__ import annotations

import math
from typing import Any

from soundwright.engines import diffusion, machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Part, Take, Task
from soundwright.progress import Progress

PICTURES, WORDS = "videoprism", "t5gemma"
ARCHIVE = "flax_lvt_large_f8r288_repeated.npz"
CHECKPOINTS = {
    "prismaudio": Checkpoint(
        about="the sound of a film from its pictures and words, up to 30 s, 0.5B",
        weights="FunAudioLLM/PrismAudio",
        verbs=("soundtrack",),
        licence=Licence(
            "research and education only",
            commercial=False,
            note="its autoencoder is under the Stability AI Community License, T5Gemma (gated) under the Gemma terms",
        ),
        rate=44_100,
        channels=2,
        longest_s=30.0,
        steps=24,
        guidance=5.0,
        parts_m={"transformer": 518.3, "vae": 156.1, "motion": 122.4, "pictures": 396.0, "text_encoder": 570.5},
        takes=("prismaudio.ckpt", "vae.ckpt", "synchformer_state_dict.pth"),
        brings={
            PICTURES: Part("google/videoprism-lvt-large-f8r288", takes=(ARCHIVE,)),
            WORDS: Part("google/t5gemma-l-l-ul2-it"),
        },
    )
}


class PrismaudioEngine:
    """PrismAudio."""

    card = Card.of("prismaudio", "the sound of a film up to 30 s (PrismAudio)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A clip as sound, not peak-normalised; options are those of every big model, and `drop_sync`.

        As many latents are made as cover the duration. Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        plan, clip = diffusion.watched(task)
        how = diffusion.settings(task, self.card)
        machine.need(self.card.extra, "torch", "diffusers", "transformers")
        machine.hush()
        from soundwright.engines import prismaudio_files as published
        from soundwright.engines import prismaudio_watch as watching
        from soundwright.engines.prismaudio_words import spoken

        folder = weights.find(self.card, task.options.get("weights"))
        files = published.Files(folder, *(weights.part(self.card, folder, name) for name in (PICTURES, WORDS)))
        weights.check(folder, files.wanted)
        device = machine.device(task.options.get("device"))
        strategy, planned = self._strategy(task, files, device, how["guidance"] > 1)
        text = spoken(plan, task.prompt)
        watcher = watching.Watcher(files, device, strategy, tell)
        shown = watching.Shown(clip, task.duration_s, tell)
        dropped = bool(task.options.get("drop_sync"))
        video, knew_video = watcher.seen(shown)
        sync, knew_sync = (None, True) if dropped else watcher.moved(shown)
        words, knew_words = watcher.words(text)
        del shown
        tell("load")
        network = machine.warm(
            (str(folder), device, strategy, ""), lambda: published.load_sound(files, device, strategy)
        )
        with machine.seeded(task.seed) as generator:
            tell("denoise")
            latents = network.latents(
                published.Features(video, words, sync),
                max(1, math.ceil(task.duration_s * published.RATE / network.vae.hop_length - 1e-6)),
                steps=how["steps"],
                guidance=how["guidance"],
                generator=generator,
                told=lambda step: tell("denoise", (step + 1) / how["steps"]),
            )
        described = {"repository": self.card.weights, **weights.facts(folder)}
        for name, part in ((PICTURES, files.pictures), (WORDS, files.words)):
            if part.parent != folder:
                described[name] = weights.facts(part)
        used = {"weights": described, "device": device, "strategy": strategy, "memory": planned, "words": text,
                "steps": how["steps"], "guidance": how["guidance"], "drop_sync": dropped,
                "seen_before": {"pictures": knew_video, "motion": knew_sync, "words": knew_words}}  # fmt: skip
        vae = network.vae
        rate, hop = int(vae.config.sampling_rate), int(vae.hop_length)
        return Take(diffusion.decoded(vae, latents, rate, hop, task.duration_s, tell), used=used)

    def _strategy(self, task: Task, files: Any, device: str, guided: bool) -> tuple[str, dict[str, Any]]:
        """The strategy asked for, that of what is loaded already, or that of the memory plan; and that plan."""
        from soundwright.engines import prismaudio_files as published

        if asked := task.options.get("strategy"):
            return published.check_strategy(asked), {}
        if warm := machine.warm_strategy(str(files.folder), device, ""):
            return warm, {}
        vram = task.options.get("vram")
        return published.choose(self.card.name, files, task.duration_s, device, guided, vram)
