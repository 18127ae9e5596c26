"""Plans over HTTP: written or read and checked, without a sound being made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest
from soundwright.request import MusicRequest
from soundwright.serve import asks
from soundwright.serve.answers import PlanAnswer


def made(asked: dict[str, Any], longest_s: float) -> PlanAnswer:
    """The plan of what was asked. Raises `BadRequest` where a job with it would fail."""
    from soundwright import direct, engines, studio
    from soundwright.direct import song
    from soundwright.plan import sections

    request = asks.request_of(asked, lambda id: id)
    spans: list[tuple[float, float]] = []
    if isinstance(request, MusicRequest):
        plan = studio.plan_music(request)
        song.check(engines.card(direct.chosen(request.engine, "music")), plan, request.form, request.guide)
        spans = sections.spans(plan)
    else:
        plan = studio.plan_effect(request)  # type: ignore[arg-type]
    if plan.duration_s > longest_s:
        raise BadRequest(f"{plan.duration_s:g} seconds are more than the {longest_s:g} that are made at a time here")
    warnings = [f"these words moved nothing: {', '.join(plan.ignored)}"] if plan.ignored else []
    data = plan.model_dump(mode="json")
    return PlanAnswer(verb=asked["verb"], plan=data, yaml=studio.plan_text(plan), spans=spans, warnings=warnings)


def check_section(sound: Path, asked: dict[str, Any]) -> None:
    """Raise `BadRequest` unless a sound that the service made is a song with the section that is asked for."""
    from soundwright.deliver import beside
    from soundwright.plan import document, sections

    then = beside.facts(sound)
    if "sections:" not in then.get("plan", ""):
        raise BadRequest("source: that job made no song, and has no sections")
    plan = document.read(then["plan"])
    if text := asked.get("plan"):
        asks.check_plan(text)
        plan = beside.song_plan(sound, then, f"{text}\n", plan.duration_s)
    sections.found(plan, asked["section"])
