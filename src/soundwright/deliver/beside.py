"""What stands beside a finished song: its manifest, and its plan, which a person may have edited since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.deliver import manifest
from soundwright.errors import BadRequest
from soundwright.plan import document, sections
from soundwright.plan.song import SongPlan

NEAR_S = 0.01  # formats that are not exact to the sample may be so much off their plan


def facts(sound: Path) -> dict[str, Any]:
    """The manifest of a sound file; nothing where there is none."""
    path = sound.with_name(f"{sound.name}.json")
    return manifest.read(path) if path.is_file() else {}


def song_plan(sound: Path, told: dict[str, Any], asked: str | None, duration_s: float) -> SongPlan:
    """The song plan of a sound file of `duration_s`: the one that is `asked` for, else `song.plan.yaml` beside it, else
    that of its manifest, `told`.

    Raises `BadRequest` where there is none, and where its sections lie elsewhere than they are heard.
    """
    path = sound.with_suffix(".plan.yaml")
    where = asked or (str(path) if path.is_file() else told.get("plan", ""))
    if not where:
        raise BadRequest(f"no plan says where the sections of {sound} are: there is no {path.name}; name one: --plan")
    plan = document.read(where)
    if abs(plan.duration_s - duration_s) > NEAR_S:
        raise BadRequest(f"the plan lasts {plan.duration_s:g} s and {sound} lasts {duration_s:.3f} s: it is another's")
    then = told.get("plan", "")
    if "sections:" in then and sections.spans(document.read(then)) != sections.spans(plan):
        raise BadRequest(f"the sections of the plan lie elsewhere than those of {sound}: keep tempo, metre and bars")
    return plan
