"""The `foley` engine: an effect plan to sound, by parametric sound models, with distance, motion and space.

Every event is played near and dry by its model, brought to one loudness, and then set into its scene (`assemble`).
"""

from __future__ import annotations

import numpy as np

from soundwright import foley
from soundwright.dsp import envelopes, units
from soundwright.engines.contract import Card, Licence, Take, Task
from soundwright.errors import BadRequest
from soundwright.foley.match import knobs_of, match, near
from soundwright.foley.model import SoundModel
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.seed import stream

LOOP_OVERLAP_S = 1.0
WAVER = 0.05  # share of a knob's range by which repeats of one sound differ


class FoleyEngine:
    """Sound effects from parametric models: nothing to download, any length to ten minutes, seamless loops."""

    card = Card(
        name="foley",
        about="sound effects by parametric models of how sounds come about",
        verbs=("effect",),
        rate=48_000,
        channels=2,
        longest_s=LONGEST_S,
        licence=Licence("Apache-2.0", commercial=True),
    )

    def render(self, task: Task, tell: Progress) -> Take:
        """An `EffectPlan` as `round(duration_s * rate)` frames, with one stem a sound; the stems sum to the audio.

        Raises `BadRequest` when the plan is no effect plan or names a sound model that does not exist.
        """
        from soundwright.assemble import scene  # brings in scipy.signal, which reading the card must not

        plan = task.plan
        if not isinstance(plan, EffectPlan):
            raise BadRequest("the foley engine plays effect plans (EffectPlan), not other documents")
        rate = int(task.options.get("rate", self.card.rate))
        n, loop = units.frames(task.duration_s or plan.duration_s, rate), plan.loop or task.loop
        table = foley.table()
        models = [_model(event, table) for event in plan.events]

        def play(number: int, event: EffectEvent, whole: bool, lead: int) -> np.ndarray:
            sound = _played(event, models[number], n, rate, task.seed, whole, lead)
            return scene.at_reference(sound, rate)

        audio, stems = scene.render(plan, play, n, rate, loop, tell)
        events = [
            {"model": model.name, "start_s": event.start_s, "knobs": event.knobs}
            for event, model in zip(plan.events, models, strict=True)
        ]
        used = {"models": sorted({model.name for model in models}), "space": plan.space, "events": events}
        return Take(audio, stems, used)


def _model(event: EffectEvent, table: dict[str, SoundModel]) -> SoundModel:
    if not event.model:
        return match(event.sound).model
    if event.model not in table:
        raise BadRequest(f"there is no sound model {event.model!r}; did you mean {', '.join(near(event.model))}?")
    return table[event.model]


def _played(event: EffectEvent, model: SoundModel, n: int, rate: int, seed: int, whole: bool, lead: int) -> np.ndarray:
    """The model's sound, `[2, frames]`; a bed of a loop is made to meet itself."""
    rng = stream(seed, "foley", event.take or event.sound)
    knobs = knobs_of(model, event.sound)[0] | event.knobs
    unknown = set(event.knobs) - {knob.name for knob in model.knobs}
    if unknown:
        known = ", ".join(knob.name for knob in model.knobs)
        raise BadRequest(f"the sound {model.name!r} has no knob {sorted(unknown)[0]!r}; it has {known or 'none'}")
    for knob in model.knobs:
        counts = float(knob.default).is_integer() and knob.high - knob.low > 2
        if knob.name not in event.knobs and event.layer == "spot" and not counts:
            waver = rng.uniform(-WAVER, WAVER) * (knob.high - knob.low)
            knobs[knob.name] = knobs.get(knob.name, knob.default) + waver
    overlap = min(round(LOOP_OVERLAP_S * rate), n // 3) if whole else 0
    frames = n + overlap if whole else max(round((event.duration_s or model.natural_s) * rate), 16) + lead
    x = foley.render(model, knobs, frames, rate, rng)
    if model.kind == "texture" and not whole:
        x = envelopes.fade(x[:, :frames], rate, 0.02 if event.start_s < 0.1 else 0.4, 0.4)
    return envelopes.seamless(x[:, :frames], overlap) if whole else x
