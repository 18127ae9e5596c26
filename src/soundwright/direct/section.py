"""One section of a finished song played anew, by any engine: every sample outside of it stays as it is.

    plays the plan itself (`score`)  the whole once more, of which the section is taken
    can repaint                      a repaint, which hears what is before and after
    can go on with a sound           goes on from what is before
    plays nothing but pieces         the section by itself, as loud as the one before it was

The seams lie inside the section (see `assemble.paste`). Of a loop, what lies beyond its ends is the other end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from soundwright.assemble.paste import paste
from soundwright.audio import Audio
from soundwright.direct import listen, song
from soundwright.dsp import loudness
from soundwright.dsp.units import gain
from soundwright.engines import Card, Engine, Take, Task
from soundwright.errors import BadRequest
from soundwright.plan import caption, sections
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

MOST_DB = 24.0  # a section by itself is made louder or softer by so much at the most


def check(card: Card, prompt: str, negative: str) -> None:
    """Raise `BadRequest` for words to an engine that reads none, before anything loads."""
    if not card.checkpoints and (prompt or negative):
        raise BadRequest(
            f"{card.name} plays the plan, not words: change the section there (energy, chords, play, styles), or give "
            "--style or --lyrics"
        )


def replaced(engine: Engine, task: Task, number: int, tell: Progress, *, rerolls: int = listen.REROLLS) -> Take:
    """The "source" of a task with section `number` (from 0 on) of its song plan played anew, at the source's rate and
    channels; every other sample is the source's own. `used` tells where and how.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    task, notes = song.heeded(engine.card, task)
    place = _Place.of(task, number)
    way = next(name for name, (able, _) in WAYS.items() if able(engine.card, place))
    take = WAYS[way][1](engine, task, place, tell, rerolls)
    whole = place.back(paste(place.source, take.audio, [place.span_s]))
    start_s, end_s = sections.spans(task.plan)[number]
    name = task.plan.sections[number].name
    told = {"section": name, "start_s": round(start_s, 3), "end_s": round(end_s, 3), "way": way}
    notes += listen.note(take.used, f"the section {name}")
    used = take.used | {"replaced": told} | ({"notes": [*notes, *take.used.get("notes", ())]} if notes else {})
    return Take(whole, used=used)


@dataclass(frozen=True)
class _Place:
    """A section in its song: of a loop the source is turned by `turned` frames, so that it has a before and an after.
    `first` and `last` are frames of the turned source."""

    number: int
    source: Audio
    first: int
    last: int
    turned: int = 0

    @classmethod
    def of(cls, task: Task, number: int) -> _Place:
        source = task.sources["source"]
        first, last = (min(round(edge * source.rate), source.frames) for edge in sections.spans(task.plan)[number])
        if task.plan.ending != "loop":
            return cls(number, source, first, last)
        turned = (source.frames - first - last) // 2
        return cls(number, _turned(source, turned), first + turned, last + turned, turned)

    @property
    def span_s(self) -> tuple[float, float]:
        return self.first / self.source.rate, self.last / self.source.rate

    @property
    def length_s(self) -> float:
        return (self.last - self.first) / self.source.rate

    def back(self, whole: Audio) -> Audio:
        """What was made, as long as the source, turned back to where it begins."""
        return _turned(whole, -self.turned)

    def cut(self, first: int, last: int) -> Audio:
        return Audio(self.source.samples[:, first:last], self.source.rate)

    def laid(self, made: Audio, first: int) -> Audio:
        """The source with a sound laid over it from a frame on, at its rate and channels."""
        made = made.at(self.source.rate)
        made = made.mono() if self.source.channels == 1 else made.stereo()
        whole = self.source.samples.copy()
        room = min(made.frames, self.source.frames - first)
        rows = [channel % made.channels for channel in range(self.source.channels)]
        whole[:, first : first + room] = made.samples[rows, :room]
        return Audio(whole, self.source.rate)


def _turned(audio: Audio, frames: int) -> Audio:
    return Audio(np.roll(audio.samples, frames, axis=1), audio.rate) if frames else audio


def _played(engine: Engine, task: Task, place: _Place, tell: Progress, rerolls: int) -> Take:
    options = task.options | {"stems": False}
    plain = Task("music", task.plan, task.plan.duration_s, task.seed, task.prompt, task.loop, options)
    take = engine.render(plain, tell)
    whole = take.audio.at(place.source.rate).fitted(place.source.frames)
    return replace(take, audio=_turned(whole, place.turned))


def _repainted(engine: Engine, task: Task, place: _Place, tell: Progress, rerolls: int) -> Take:
    """Heard with as much of the song about it as the engine takes in."""
    source, rate = place.source, place.source.rate
    spare = min(int(engine.card.longest_s * rate), source.frames) - (place.last - place.first)
    begin = max(0, min(place.first - spare // 2, source.frames - spare - (place.last - place.first)))
    end = begin + spare + place.last - place.first
    span_s = (place.first - begin) / rate, (place.last - begin) / rate
    plan = _edit(engine.card, task.plan, place, verb="repaint", regions=[span_s], duration_s=(end - begin) / rate)
    take = listen.render(engine, _task(task, plan, place.cut(begin, end)), tell, rerolls)
    return replace(take, audio=place.laid(take.audio, begin))


def _gone_on(engine: Engine, task: Task, place: _Place, tell: Progress, rerolls: int) -> Take:
    rate = place.source.rate
    heard = place.cut(max(0, place.first - round(_context_s(engine.card) * rate)), place.first)
    plan = _edit(engine.card, task.plan, place, verb="extend", right_s=place.length_s,
                 duration_s=heard.duration_s + place.length_s)  # fmt: skip
    take = listen.render(engine, _task(task, plan, heard), tell, rerolls)
    return replace(take, audio=place.laid(take.audio, place.first - heard.frames))


def _alone(engine: Engine, task: Task, place: _Place, tell: Progress, rerolls: int) -> Take:
    plan = sections.only(task.plan, place.number, place.length_s)
    sources = {name: sound for name, sound in task.sources.items() if name != "source"}
    one = Task("music", plan, plan.duration_s, task.seed, plan.prompt, options=task.options, sources=sources)
    form = "whole" if plan.duration_s <= engine.card.longest_s else "sections"
    take = song.perform(engine, one, tell, form=form, rerolls=rerolls)
    made = take.audio.at(place.source.rate).fitted(place.last - place.first)
    level_db = _lufs(place.cut(place.first, place.last)) - _lufs(made)
    factor = gain(np.clip(level_db, -MOST_DB, MOST_DB)) if np.isfinite(level_db) else 1.0
    return replace(take, audio=place.laid(Audio(made.samples * np.float32(factor), made.rate), place.first))


WAYS = {  # the first that an engine can
    "played": (lambda card, place: not card.checkpoints, _played),
    "repainted": (lambda card, place: "repaint" in card.verbs and place.length_s < card.longest_s, _repainted),
    "gone on": (
        lambda card, place: "extend" in card.verbs and place.first and place.length_s < card.longest_s - song.CONTEXT_S,
        _gone_on,
    ),
    "alone": (lambda card, place: True, _alone),
}


def _context_s(card: Card) -> float:
    return min(song.CONTEXT_S, card.longest_s * (1 - song.LEAST_NEW))


def _edit(card: Card, plan: SongPlan, place: _Place, **how: Any) -> EditPlan:
    """An edit that the section's own words go into."""
    one = sections.only(plan, place.number)
    negative = ", ".join(one.without) if card.gives("negative") else ""
    words = caption.caption(one, one.prompt)
    return EditPlan(source="", prompt=words, negative=negative, lyrics=caption.lyrics(one), **how)


def _task(task: Task, plan: EditPlan, source: Audio) -> Task:
    return replace(task, verb=plan.verb, plan=plan, duration_s=plan.duration_s, prompt=plan.prompt, loop=False,
                   sources=task.sources | {"source": source})  # fmt: skip


def _lufs(audio: Audio) -> float:
    """Integrated loudness; -inf for silence and what is too short to tell."""
    try:
        return loudness.integrated(audio.samples, audio.rate)
    except BadRequest:
        return -np.inf
