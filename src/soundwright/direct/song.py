"""A song plan by any engine, of any length: whole where the engine can, else section by section.

    sections ─► parts no longer than the engine plays ─► each goes on from those before it (its `extend`),
                                                         or they overlap and are joined on the beat

A guide is the plan played by the `score` engine; engines follow it as a melody or as the source of a cover, which gives
chords, beat and melody to models that take none. What an engine plays is heard before it is kept (see `listen`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np

from soundwright import engines
from soundwright.audio import Audio
from soundwright.direct import listen
from soundwright.direct.kept import Kept, key
from soundwright.engines import Card, Engine, Take, Task
from soundwright.errors import BadRequest
from soundwright.plan import caption, sections
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import SongPlan
from soundwright.progress import Progress

CONTEXT_S = 20.0  # of what is there already, an engine hears so much when it goes on
LEAST_NEW = 0.4  # of the engine's longest: at least so much of it is new
OVERLAP_S = 2.0  # of parts that are joined
PARTS_TIMED = "Soundwright: the parts of the song are timed, the lines within them are not"


@dataclass(frozen=True)
class Part:
    """A stretch of the piece that is made in one go: of which section, from 0 on, and when."""

    section: int
    start_s: float
    end_s: float

    def share(self, plan: SongPlan) -> tuple[float, float]:
        """Where in its section it begins and ends, 0 to 1."""
        start_s, end_s = sections.spans(plan)[self.section]
        return (self.start_s - start_s) / (end_s - start_s), (self.end_s - start_s) / (end_s - start_s)


def whole(card: Card, plan: SongPlan, asked: str) -> bool:
    """Whether an engine plays a plan in one go: as asked ("whole", "sections"), or where it can and nothing is lost.

    What an engine would hear through windows goes by sections, each of which is told what it is. Embedded engines and
    APIs follow sections by themselves. Raises `BadRequest` for a piece too long to be whole.
    """
    if asked == "whole" and plan.duration_s > card.longest_s:
        raise BadRequest(f"{card.name} plays at most {card.longest_s:g} s in one go: take --form sections")
    if not card.checkpoints or card.extra == "hosted" or asked == "whole":
        return True
    said = any(section.styles or section.without or section.prompt for section in plan.sections)
    return plan.duration_s <= card.window_s and asked == "auto" and not said


def check(card: Card, plan: SongPlan, form: str, guide: float) -> None:
    """Raise `BadRequest` for what an engine cannot do with a plan, before anything loads."""
    if not card.checkpoints and (form == "sections" or guide):
        raise BadRequest(
            f"{card.name} plays the plan itself, to any length: it takes no {'guide' if guide else 'form'}"
        )
    if guide:
        check_guide(card)
    if whole(card, plan, form) and plan.duration_s > card.longest_s:
        raise BadRequest(f"the engine {card.name} makes at most {card.longest_s:g} seconds, not {plan.duration_s:g}")


def perform(
    engine: Engine, task: Task, tell: Progress, *, form: str = "auto", guide: float = 0.0, rerolls: int = listen.REROLLS
) -> Take:
    """A song task by an engine, `round(duration_s * rate)` frames of its rate.

    `guide` 0 to 1 is how closely the plan, played by `score`, is followed; a take, or a section, that loops or falls
    silent is played anew up to `rerolls` times. Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    task, notes = heeded(engine.card, task)
    at_once = whole(engine.card, task.plan, form)
    if guide:
        take = _guided(engine, task, tell, guide, at_once, rerolls)
    elif at_once:
        take = listen.render(engine, task, tell, rerolls)
    else:
        take = _Song(engine, task, tell, rerolls).longer()
    notes += listen.note(take.used, "the piece")
    return replace(take, used=take.used | {"notes": [*notes, *take.used.get("notes", ())]}) if notes else take


def heeded(card: Card, task: Task) -> tuple[Task, list[str]]:
    """A task whose plan wants nothing away that an engine cannot be told of, and a note of what was left out."""
    plan: SongPlan = task.plan
    words = list(dict.fromkeys(word for one in (plan, *plan.sections) for word in one.without))
    if not words or not listen.heard(card) or card.gives("negative"):
        return task, []
    told = [section.model_copy(update={"without": []}) for section in plan.sections]
    plan = plan.model_copy(update={"without": [], "sections": told})
    return replace(task, plan=plan), [f"{card.name} cannot be told what not to play: {', '.join(words)}"]


def parts(plan: SongPlan, first_s: float, next_s: float) -> list[Part]:
    """The sections cut where they are longer than an engine plays: `first_s` from nothing, `next_s` after something.

    A cut falls on a bar where one is near.
    """
    made: list[Part] = []
    for number, (start, end) in enumerate(sections.spans(plan)):
        while True:
            most = next_s if made else first_s
            if end - start <= most:
                break
            cut = start + min(most, (end - start) / 2 if end - start < 2 * most else most)
            on_bar = np.floor(cut / plan.bar_s + 1e-9) * plan.bar_s
            cut = float(on_bar) if on_bar - start > most / 2 else cut
            made.append(Part(number, start, cut))
            start = cut
        made.append(Part(number, start, end))
    return made


@dataclass
class _Song:
    """One piece in the making, by one engine."""

    engine: Engine
    task: Task
    tell: Progress
    rerolls: int = listen.REROLLS
    guide: Audio | None = None
    closely: float = 0.0
    used: list[dict[str, Any]] = field(default_factory=list)

    @property
    def plan(self) -> SongPlan:
        return self.task.plan

    def longer(self) -> Take:
        """The whole piece from parts; they are kept until it is done."""
        kept = Kept(key(self.engine.card, self.task))
        extends = "extend" in self.engine.card.verbs and self.guide is None
        audio = self._grown(kept) if extends else self._joined(kept)
        kept.clear()
        audio = audio.fitted(round(self.plan.duration_s * audio.rate))
        return Take(audio, used=self._said("extend" if extends else "join"), extras=self._lyrics())

    def _lyrics(self) -> dict[str, bytes]:
        """Lyrics as LRC, all lines of a part at its beginning: that was planned and played so, while when a line is
        sung within it no engine here tells. None where the engine sings no lyrics, or there are none."""
        from soundwright.engines.score.lyrics import lrc

        rows = tuple((row["start_s"], " / ".join(row["lines"])) for row in self.used if row["lines"])
        if not rows or not self.engine.card.gives("lyrics"):
            return {}
        return {"lrc": lrc(self.plan.title, rows, self.plan.duration_s, by=PARTS_TIMED).encode()}

    def _grown(self, kept: Kept) -> Audio:
        """Each part goes on from the end of those before it."""
        longest_s = self.engine.card.longest_s
        context_s = min(CONTEXT_S, longest_s * (1 - LEAST_NEW))
        rows = parts(self.plan, longest_s, longest_s - context_s)
        whole = self._made(kept, rows, 0, self._section(rows[0], rows[0].end_s, 0))
        for at, part in enumerate(rows[1:], 1):
            whole = whole.fitted(round(part.start_s * whole.rate))
            new = round(part.end_s * whole.rate) - whole.frames
            heard = Audio(whole.samples[:, -round(context_s * whole.rate) :], whole.rate)
            longer = self._made(kept, rows, at, self._on(part, heard, new, at))
            whole = Audio(np.concatenate([whole.samples, longer.samples[:, heard.frames :]], axis=1), whole.rate)
        return whole

    def _joined(self, kept: Kept) -> Audio:
        """Parts that overlap, joined on the beat in the middle of their overlaps."""
        from soundwright.assemble.join import Joiner, join_stream

        longest_s = self.engine.card.longest_s
        rows = parts(self.plan, longest_s - OVERLAP_S, longest_s - OVERLAP_S)
        edges = [0.0, *(part.start_s for part in rows[1:]), self.plan.duration_s]
        half = [min(OVERLAP_S, part.end_s - part.start_s) / 2 for part in rows]
        joins = [min(a, b) for a, b in pairwise(half)]

        def made() -> Iterator[Audio]:
            for at, part in enumerate(rows):
                start_s = edges[at] - (joins[at - 1] if at else 0.0)
                end_s = edges[at + 1] + (joins[at] if at < len(joins) else 0.0)
                yield self._made(kept, rows, at, self._section(part, end_s - start_s, at, start_s))

        beat_s = self.plan.bar_s / self.plan.beats_per_bar
        sounds = made()
        first = next(sounds)
        stream = join_stream(
            Joiner(tuple(2 * join for join in joins), beat_s=beat_s),
            chain([first], sounds),
            first.rate,
            first.channels,
            lambda seam: self.used[-1].update(seam=round(seam.at_s, 3), lag_ms=round(seam.lag_ms, 1)),
        )
        return stream.collect()

    def _made(self, kept: Kept, rows: list[Part], at: int, task: Task) -> Audio:
        """A part, made or as it was kept."""
        name = key(self.engine.card, task, self.rerolls)
        part = rows[at]
        before = kept.get(name)
        if before:
            audio, used = before
        else:
            tell = self.tell.part("sections", at / len(rows), (at + 1) / len(rows), part.start_s)
            take = listen.render(self.engine, task, tell, self.rerolls)
            audio, used = take.audio, take.used
            kept.put(name, audio, used)
        self.tell("sections", (at + 1) / len(rows), part.end_s)
        section = self.plan.sections[part.section]
        self.used.append(
            {
                "section": section.name,
                "start_s": round(part.start_s, 3),
                "end_s": round(part.end_s, 3),
                "seed": used.get("seed", task.seed),
                **{name: used[name] for name in ("takes",) if name in used},
                "lines": sections.only(self.plan, part.section, share=part.share(self.plan)).sections[0].lyrics,
                "used": used,
            }
        )
        return audio

    def _section(self, part: Part, duration_s: float, at: int, start_s: float = 0.0) -> Task:
        """A part from nothing, or from the stretch of the guide that begins at `start_s`."""
        plan = sections.only(self.plan, part.section, duration_s, part.share(self.plan))
        task = replace(self.task, plan=plan, duration_s=duration_s, seed=self.task.seed + at, prompt=plan.prompt)
        if self.guide is None:
            return task
        first = round(start_s * self.guide.rate)
        heard = Audio(self.guide.samples[:, first:], self.guide.rate).fitted(round(duration_s * self.guide.rate))
        return followed(self.engine.card, task, heard, self.closely)

    def _on(self, part: Part, heard: Audio, frames: int, at: int) -> Task:
        """A part that goes on from what is heard before it."""
        section = sections.only(self.plan, part.section, share=part.share(self.plan))
        right_s = frames / heard.rate
        plan = EditPlan(
            verb="extend",
            source="",
            prompt=caption.caption(section, section.prompt),
            negative=", ".join(section.without) if self.engine.card.gives("negative") else "",
            lyrics=caption.lyrics(section),
            right_s=right_s,
            duration_s=heard.duration_s + right_s,
        )
        return _edit(self.task, plan, self.task.seed + at, heard)

    def _said(self, way: str) -> dict[str, Any]:
        """What the manifest says: what all parts share once, and each part."""
        rows = [{name: value for name, value in row.items() if name not in ("used", "lines")} for row in self.used]
        shared = {name: value for name, value in self.used[-1]["used"].items() if name not in ("takes", "seed")}
        notes = [note for row in rows for note in listen.note(row, f"the section {row['section']}")]
        return {**shared, "form": way, "sections": rows, **({"notes": notes} if notes else {})}


def _guided(engine: Engine, task: Task, tell: Progress, closely: float, at_once: bool, rerolls: int) -> Take:
    """A piece that follows its plan as `score` plays it."""
    card = engine.card
    if task.sources:
        raise BadRequest("a guide is a melody by itself: give --guide or --melody, not both")
    played = engines.load("score").render(
        Task("music", task.plan, task.duration_s, task.seed, task.prompt, task.loop), tell.part("guide", 0.0, 1.0)
    )
    if at_once:
        take = listen.render(engine, followed(card, task, played.audio, closely), tell, rerolls)
    else:
        take = _Song(engine, task, tell, rerolls, played.audio, closely).longer()
    return replace(take, used=take.used | {"guide": closely})


def check_guide(card: Card) -> None:
    """Raise `BadRequest` where an engine can follow no sound."""
    if not card.gives("melody") and "cover" not in card.verbs:
        able = [name for name in engines.who_can("cover") if "score" not in name]
        raise BadRequest(f"{card.name} follows no guide; these do: musicgen/melody, {', '.join(able)}")


def followed(card: Card, task: Task, guide: Audio, closely: float) -> Task:
    """A task that follows a sound of its length: as a melody where the engine knows those, else as a cover of it."""
    if card.gives("melody"):
        return replace(task, sources=task.sources | {"melody": guide}, options=task.options | {"follow": closely})
    plan: SongPlan = task.plan
    cover = EditPlan(
        verb="cover",
        source="",
        prompt=caption.caption(plan, task.prompt),
        negative=", ".join(plan.without) if card.gives("negative") else "",
        lyrics=caption.lyrics(plan),
        strength=1.0 - closely,
        duration_s=task.duration_s,
    )
    return _edit(task, cover, task.seed, guide)


def _edit(task: Task, plan: EditPlan, seed: int, source: Audio) -> Task:
    """An edit as a part of a song's task."""
    options = {name: value for name, value in task.options.items() if name != "stems"}
    return Task(plan.verb, plan, plan.duration_s, seed, plan.prompt, options=options, sources={"source": source})
