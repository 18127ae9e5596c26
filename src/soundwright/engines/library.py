"""The `library` engine: an effect plan played by a person's own recordings, chosen, cut and set into the scene.

Each phrase of the plan is looked up in the index. A bed is a texture continued for as long as it lasts, without a
period; a spot is one event of a recording, cut to its onset and natural tail, never stretched. Repeats go round the
events of the recordings that fit, each a little higher or lower and softer or louder. Knobs of an event that this
engine knows: `semitones`, and `blend` (0 to 1), which bends it towards the next recording that fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from soundwright.engines.contract import Card, Licence, Take, Task
from soundwright.errors import BadRequest
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.seed import stream

SEMITONES, GAIN_DB = 0.35, 1.2  # by how much repeats differ
KNOBS = {"semitones": (-12.0, 12.0), "blend": (0.0, 1.0)}
LOOP_OVERLAP_S = 1.0
BED_FADE_S, CUT_FADE_S = 0.4, 0.12


class LibraryEngine:
    """Sound effects from one's own recordings; their licences are those of the sources that the manifest names."""

    card = Card(
        name="library",
        about="sound effects from your own recordings",
        verbs=("effect",),
        rate=48_000,
        channels=2,
        longest_s=LONGEST_S,
        licence=Licence("that of each recording", commercial=None, note="the manifest names every source"),
    )

    def render(self, task: Task, tell: Progress) -> Take:
        """An `EffectPlan` as `round(duration_s * rate)` frames, with one stem a sound; the stems sum to the audio.

        Options: `rate`, `library` (path of the index), `commercial` (only what its licence lets be sold). Raises
        `BadRequest` when the library is empty, has nothing that is allowed, or the plan is no effect plan.
        """
        from soundwright.assemble import scene
        from soundwright.dsp import units
        from soundwright.library import choose as choosing
        from soundwright.library.search import Library
        from soundwright.library.store import Store

        plan = task.plan
        if not isinstance(plan, EffectPlan):
            raise BadRequest("the library engine plays effect plans (EffectPlan), not other documents")
        for event in plan.events:
            if unknown := sorted(set(event.knobs) - set(KNOBS)):
                raise BadRequest(f"a recording has no knob {unknown[0]!r}; it has {', '.join(KNOBS)}")
        rate = int(task.options.get("rate", self.card.rate))
        n, loop = units.frames(task.duration_s or plan.duration_s, rate), plan.loop or task.loop
        tell("search")
        library = Library(Store(task.options.get("library")))
        parts = {(event.sound, event.layer) for event in plan.events}
        choices = {
            part: choosing.choose(library, *part, commercial=bool(task.options.get("commercial")))
            for part in sorted(parts)
        }
        rounds = {
            part: choosing.takes(one, rate, stream(task.seed, "library", *part), whole=part[1] == "bed")
            for part, one in choices.items()
        }
        played: list[dict[str, Any]] = []
        heard: dict[tuple[str, str, str], tuple[choosing.Take, bool]] = {}

        def play(number: int, event: EffectEvent, whole: bool, lead: int) -> np.ndarray:
            part = (event.sound, event.layer)
            name = event.take or f"{event.sound} {number}"  # events of one take are the same samples
            if (*part, name) not in heard:
                heard[(*part, name)] = (next(rounds[part]), all(known[:2] != part for known in heard))
            take, first = heard[(*part, name)]
            others = [take]
            if event.knobs.get("blend") and len(choices[part].found) > 1:
                others.append(_other(take, rounds[part]))
            played.append({"sound": event.sound, "layer": event.layer, "start_s": event.start_s,
                           "takes": [(one.found.entry.sha256, one.number) for one in others]})  # fmt: skip
            used.update({one.found.id: one.found.entry for one in others})
            rng = stream(task.seed, "library", *part, name)
            return scene.at_reference(_sounded(event, others, n, rate, whole, lead, first, rng), rate)

        used: dict[int, Any] = {}
        audio, stems = scene.render(plan, play, n, rate, loop, tell)
        notes = [f"{part[0]}: nothing in the library is near it; {_name(one)} was the nearest" for part, one in
                 choices.items() if not one.sure]  # fmt: skip
        notes += [f"{entry.path}: its licence is not known" for entry in used.values()
                  if task.options.get("commercial") and entry.commercial is None]  # fmt: skip
        facts = {"sources": [_source(entry) for entry in used.values()], "space": plan.space, "events": played}
        return Take(audio, stems, facts | ({"notes": notes} if notes else {}))


def _sounded(
    event: EffectEvent, takes: list, n: int, rate: int, whole: bool, lead: int, first: bool, rng: np.random.Generator
) -> np.ndarray:
    """An event's own sound `[2, frames]`: a texture as long as it lasts, or a take, shifted and blended."""
    from soundwright.dsp import envelopes
    from soundwright.library import texture
    from soundwright.library.blend import blend

    x = takes[0].samples
    if len(takes) > 1:
        x = blend(x, takes[1].samples, rate, float(np.clip(event.knobs["blend"], *KNOBS["blend"])), "body")
    drift = rng.uniform(-SEMITONES, SEMITONES) if event.layer == "spot" and not first else 0.0
    x = _shifted(x, rate, event.knobs.get("semitones", 0.0) + drift)
    if event.layer == "bed":
        overlap = min(round(LOOP_OVERLAP_S * rate), n // 3) if whole else 0
        frames = n + overlap if whole else round((event.duration_s or x.shape[1] / rate) * rate) + lead
        x = texture.extend(x, frames, rate, rng)
        if whole:
            return envelopes.seamless(x, overlap)
        return envelopes.fade(x, rate, 0.02 if event.start_s < 0.1 else BED_FADE_S, BED_FADE_S)
    if event.duration_s is not None and event.duration_s * rate < x.shape[1]:
        x = envelopes.fade(x[:, : max(round(event.duration_s * rate), 16)], rate, 0.0, CUT_FADE_S)
    if not first:
        x = x * np.float32(10 ** (rng.uniform(-GAIN_DB, GAIN_DB) / 20))
    return np.pad(x, ((0, 0), (lead, 0))) if lead else x


def _shifted(x: np.ndarray, rate: int, semitones: float) -> np.ndarray:
    """x played faster or slower, as a tape is: higher and shorter, or lower and longer; its onset stays where it is."""
    if abs(semitones) < 0.01:
        return x
    import soxr

    return np.ascontiguousarray(soxr.resample(x.T, rate, rate * 2 ** (-semitones / 12), quality="HQ").T, np.float32)


def _other(take, takes: Iterator):
    """The next take that is of another recording."""
    return next(one for one in takes if one.found.id != take.found.id)


def _name(choice) -> str:
    from pathlib import Path

    return Path(choice.found[0].entry.path).name


def _source(entry) -> dict[str, Any]:
    """What the manifest says of a source."""
    return {
        "path": entry.path,
        "sha256": entry.sha256,
        "licence": entry.licence or "not known",
        "author": entry.author or "not known",
        "commercial": entry.commercial,
    }
