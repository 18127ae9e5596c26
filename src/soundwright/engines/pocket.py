"""The `pocket` engine: effects, variations, repaints and continuations by the generator that ships in the package.

It hears up to six seconds at once. What is longer is made in windows of four seconds, each of which hears two of what
is there already; a bed goes on from there as a texture. Everything is decoded in one go, so windows have no seams.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from soundwright.assemble.paste import alike, paste, placed
from soundwright.audio import Audio
from soundwright.dsp import envelopes, units
from soundwright.engines.contract import Card, Licence, Take, Task
from soundwright.errors import BadRequest
from soundwright.nets import pocket
from soundwright.nets import pocket_codec as codec
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.seed import stream

WHOLE, WINDOW, STEP = 75, 50, 25  # tokens: heard at once; of later windows, and how far each goes on
BED_S = 6.0  # of a bed that the generator makes itself
SPOT_S, SPOT_FADE_S = 2.5, 0.15
LONGEST_S = 120.0  # of a sound that is edited
LOOP_OVERLAP_S = 1.0
LATE_S = pocket.SPAN / pocket.FRAME_HZ * (WHOLE - WINDOW)  # where a later window lies in a sound that it knows


class PocketEngine:
    """A small neural generator: no download, no torch; variety and textures more than detail."""

    card = Card(
        name="pocket",
        about="effects, variations and repaints by a small neural generator inside the package",
        verbs=("effect", "cover", "repaint", "extend"),
        rate=codec.RATE,
        channels=2,
        longest_s=600.0,
        licence=Licence("Apache-2.0", commercial=True),
        inputs=("like", "words"),
    )

    def render(self, task: Task, tell: Progress) -> Take:
        """An `EffectPlan` or an `EditPlan` as sound; edits come back at their source's rate and channels.

        The source "like" of an effect is varied instead of made from nothing, `options["strength"]` says how far.
        Raises `BadRequest` for other plans and edits of more than two minutes, `CannotRun`, `Cancelled`.
        """
        look, story = pocket.ours()
        used = {"network": story | {"looks": pocket.STEPS}}
        if isinstance(task.plan, EditPlan):
            return Take(_edited(look, task.plan, task, tell), used=used)
        if not isinstance(task.plan, EffectPlan):
            raise BadRequest("the pocket engine plays effect plans and edits, not other documents")
        if "like" in task.sources:
            source = task.sources["like"].stereo().at(codec.RATE)
            varied = _varied(look, source, task.plan.prompt, float(task.options.get("strength", 0.5)), task.seed, tell)
            return Take(varied.fitted(units.frames(task.duration_s, codec.RATE)), used=used)
        audio, stems = _played(look, task.plan, task, tell)
        return Take(audio, stems, used)


def _played(look: pocket.Look, plan: EffectPlan, task: Task, tell: Progress) -> tuple[Audio, dict[str, Audio]]:
    from soundwright.assemble import scene
    from soundwright.library import texture

    rate = int(task.options.get("rate", codec.RATE))
    n, loop = units.frames(task.duration_s or plan.duration_s, rate), plan.loop or task.loop

    def play(number: int, event: EffectEvent, whole: bool, lead: int) -> np.ndarray:
        rng = stream(task.seed, "pocket", event.take or f"{event.sound} {number}")
        bed = event.layer == "bed"
        wanted_s = n / rate if whole else event.duration_s or (n / rate - event.start_s if bed else SPOT_S)
        made_s = min(wanted_s, BED_S) if bed else wanted_s
        wish = pocket.Wish(event.sound, made_s)
        if event.onsets_s:  # onsets alone are followed loosely, onsets with a level closely
            times = tuple(event.onsets_s)
            wish = replace(wish, onsets_s=times, energy_db=pocket.struck(times, made_s))
        canvas = Canvas.empty(made_s, wish)
        x = Audio(_sound(_filled(look, canvas, rng, tell), made_s, rng), codec.RATE).at(rate).samples
        if event.onsets_s:
            x = envelopes.dying(x, rate, event.onsets_s)
        if bed:
            overlap = min(round(LOOP_OVERLAP_S * rate), n // 3) if whole else 0
            x = texture.extend(x, n + overlap if whole else round(wanted_s * rate) + lead, rate, rng)
            if whole:
                return scene.at_reference(envelopes.seamless(x, overlap), rate)
            x = envelopes.fade(x, rate, 0.02 if event.start_s < 0.1 else 0.4, 0.4)
        else:
            x = np.pad(envelopes.fade(x, rate, 0.0, min(SPOT_FADE_S, made_s / 4)), ((0, 0), (lead, 0)))
        return scene.at_reference(x, rate)

    return scene.render(plan, play, n, rate, loop, tell)


def _edited(look: pocket.Look, plan: EditPlan, task: Task, tell: Progress) -> Audio:
    source = task.sources["source"]
    if plan.duration_s > LONGEST_S:
        raise BadRequest(f"the pocket engine edits sounds of up to {LONGEST_S:g} s, and this has {plan.duration_s:.0f}")
    if plan.verb == "cover":
        varied = _varied(look, source.stereo().at(codec.RATE), plan.prompt, plan.strength, task.seed, tell)
        return alike(varied, source).fitted(source.frames)
    canvas = Canvas.of(placed(source, plan.left_s, plan.duration_s, codec.RATE), plan.prompt)
    for span in plan.new:
        canvas.open(*span)
    rng = stream(task.seed, "pocket", plan.verb)
    made = _sound(_filled(look, canvas, rng, tell), plan.duration_s, rng)
    made = Audio(made, codec.RATE).at(source.rate).fitted(round(plan.duration_s * source.rate))
    return paste(source, made, plan.new, left_s=plan.left_s)


def _varied(look: pocket.Look, source: Audio, caption: str, strength: float, seed: int, tell: Progress) -> Audio:
    """Another take of a sound, as far from it as `strength` says, and as loud; 0 is the sound itself."""
    from soundwright.library.blend import pair

    if source.duration_s > LONGEST_S:
        raise BadRequest(f"the pocket engine varies sounds of up to {LONGEST_S:g} s, not {source.duration_s:.0f}")
    if strength <= 0 or not source.peak:
        return source
    canvas = Canvas.of(source, caption)
    canvas.kept[:] = False
    rng = stream(seed, "pocket", "vary")
    made = _sound(_filled(look, canvas, rng, tell, strength=strength), source.duration_s, rng)
    before, after = (pair.loudest(x, codec.RATE) for x in (source.samples, made))
    made = made * np.float32(before / max(after, 1e-9))
    return Audio(made * np.float32(min(1.0, max(source.peak, 0.98) / max(np.abs(made).max(), 1e-9))), codec.RATE)


# --- latents of any length


@dataclass(eq=False)
class Canvas:
    """A sound as latents `[frames, DIMS]`, of which those in `kept` `[frames]` are there already.

    `wish` says what the rest is to be; its times are those of the whole.
    """

    values: np.ndarray
    kept: np.ndarray
    wish: pocket.Wish

    @classmethod
    def empty(cls, seconds: float, wish: pocket.Wish) -> Canvas:
        frames = pocket.tokens_of(seconds) * pocket.SPAN
        return cls(np.zeros((frames, pocket.DIMS), np.float32), np.zeros(frames, bool), wish)

    @classmethod
    def of(cls, sound: Audio, caption: str) -> Canvas:
        canvas = cls.empty(sound.duration_s, pocket.Wish(caption, sound.duration_s))
        whole = sound.fitted(len(canvas.values) * codec.PATCH)
        canvas.values[:] = codec.encode(whole.samples, codec.ours())
        canvas.kept[:] = True
        return canvas

    def open(self, start_s: float, end_s: float) -> None:
        """Leave a span to be made."""
        first, last = int(start_s * pocket.FRAME_HZ), int(np.ceil(end_s * pocket.FRAME_HZ))
        self.kept[max(first, 0) : last] = False


def _filled(
    look: pocket.Look, canvas: Canvas, rng: np.random.Generator, tell: Progress, strength: float = 1.0
) -> np.ndarray:
    """The latents of a canvas with all that was open made; with a `strength` under 1, from what lies there."""
    values, kept = canvas.values.copy(), canvas.kept.copy()
    while not kept.all():
        start, end = _window(kept)
        first = start == 0
        part = slice(start, end)
        total = len(values) - start if first else len(values) - start + round(LATE_S * pocket.FRAME_HZ)
        onsets, level = canvas.wish.onsets_s, canvas.wish.energy_db
        wish = replace(
            canvas.wish,
            seconds=min(total, WHOLE * pocket.SPAN) / pocket.FRAME_HZ,
            start_s=0.0 if first else LATE_S,
            onsets_s=None if onsets is None else tuple(at - start / pocket.FRAME_HZ for at in onsets),
            energy_db=None if level is None else level[start:],
            known=values[part],
            kept=kept[part].astype(np.float32),
        )
        tokens = -(-(end - start) // pocket.SPAN)
        init = values[part] if strength < 1 else None
        made = pocket.sample(look, wish, tokens, rng, tell, init=init, strength=strength)
        values[part] = np.where(kept[part, None], values[part], made[: end - start])
        kept[part] = True
    return values


def _window(kept: np.ndarray) -> tuple[int, int]:
    """The frames that are made next: the first open ones, after as much as a later window hears of what precedes."""
    opened = int(np.argmin(kept))
    heard = (WINDOW - STEP) * pocket.SPAN
    if opened < heard and opened < WHOLE * pocket.SPAN - heard:
        return 0, min(WHOLE * pocket.SPAN, len(kept))
    start = opened - heard
    return start, min(start + WINDOW * pocket.SPAN, len(kept))


def _sound(latents: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    frames = round(seconds * codec.RATE)
    return codec.decode(latents, codec.ours(), frames, int(rng.integers(2**31)))
