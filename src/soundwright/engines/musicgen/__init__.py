"""The `musicgen` engine: MusicGen, music from words and from a melody, and sounds that go on.

transformers reads the weights; the decoder loop, the tokens and the codec's tiles are ours (`decoder`, `tokens`,
`codec`), and at float32 they give the tokens that transformers gives. Tokens are drawn one column after the other, 50 a
second; every column is told as progress and hears whether it should stop. The model oversees 30 seconds; what is longer
is made in windows, each going on from the last 12 seconds before it. An extension is the same, from the source's end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from soundwright.assemble.paste import paste
from soundwright.audio import Audio
from soundwright.engines import machine, weights
from soundwright.engines.contract import Card, Checkpoint, Licence, Take, Task
from soundwright.engines.musicgen import plan, tokens
from soundwright.engines.musicgen.player import Player, Score, load
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

NC = Licence("CC-BY-NC-4.0", commercial=False, note="its weights are for non-commercial use")
LONGEST_S = 300.0  # windows may go on for ever; they wander from where they began, and have no form of their own


def _checkpoint(name: str, about: str, decoder_m: float, channels: int = 1) -> Checkpoint:
    return Checkpoint(
        about=about,
        weights=f"facebook/musicgen-{name}",
        verbs=("music", "extend"),
        licence=NC,
        rate=32_000,
        channels=channels,
        longest_s=LONGEST_S,
        guidance=3.0,
        parts_m={"text_encoder": 109.6, "decoder": decoder_m, "audio_encoder": 59.0},
        gives=("tempo", "melody") if "melody" in name else ("tempo",),
    )


# Millions of parameters of the decoders, counted on torch's meta device with the published configurations.
CHECKPOINTS = {
    "small": _checkpoint("small", "music, 300M", 419.6),
    "medium": _checkpoint("medium", "music, 1.5B", 1837.6),
    "large": _checkpoint("large", "music, 3.3B", 3255.4),
    "stereo-small": _checkpoint("stereo-small", "music in stereo, 300M", 436.4, 2),
    "stereo-medium": _checkpoint("stereo-medium", "music in stereo, 1.5B", 1862.7, 2),
    "stereo-large": _checkpoint("stereo-large", "music in stereo, 3.3B", 3288.9, 2),
    "melody": _checkpoint("melody", "music that follows a melody, 1.5B", 1384.4),
    "melody-large": _checkpoint("melody-large", "music that follows a melody, 3.3B", 2449.9),
    "stereo-melody": _checkpoint("stereo-melody", "music that follows a melody, stereo, 1.5B", 1409.6, 2),
    "stereo-melody-large": _checkpoint("stereo-melody-large", "music that follows a melody, stereo, 3.3B", 2483.4, 2),
}


class MusicgenEngine:
    """MusicGen: small, medium, large and melody, mono and stereo."""

    card = Card.of("musicgen", "music from words and melodies (MusicGen)", CHECKPOINTS, "torch")

    def __init__(self, checkpoint: str = "") -> None:
        self.card = type(self).card.at(checkpoint or next(iter(CHECKPOINTS)))

    def render(self, task: Task, tell: Progress) -> Take:
        """A song plan, or a sound that goes on to the right, at its source's rate and channels, bit-exact before.

        Options: `weights`, `device`, `vram`, `guidance`, `strategy` (full, bf16, int8; see `player.load`).
        Raises `BadRequest`, `CannotRun`, `Cancelled`.
        """
        machine.need(self.card.extra, "torch", "transformers")
        _check(task)
        one = self.card.checkpoint
        if "melody" in task.sources and "melody" not in one.gives:
            raise BadRequest(f"{self.card.name} follows no melody: take musicgen/melody")
        folder = weights.find(self.card, task.options.get("weights"))
        weights.check(folder, _files(one))
        device = machine.device(task.options.get("device"))
        guidance = float(task.options.get("guidance") or one.guidance)
        strategy, planned = task.options.get("strategy") or machine.warm_strategy(str(folder), device, ""), {}
        if not strategy:
            strategy, planned = plan.chosen(self.card.name, folder, _new_s(task), device, task.options.get("vram"))
        tell("load")
        player = machine.warm((str(folder), device, strategy, ""), lambda: _load(folder, device, strategy, one))
        with machine.seeded(task.seed) as generator:
            score = Score(_words(task), guidance, generator, task.sources.get("melody"))
            audio = _longer(player, score, task, tell) if task.verb == "extend" else _song(player, score, task, tell)
        described = {"repository": one.weights, **weights.facts(folder)}
        used = {"weights": described, "device": device, "strategy": strategy, "guidance": guidance, "memory": planned,
                "codec": player.codec.facts(player.decoder.books)}  # fmt: skip
        return Take(audio, used=used)


def _load(folder: Path, device: str, strategy: str, one: Checkpoint) -> Player:
    return load(folder, device, strategy, melody="melody" in one.gives)


def _files(one: Checkpoint) -> dict[str, str | None]:
    return {"config.json": "musicgen_melody" if "melody" in one.gives else "musicgen", "tokenizer_config.json": None}


def _check(task: Task) -> None:
    """Raise `BadRequest` for what cannot be played or set, before anything loads."""
    if not isinstance(task.plan, SongPlan) and getattr(task.plan, "verb", "") != "extend":
        raise BadRequest("musicgen plays song plans and goes on with sounds; it makes no effects and no other edits")
    if isinstance(task.plan, EditPlan) and task.plan.left_s:
        raise BadRequest("musicgen goes on after a sound, not before it: ask for seconds to the right alone")
    if unfit := sorted({"steps", "negative"} & set(task.options)):
        raise BadRequest(f"musicgen draws tokens and takes no {unfit[0]}; leave it out")


def _words(task: Task) -> str:
    return caption.caption(task.plan, task.prompt) or "music"


def _new_s(task: Task) -> float:
    """Seconds of tokens that are at work: those that are made, and the end of a source that they go on from."""
    if isinstance(task.plan, EditPlan):
        return task.plan.right_s + min(task.plan.duration_s - task.plan.right_s, tokens.PROMPT_S)
    return task.duration_s


def _song(player: Player, score: Score, task: Task, tell: Progress) -> Audio:
    """A piece of `round(duration_s * rate)` frames."""
    made = player.play(score, player.frames(task.duration_s), None, tell)
    rate = player.codec.rate
    return Audio(player.codec.decode(made, tell), rate).fitted(round(task.duration_s * rate))


def _longer(player: Player, score: Score, task: Task, tell: Progress) -> Audio:
    """The source, and after it what goes on from its last 12 seconds."""
    asked: Any = task.plan
    source, codec = task.sources["source"], player.codec
    heard = (source.stereo() if codec.channels == 2 else source.mono()).at(codec.rate)
    tail = min(heard.frames // codec.hop, round(tokens.PROMPT_S * codec.frame_rate))
    begin = heard.frames - tail * codec.hop
    known = codec.encode(heard.samples[:, begin:]) if tail else None
    made = codec.decode(player.play(score, tail + player.frames(asked.right_s), known, tell), tell)
    whole = np.zeros((codec.channels, begin + made.shape[1]), np.float32)
    whole[:, begin:] = made
    result = Audio(whole, codec.rate).at(source.rate).fitted(round(asked.duration_s * source.rate))
    return paste(source, result, asked.new)
