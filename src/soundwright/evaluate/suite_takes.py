"""What can be measured of one take by itself, against what was asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from soundwright.audio import Audio, Stream
from soundwright.evaluate import agreement
from soundwright.evaluate.structure import SHORTEST_S, Fault, Structure

MUSIC = ("music", "cover", "repaint", "extend", "complete")
ONCE = ("load", "pull")  # stages that a model does once, whatever it makes
LEVELS = ("integrated_lufs", "true_peak_dbtp")


@dataclass(frozen=True)
class Take:
    """One file that an engine made of a prompt, and what was asked of it.

    `prompt` is the prompt's name, `words` its text, `duration_s` the asked one (None: none was), `film` what a
    soundtrack is for, `stages_s` how long each stage of making it took.
    """

    engine: str
    prompt: str
    number: int
    seed: int
    verb: str
    words: str
    file: Path
    duration_s: float | None = None
    loop: bool = False
    film: Path | None = None
    tags: tuple[str, ...] = ()
    stages_s: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.engine} {self.prompt} {self.number}"


class Heard:
    """A take's sound and its structure, each heard at most once."""

    def __init__(self, take: Take, seed: int) -> None:
        self.take, self.seed = take, seed

    @cached_property
    def audio(self) -> Audio:
        if self.take.film:
            from soundwright.video import soundtrack

            return soundtrack.sound(self.take.file)
        from soundwright.deliver import encode

        return encode.read(self.take.file)

    @cached_property
    def structure(self) -> Structure | None:
        from soundwright.evaluate import structure

        if self.take.verb not in MUSIC or self.audio.duration_s < SHORTEST_S:
            return None
        return structure.hear(Stream.of(self.audio))

    @cached_property
    def faults(self) -> list[Fault]:
        from soundwright.evaluate import structure

        return structure.faults_of(self.structure, self.take.loop) if self.structure else []


def _time(one: Heard) -> dict[str, float]:
    spent = sum(seconds for stage, seconds in one.take.stages_s.items() if stage not in ONCE)
    if not spent or not one.audio.duration_s:
        return {}
    return {"generation_s": spent, "real_time_factor": spent / one.audio.duration_s}


def _loudness(one: Heard) -> dict[str, float]:
    from soundwright.finish.meter import meter

    read = meter(one.audio).numbers()
    return {name: read[name] for name in LEVELS if read.get(name) is not None}


def _length(one: Heard) -> dict[str, float]:
    if one.take.duration_s is None or one.take.film:
        return {}
    return {"length_error_frames": float(abs(one.audio.frames - round(one.take.duration_s * one.audio.rate)))}


def _structure(one: Heard) -> dict[str, float]:
    return {"structure_faults": float(len(one.faults))} if one.structure else {}


def _agreement(one: Heard) -> dict[str, float]:
    if not one.structure:
        return {}
    asked, heard = agreement.asked(one.take.words), one.structure
    found = {}
    if asked.tempo_bpm:
        found["tempo_agrees"] = agreement.tempo_agrees(asked.tempo_bpm, heard.tempo_bpm)
    if asked.key:
        found["key_agreement"] = agreement.key_agreement(asked.key, heard.key)
    return found


def _sync(one: Heard) -> dict[str, float]:
    if not one.take.film:
        return {}
    from soundwright.evaluate import timing

    told = timing.pair(one.take.film, one.take.file, one.seed)
    lag = told["lag_ms"]
    found = {"onset_f": told["f"], "onset_f_chance": told["f_chance"], "av_align": told["av_align"],
             "av_align_chance": told["av_align_chance"]}  # fmt: skip
    return found | ({} if lag is None else {"lag_abs_ms": abs(lag)})


BY_TAKE: dict[str, Callable[[Heard], dict[str, float]]] = {
    "time": _time,
    "loudness": _loudness,
    "length": _length,
    "structure": _structure,
    "agreement": _agreement,
    "sync": _sync,
}
