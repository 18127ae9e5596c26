"""A song plan, or an edit, as one caption: what engines that know only text are told."""

from __future__ import annotations

from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan


def caption(plan: SongPlan | EditPlan, prompt: str, *, facts: bool = True) -> str:
    """The prompt, the styles it lacks and, with `facts`, tempo, key and metre where they are not said yet."""
    said = prompt or getattr(plan, "prompt", "") or getattr(plan, "title", "")
    parts = [said, *(style for style in plan.styles if style.lower() not in said.lower())]
    if isinstance(plan, SongPlan) and facts:
        if "bpm" not in said.lower():
            parts.append(f"{plan.tempo_bpm:.0f} bpm")
        if plan.key.lower() not in said.lower():
            parts.append(plan.key)
    return ", ".join(part for part in parts if part)


def unwanted(plan: SongPlan | EditPlan, negative: str = "") -> str:
    """What should not be heard, as a negative prompt."""
    words = plan.without if isinstance(plan, SongPlan) else [plan.negative]
    return ", ".join(dict.fromkeys(word for word in (negative, *words) if word))


def lyrics(plan: SongPlan | EditPlan) -> str:
    """Lyrics with their section tags ("[verse]" and so on), or "" where nobody sings."""
    if isinstance(plan, EditPlan):
        return plan.lyrics
    sung = [f"[{section.name}]\n" + "\n".join(section.lyrics) for section in plan.sections if section.lyrics]
    return "\n\n".join(sung)
