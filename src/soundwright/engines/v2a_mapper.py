"""The `v2a-mapper` engine: what a film shows, as a sound of ten seconds at 16 kHz, after V2A-Mapper (arXiv 2308.09300).

CLIP sees the pictures, a mapper tells what CLAP would hear, AudioLDM makes that. It is our own implementation: the
authors published neither code nor weights, so the mapper is one that you train (`soundwright train v2a-mapper`). It
knows what sounds, not when: that is for the sync stage.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.engines import diffusion, machine, weights
from soundwright.engines.contract import Card, Checkpoint, Clip, Licence, Part, Take, Task
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

# Of CLIPs the ViT-B/32: meaning of a whole clip needs no fine detail, 88M parameters look at a film on any machine, and
# its 512 dimensions are CLAP's. Which published CLAP an AudioLDM was trained with is not settled (haoheliu/AudioLDM#84,
# #90): training and engine compare what both say of the same words.
CLIP, CLAP = "clip", "clap"
MAPPER = "mapper.safetensors"
NONCOMMERCIAL = Licence("CC-BY-NC-SA-4.0", commercial=False, note="AudioLDM's weights are for non-commercial use only")
# Millions of parameters, counted on torch's meta device with the published configurations.
SHARED_M = {"text_encoder": 125.3, "image_encoder": 87.8, "vae": 55.4, "vocoder": 55.3}
FILES: dict[str, str | None] = {
    "model_index.json": "AudioLDMPipeline",
    "unet/config.json": "UNet2DConditionModel",
    "vae/config.json": "AutoencoderKL",
    "text_encoder/config.json": "clap_text_model",
    "vocoder/config.json": None,
    "scheduler/scheduler_config.json": None,
    "tokenizer/tokenizer_config.json": None,
}
TENSORS = ("diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin", "model.safetensors",
           "pytorch_model.bin")  # fmt: skip


def _checkpoint(about: str, repository: str, unet_m: float) -> Checkpoint:
    return Checkpoint(
        about=about,
        weights=f"cvssp/{repository}",
        verbs=("soundtrack",),
        licence=NONCOMMERCIAL,
        rate=16_000,
        channels=1,
        longest_s=10.24,
        steps=200,
        guidance=2.5,
        parts_m={"unet": unet_m, **SHARED_M},
        gives=("negative",),
        takes=tuple(name for name in TENSORS if name.endswith(".bin")),
        brings={CLIP: Part("openai/clip-vit-base-patch32"), CLAP: Part("laion/clap-htsat-unfused")},
    )


CHECKPOINTS = {
    "s-full-v2": _checkpoint("what a film shows, not when (AudioLDM-S, 0.5B)", "audioldm-s-full-v2", 185.0),
    "m-full": _checkpoint("what a film shows, not when (AudioLDM-M, 0.7B)", "audioldm-m-full", 416.0),
    "l-full": _checkpoint("what a film shows, not when (AudioLDM-L, 1.1B)", "audioldm-l-full", 739.1),
}


class V2aMapperEngine:
    """CLIP, a mapper of yours, and AudioLDM."""

    card = Card.of("v2a-mapper", "a film's sound, not its timing; train its mapper (V2A-Mapper)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A clip's sound, mono at 16 kHz; options are those of every big model, `negative`, and `mapper` (a file).

        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        how = diffusion.settings(task, self.card)
        negative = task.options.get("negative", "")
        diffusion.check_negative(negative, how["guidance"])
        film, clip = _film(task)
        mapper = find_mapper(self.card, task.options)
        key = f"{mapper}:{mapper.stat().st_mtime_ns}"
        pipe, used = diffusion.opened(self.card, task, lambda folder: self._layout(folder, mapper), tell, key=key)
        used["weights"]["mapper"] = {"file": str(mapper), "sha256": weights.sha256(mapper), **pipe.training}
        from soundwright.engines import v2a_features as features

        times, rows = pipe.eye().watch(film, tell)
        tell("denoise")
        with machine.seeded(task.seed) as generator:
            latents = pipe(
                pipe.heard(features.pooled(times, rows, clip.start_s, task.duration_s), generator),
                negative,
                duration_s=task.duration_s,
                steps=how["steps"],
                guidance=how["guidance"],
                generator=generator,
                told=lambda step: tell("denoise", (step + 1) / how["steps"]),
            )
        tell("decode")
        audio = Audio(pipe.sound(latents), pipe.rate).fitted(round(task.duration_s * pipe.rate))
        tell("decode", 1.0, task.duration_s)
        notes = ["v2a-mapper carries what sounds, not when"]
        notes += ["v2a-mapper hears no words: the description was left out"] if task.prompt else []
        return Take(audio, used=used | {"steps": how["steps"], "guidance": how["guidance"], "notes": notes})

    def _layout(self, folder: Path, mapper: Path) -> diffusion.Layout:
        from soundwright.engines import v2a_mapper_files as files

        clip = weights.part(self.card, folder, CLIP)
        counts = self.card.checkpoint.parts_m

        def load(folder: Path, device: str, strategy: str) -> Any:
            return files.load(folder, clip, mapper, device, strategy)

        held = {_tensors(folder / part): None for part in ("unet", "vae", "text_encoder", "vocoder")}
        wanted = FILES | {str(path.relative_to(folder)): None for path in held}
        return diffusion.Layout(wanted, load, lambda folder: counts, None if clip.parent == folder else clip)


def find_mapper(card: Card, options: dict[str, Any]) -> Path:
    """The file of a trained mapper: the one that is named, else beside the checkpoint's weights, else where training
    puts it. Raises `BadRequest` where the named one is not there, `CannotRun` where there is none."""
    if named := options.get("mapper"):
        if not (path := Path(named).expanduser()).is_file():
            raise BadRequest(f"there is no mapper {path}")
        return path
    folder = Path(options.get("weights") or weights.place(card)).expanduser()
    for path in (folder / MAPPER, trained() / MAPPER):
        if path.is_file():
            return path
    raise CannotRun(
        f"{card.name} has no mapper: its authors published none, and soundwright train v2a-mapper FOLDER makes one "
        "from videos with sound; the default engine (foley cues) needs none"
    )


def trained() -> Path:
    """The folder that training works in unless another is named."""
    return weights.home() / "v2a-mapper" / "mapper"


def _film(task: Task) -> tuple[Any, Clip]:
    """What is to be watched. Raises `BadRequest`."""
    from soundwright.video import film

    _, clip = diffusion.watched(task)
    told = film(clip.path)
    if not 0 <= clip.start_s < float(told.duration_s):
        raise BadRequest(f"{told.path} lasts {float(told.duration_s):g} s; nothing is seen at {clip.start_s:g} s")
    return told, clip


def _tensors(folder: Path) -> Path:
    """The file of a network's tensors, or the one that should be there."""
    here = [folder / name for name in TENSORS if (folder / name).is_file()]
    return here[0] if here else folder / TENSORS[0]
