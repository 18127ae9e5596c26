"""The way of the data: a request becomes a plan, an engine's take, a finished master, a piece to deliver."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright import direct
from soundwright.audio import Audio, Stream
from soundwright.deliver.piece import Piece
from soundwright.engines import Engine, Take, Task
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.request import EffectRequest, MusicRequest, text_or_file

if TYPE_CHECKING:
    from soundwright.finish.meter import Reading


def music(request: MusicRequest, tell: Progress | None = None, *, stems: bool = True) -> Piece:
    """A piece of music: planned, played, finished. Without `stems` a long piece needs half the memory.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    tell = tell or Progress()
    tell("plan")
    plan = plan_music(request)
    engine = direct.cast(request.engine, "music", plan.duration_s)
    options = {"stems": stems, "soundfont": _soundfont(request.soundfont)}
    task = Task("music", plan, plan.duration_s, request.seed, request.prompt, plan.ending == "loop", options)
    return _perform(engine, task, request, tell)


def _soundfont(asked: str | None) -> str | None:
    """The soundfont to play with: the one asked for, an installed one, or none where `asked` is "none"."""
    from soundwright.instruments.soundfont import checked, find_soundfont

    if asked == "none":
        return None
    if asked:
        return str(checked(Path(asked).expanduser()))
    found = find_soundfont()
    return str(found) if found else None


def effect(request: EffectRequest, tell: Progress | None = None) -> list[Piece]:
    """The asked number of variations of a sound effect, each from its own seed."""
    tell = tell or Progress()
    pieces = []
    for index in range(request.variations):
        tell("plan", index / request.variations)
        one = request.model_copy(update={"seed": request.seed + index, "variations": 1})
        plan = plan_effect(one)
        engine = direct.cast(request.engine, "effect", plan.duration_s)
        options = {"commercial": True} if request.commercial else {}
        task = Task("effect", plan, plan.duration_s, one.seed, request.prompt, plan.loop, options)
        pieces.append(_perform(engine, task, one, tell))
    return pieces


def plan_music(request: MusicRequest):
    """The song plan of a request: read from its document, or written from its prompt."""
    from soundwright.plan import author, document

    if request.plan is not None:
        plan = document.read(request.plan)
        if request.duration_s not in (None, plan.duration_s):
            raise BadRequest(f"the plan lasts {plan.duration_s:g} s: change its duration_s, or leave out the duration")
        return plan
    return author.write_song(
        request.prompt,
        duration_s=request.duration_s,
        seed=request.seed,
        loop=request.loop,
        styles=request.styles,
        negative=request.negative,
        lyrics=text_or_file(request.lyrics),
    )


def plan_effect(request: EffectRequest):
    """The effect plan of a request: read from its document, or written from its prompt."""
    from soundwright.plan import effect, effect_document

    if request.plan is not None:
        return effect_document.read(request.plan)
    if request.engine == "library":
        from soundwright.library import author
        from soundwright.library.search import Library
        from soundwright.library.store import Store

        return author.write(
            Library(Store()),
            request.prompt,
            duration_s=request.duration_s,
            seed=request.seed,
            loop=request.loop,
            negative=request.negative,
            commercial=request.commercial,
        )
    return effect.write_effect(
        request.prompt,
        duration_s=request.duration_s,
        seed=request.seed,
        loop=request.loop,
        negative=request.negative,
    )


def plan_text(plan) -> str:
    """A plan as the YAML document that `--plan` reads."""
    from soundwright.plan import document, effect_document
    from soundwright.plan.song import SongPlan

    return document.write(plan) if isinstance(plan, SongPlan) else effect_document.write(plan)


def again(path: str | Path, tell: Progress | None = None) -> tuple[Piece, bool]:
    """Make the piece of a manifest again; says whether its samples are the same as then."""
    from soundwright.deliver import manifest

    then = manifest.read(Path(path))
    asked = dict(then["request"], plan=then["plan"])
    if then["task"] == "music":
        piece = music(MusicRequest(**asked), tell)
    else:
        piece = effect(EffectRequest(**asked), tell)[0]
    return piece, piece.manifest["samples_sha256"] == then.get("samples_sha256")


def _perform(engine: Engine, task: Task, request: MusicRequest | EffectRequest, tell: Progress) -> Piece:
    """Render, finish, and gather the facts: what every verb shares."""
    from soundwright.finish import finish

    tell("render")
    take = engine.render(task, tell)
    _check_length(take, task)
    tell("finish", 0.0, task.duration_s)
    master, report = finish(take.audio, task.verb, loop=task.loop)
    stems = {name: _louder(stem, report.gain_db) for name, stem in take.stems.items()}
    plan = plan_text(task.plan)
    facts: dict[str, Any] = {
        "task": task.verb,
        "title": getattr(task.plan, "title", "") or request.prompt or "untitled",
        "request": request.model_dump(mode="json", exclude={"plan"}),
        "plan": plan,
        "engine": {"name": engine.card.name, "licence": engine.card.licence.name, "weights": engine.card.weights},
        "used": take.used,
        "measured": report.numbers(),
        "stage_times_s": {stage: round(seconds, 3) for stage, seconds in tell.done().items()},
    }
    return Piece(master, plan, stems, take.extras, facts)


def _check_length(take: Take, task: Task) -> None:
    wanted = round(task.duration_s * take.audio.rate)
    if take.audio.frames != wanted:
        raise AssertionError(f"the engine gave {take.audio.frames} frames where {wanted} were planned")


def _louder(stem: Audio, gain_db: float) -> Audio:
    from soundwright.dsp.units import gain

    return replace(stem, samples=stem.samples * gain(gain_db))


LONG_S = 1200.0  # a file longer than this is never held whole: it is mastered in blocks and written as WAV


def finish_file(
    source: Path,
    out: Path,
    *,
    preset: str,
    reference: Path | None = None,
    loudness_lufs: float | None = None,
    ceiling_dbtp: float | None = None,
    bits: int = 24,
    rate: int | None = None,
    tell: Progress | None = None,
) -> tuple[list[Path], dict[str, Any]]:
    """Master a file made by anything into `out`; returns the paths written and the facts of the manifest.

    Files over `LONG_S` stay in bounded memory, and then `out` must be WAV. Raises `BadRequest`, `CannotRun`.
    """
    from soundwright.deliver import encode, long
    from soundwright.finish import finish, finish_stream

    tell = tell or Progress()
    tell("finish")
    wanted: dict[str, Any] = {
        "preset": preset,
        "loudness_lufs": loudness_lufs,
        "ceiling_dbtp": ceiling_dbtp,
        "bits": bits,
    }
    if reference is not None:
        wanted["reference"] = encode.read(reference)
    facts: dict[str, Any] = {
        "task": "finish",
        "title": source.stem,
        "request": {"source": source.name, **{k: v for k, v in wanted.items() if k != "reference"}},
    }
    if long.seconds(source) > LONG_S and rate is None:
        stream, report = finish_stream(lambda: Stream.read(source), **wanted)
        tell("write")
        facts["measured"] = report.numbers()
        return long.save(stream, out, long.frames(source), facts, bits), facts
    audio = encode.read(source)
    master, report = finish(audio.at(rate or audio.rate), **wanted)
    tell("write", 0.0, master.duration_s)
    facts["measured"] = report.numbers()
    return Piece(master, "", facts=facts).save(out, bits=bits), facts


def meter(path: Path) -> Reading:
    """What the meters read of a sound file, in bounded memory where libsndfile knows the format."""
    from soundwright.deliver import encode, long
    from soundwright.finish.meter import meter as read_meters

    return read_meters(Stream.read(path) if long.frames(path) else encode.read(path))
