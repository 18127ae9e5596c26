"""Stability: Stable Audio 2.5, music and effects up to 190 s, covers, repaints and extensions.

`POST /v2beta/audio/stable-audio-2/{text-to-audio, audio-to-audio, inpaint}`, forms that answer with the sound itself
(platform.stability.ai/docs/api-reference; field ranges as Comfy-Org/ComfyUI keeps them in apis/stability_api.py). Times
are whole seconds there: a mask is widened to them, and only the asked span is taken from what comes back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from soundwright.assemble.paste import lay, paste
from soundwright.audio import Audio
from soundwright.engines.contract import Task
from soundwright.engines.hosted import sections, sound, wire
from soundwright.errors import BadRequest
from soundwright.plan import caption
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectPlan
from soundwright.plan.song import SongPlan

BASE, VENDOR, KEY = "https://api.stability.ai", "Stability", "STABILITY_API_KEY"
PATH = "v2beta/audio/stable-audio-2"
MODEL, RATE = "stable-audio-2.5", 44_100
SEEDS = 4_294_967_294  # the highest; 0 would mean any
SHORTEST_SOURCE_S, LONGEST_S = 6.0, 190.0
RANGES = {"steps": (4, 8), "guidance": (1.0, 25.0)}
FIELDS = {"steps": "steps", "guidance": "cfg_scale"}


def make(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """A song, an effect, or an edit; a repaint and an extension come at their source's rate and channels."""
    asked = _asked(task)
    facts = {name: value for name, value in asked.items() if name != "prompt"}
    if isinstance(task.plan, EditPlan):
        return _edit(task.plan, task.sources["source"], asked, tell), facts
    return _sound("text-to-audio", asked, task.duration_s, None, tell), facts


def _asked(task: Task) -> dict[str, Any]:
    """The fields that all three forms share. Raises `BadRequest` for a number that the API does not take."""
    numbers = {}
    for name, (low, high) in RANGES.items():
        if (value := task.options.get(name)) is not None:
            if not low <= value <= high:
                raise BadRequest(f"hosted/stability takes {name} from {low:g} to {high:g}, not {value:g}")
            numbers[FIELDS[name]] = value
    seed = task.seed % SEEDS + 1
    return {"prompt": _words(task), "model": MODEL, "output_format": "wav", "seed": seed, **numbers}


def _words(task: Task) -> str:
    plan = task.plan
    if isinstance(plan, EffectPlan):
        return sections.effect(plan, task.prompt)
    if isinstance(plan, (SongPlan, EditPlan)):
        return caption.caption(plan, task.prompt or getattr(plan, "prompt", "")) or "music"
    raise BadRequest("hosted/stability plays song plans, effect plans and edits")


def _edit(plan: EditPlan, source: Audio, asked: dict[str, Any], tell: Callable[[], None]) -> Audio:
    """A cover in one request; a repaint or an extension in one for each span, each hearing those before it."""
    lasts_s = plan.duration_s if plan.verb != "cover" else source.duration_s
    if not SHORTEST_SOURCE_S <= lasts_s <= LONGEST_S:
        raise BadRequest(f"hosted/stability edits {SHORTEST_SOURCE_S:g} to {LONGEST_S:g} s of sound, not {lasts_s:.3g}")
    if plan.verb == "cover":
        strength = max(0.01, plan.strength)  # both: 0 the source, 1 anything
        return _sound("audio-to-audio", asked | {"strength": strength}, plan.duration_s, source, tell)
    frames = round(plan.duration_s * RATE)
    canvas = _canvas(source, plan.left_s, frames)
    for number, (start_s, end_s) in enumerate(plan.new):
        mask = {"mask_start": math.floor(start_s), "mask_end": min(math.ceil(end_s), int(LONGEST_S))}
        seed = {"seed": (asked["seed"] - 1 + number) % SEEDS + 1}
        made = _sound("inpaint", asked | mask | seed, plan.duration_s, canvas, tell)
        canvas = lay(canvas, made.stereo().at(RATE).fitted(frames), (start_s, end_s))
    whole = canvas.at(source.rate).fitted(round(plan.duration_s * source.rate))
    return paste(source, whole, plan.new, left_s=plan.left_s)


def _sound(
    form: str, asked: dict[str, Any], duration_s: float, source: Audio | None, tell: Callable[[], None]
) -> Audio:
    """One request; the sound is whole seconds long, and at least as long as asked."""
    secret = wire.key(KEY, VENDOR)
    base = wire.base("SOUNDWRIGHT_STABILITY_URL", BASE)
    api = wire.Api(VENDOR, base, (KEY,), {"Authorization": f"Bearer {secret}", "Accept": "audio/*"}, (secret,))
    fields = asked | {"duration": min(max(1, math.ceil(duration_s)), int(LONGEST_S))}
    parts: dict[str, Any] = {name: (None, str(value)) for name, value in fields.items()}  # multipart without a file too
    if source is not None:
        parts["audio"] = ("source.wav", sound.wav(source.stereo().at(RATE)), "audio/wav")
    return sound.decoded(api.post(f"{PATH}/{form}", tell, files=parts), VENDOR)


def _canvas(source: Audio, left_s: float, frames: int) -> Audio:
    """The source in its place in the result, stereo at the API's rate, with silence where there is nothing yet."""
    placed = source.stereo().at(RATE).samples
    lead = np.zeros((2, round(left_s * RATE)), np.float32)
    return Audio(np.concatenate([lead, placed], axis=1), RATE).fitted(frames)
