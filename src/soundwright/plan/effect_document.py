"""Effect plans as YAML a person can edit: one event to a line, and messages that name the line.

`read(write(plan)) == plan` for every plan.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from soundwright.plan.document import flow, parse, slip, source
from soundwright.plan.effect import EffectEvent, EffectPlan


def write(plan: EffectPlan) -> str:
    """The plan as YAML; what an event has by default is left out."""
    data = plan.model_dump(mode="json")
    lines = [f"{name}: {flow(value)}" for name, value in data.items() if name not in ("events", "understood")]
    if plan.understood:
        lines += ["understood:", *(f"  {flow(name)}: {flow(value)}" for name, value in plan.understood.items())]
    lines.append("events:")
    lines += [f"  - {flow(event.model_dump(mode='json', exclude_defaults=True))}" for event in plan.events]
    return "\n".join(lines) + "\n"


def read(path_or_text: str | Path) -> EffectPlan:
    """The plan in a file, or in a text of several lines. Raises `BadRequest` naming file, line and field."""
    where, text = source(path_or_text)
    data, lines = parse(text, where)
    try:
        return EffectPlan.model_validate(data)
    except ValidationError as error:
        raise slip(error, lines, where, lambda path: EffectEvent if path[0] == "events" else EffectPlan) from None
