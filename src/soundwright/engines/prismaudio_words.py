"""A cue plan as the paragraph that PrismAudio was trained to hear: what sounds, when, how, and where, in that order."""

from __future__ import annotations

import re

from soundwright.plan.cues import Cue, CuePlan

# How the plan's author came to a cue: notes for whoever edits it, and no description.
NOTES = re.compile(
    r"^named by the description: |^a \w+ that nobody named$|, says the author$|, \d+% sure, says [\w.-]+$"
    r"|^\w+, \d+% sure$"
    r"|^moved from .* to what was measured$|^told by the author, not measured$"
    r"|^strength [\d.]+ of the film's strongest$|^\d+% from the left, "
)
STRENGTHS = ((0.45, "soft"), (0.75, ""), (1.01, "hard"))  # intensities below which a sound is called so
SIDES = ((-0.25, "on the left"), (0.25, "in the middle"), (1.01, "on the right"))
DISTANCES = ((2.0, "close"), (6.0, "a few steps away"), (25.0, "at some distance"), (5001.0, "far away"))
TOLD = 12  # times of one sound; of more, the first, the last and how many


def spoken(plan: CuePlan, prompt: str = "") -> str:
    """The paragraph of a plan whose times are those of the clip; of an empty one, a plain request."""
    cues: dict[str, list[Cue]] = {}
    for cue in sorted(plan.cues, key=lambda one: one.at_s):
        cues.setdefault(cue.sound, []).append(cue)
    parts = (*_what(plan, prompt, cues), *_when(plan, cues), *_how(cues), *_where(plan, cues))
    return " ".join(_sentence(part) for part in dict.fromkeys(parts) if part.strip()) or "The sound of what is seen."


def _what(plan: CuePlan, prompt: str, cues: dict[str, list[Cue]]) -> list[str]:
    ambiences = [scene.ambience for scene in plan.scenes if scene.ambience]
    heard = [*cues, *dict.fromkeys(ambiences)]
    return [prompt or plan.prompt, f"the sound of {_listed(heard)}" if heard else "", *_notes(cues, "what")]


def _when(plan: CuePlan, cues: dict[str, list[Cue]]) -> list[str]:
    told = [f"{sound} {_times(those)}" for sound, those in cues.items()]
    told += [f"{one.ambience} from {one.start_s:.1f} to {one.end_s:.1f} seconds" for one in plan.scenes if one.ambience]
    return [*told, *_notes(cues, "when")]


def _how(cues: dict[str, list[Cue]]) -> list[str]:
    told = []
    for sound, those in cues.items():
        words = dict.fromkeys(_word(cue.intensity, STRENGTHS) for cue in those)
        words |= dict.fromkeys(note for cue in those if (note := _note(cue.how)))
        if said := ", ".join(word for word in words if word):
            told.append(f"{sound}: {said}")
    return told


def _where(plan: CuePlan, cues: dict[str, list[Cue]]) -> list[str]:
    told = []
    for sound, those in cues.items():
        places = dict.fromkeys(f"{_word(one.pan, SIDES)}, {_word(one.distance_m, DISTANCES)}" for one in those)
        told.append(f"{sound} {_listed(list(places))}")
    return [*told, "" if plan.space == "dry" else f"all of it in a place like this: {plan.space}",
            *_notes(cues, "where")]  # fmt: skip


def _times(cues: list[Cue]) -> str:
    times = [f"{cue.at_s:.2f}" for cue in cues]
    if len(times) > TOLD:
        return f"{len(times)} times between {times[0]} and {times[-1]} seconds"
    ends = [f" until {cue.end_s:.2f}" if cue.end_s else "" for cue in cues]
    return f"at {_listed([at + end for at, end in zip(times, ends, strict=True)])} seconds"


def _notes(cues: dict[str, list[Cue]], part: str) -> list[str]:
    return [note for those in cues.values() for cue in those if (note := _note(getattr(cue, part)))]


def _note(text: str) -> str:
    return "" if NOTES.search(text) else text


def _word(value: float, table: tuple[tuple[float, str], ...]) -> str:
    return next((word for below, word in table if value < below), table[-1][1])


def _listed(words: list[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1]) if len(words) > 1 else words)


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
