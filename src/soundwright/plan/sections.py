"""A song plan section by section: when each is heard, and the plan of one alone, for engines that know only a piece."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from soundwright.errors import BadRequest
from soundwright.plan.names import nearest
from soundwright.plan.song import Section, SongPlan

ENERGY = ((0.3, "calm, sparse"), (0.6, "moderate energy"), (0.8, "energetic"), (1.1, "full energy, intense"))


def spans(plan: SongPlan) -> list[tuple[float, float]]:
    """When each section is heard, in seconds, end to end; the ring of the ending belongs to the last."""
    edges = [0.0]
    for section in plan.sections:
        edges.append(edges[-1] + section.bars * plan.bar_s)
    edges[-1] = plan.duration_s
    return list(pairwise(edges))


def words(section: Section) -> str:
    """What a section is, in words: its name, its energy, how that moves, what is wanted there."""
    energy = next(text for most, text in ENERGY if section.energy < most)
    moves = {"crescendo": ", building up", "diminuendo": ", winding down", "swell": ", swelling"}
    wanted = f", {section.prompt}" if section.prompt else ""
    return f"{section.name}, {energy}{moves.get(section.dynamics, '')}{wanted}"


def only(
    plan: SongPlan, number: int, duration_s: float | None = None, share: tuple[float, float] = (0.0, 1.0)
) -> SongPlan:
    """The plan of one section (from 0 on) as a piece of its own, `duration_s` long, else as it is heard.

    Its styles are the section's and the whole's, and its prompt names the section. `share` is the part of the section
    that is meant: so many of its lines are sung.
    """
    section, (start_s, end_s) = plan.sections[number], spans(plan)[number]
    said = plan.prompt or plan.title
    first, last = (round(edge * len(section.lyrics)) for edge in share)
    return plan.model_copy(
        update={
            "duration_s": duration_s or end_s - start_s,
            "key": section.key or plan.key,
            "styles": list(dict.fromkeys([*section.styles, *plan.styles])),
            "without": list(dict.fromkeys([*section.without, *plan.without])),
            "sections": [section.model_copy(update={"lyrics": section.lyrics[first:last]})],
            "ending": plan.ending if number + 1 == len(plan.sections) else "loop",
            "prompt": f"{said}, {words(section)}",
        }
    )


def revised(
    plan: SongPlan, number: int, *, prompt: str = "", styles: Iterable[str] = (), without: str = "", lyrics: str = ""
) -> SongPlan:
    """The plan with new wishes for one section (from 0 on): words and lyrics instead of its own, styles and what is not
    wanted beside them. The same wishes again change nothing."""
    section = plan.sections[number]
    wishes = {
        "prompt": prompt or section.prompt,
        "styles": list(dict.fromkeys([*styles, *section.styles])),
        "without": list(dict.fromkeys([*([without] if without else []), *section.without])),
        "lyrics": [line for line in lyrics.splitlines() if line.strip()] or section.lyrics,
    }
    rows = [*plan.sections]
    rows[number] = section.model_copy(update=wishes)
    return plan.model_copy(update={"sections": rows})


def found(plan: SongPlan, asked: str) -> int:
    """The number, from 0 on, of the section that is meant by its number from 1 on or by its name.

    Raises `BadRequest` for none, and for a name that several have.
    """
    names = [section.name for section in plan.sections]
    if asked.isdigit():
        if 1 <= int(asked) <= len(names):
            return int(asked) - 1
        raise BadRequest(f"there is no section {asked}; the plan has {len(names)}: {', '.join(names)}")
    those = [at for at, name in enumerate(names) if name.lower() == asked.lower()]
    if len(those) == 1:
        return those[0]
    if those:
        numbers = ", ".join(str(at + 1) for at in those)
        raise BadRequest(f"{len(those)} sections are called {asked!r}: say which by its number, {numbers}")
    raise BadRequest(f"there is no section {asked!r}{nearest(asked, names)}; there are {', '.join(names)}")
