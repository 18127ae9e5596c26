"""The way of the data: a request becomes a plan, an engine's take, a finished master, a piece to deliver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright import config, direct, engines
from soundwright.audio import Audio
from soundwright.deliver.piece import Piece
from soundwright.engines import Engine, Take, Task
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.request import AnyRequest, EditRequest, EffectRequest, MusicRequest, text_or_file


def music(request: MusicRequest, tell: Progress | None = None, *, stems: bool = True) -> Piece:
    """A piece of music: planned, played, finished. Without `stems` a long piece needs half the memory.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    from soundwright.direct import song

    tell = tell or Progress()
    tell("plan")
    _check_preset(request.preset)
    plan = plan_music(request)
    engine = direct.cast(request.engine, "music", 0.0, commercial=request.commercial)
    song.check(engine.card, plan, request.form, request.guide)
    if request.composer and engine.card.name != "score":
        raise BadRequest(f"the engine {engine.card.name} writes no notes, so there is no composer to choose")
    options = {"stems": stems, **options_of(engine, request)}
    if not engine.card.checkpoints:
        options["soundfont"] = _soundfont(request.soundfont)
    sources = _sources(engine, melody=request.melody, reference=request.reference)
    task = Task("music", plan, plan.duration_s, request.seed, request.prompt, plan.ending == "loop", options, sources)
    return _perform(engine, task, request, tell, lambda: song.perform(
        engine, task, tell, form=request.form, guide=request.guide, rerolls=request.rerolls))  # fmt: skip


def edit(request: EditRequest, tell: Progress | None = None) -> Piece:
    """An edit of a sound file by an engine that can. A repaint or an extension keeps every sample of its source outside
    the new spans, so it is not mastered again; the other edits are.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    from soundwright.deliver import encode

    tell = tell or Progress()
    tell("plan")
    if request.section:
        return _section(request, tell)
    source = encode.read(Path(request.source).expanduser())
    plan = plan_edit(request, source.duration_s)
    engine = direct.cast(request.engine, plan.verb, plan.duration_s, commercial=request.commercial)
    sources = {"source": source, **_sources(engine, reference=request.reference)}
    options = options_of(engine, request)
    task = Task(plan.verb, plan, plan.duration_s, request.seed, request.prompt, options=options, sources=sources)
    return _perform(engine, task, request, tell)


def _section(request: EditRequest, tell: Progress) -> Piece:
    """A finished song with one section of its plan played anew; what is not asked for is as it was when it was made."""
    from soundwright.deliver import beside, encode, manifest
    from soundwright.direct import section
    from soundwright.plan import document, sections

    if request.verb != "repaint" or request.regions:
        raise BadRequest("a section is repainted, and it says where: give either a section or --from and --to")
    path = Path(request.source).expanduser()
    source, made = encode.read(path), beside.facts(path)
    plan = beside.song_plan(path, made, request.plan, source.duration_s)
    number = sections.found(plan, request.section)
    plan = sections.revised(plan, number, prompt=request.prompt, styles=request.styles, without=request.negative,
                            lyrics=text_or_file(request.lyrics))  # fmt: skip
    plan = document.read(document.write(plan))  # which says what is wrong with a new wish
    name = made.get("engine", {}).get("name", "auto") if request.engine == "auto" else request.engine
    engine = direct.cast(name, "music", 0.0, commercial=request.commercial)
    section.check(engine.card, request.prompt, request.negative)
    request = _as_then(request, made, engine)
    options = options_of(engine, request)
    options.pop("negative", None)  # the plan says it
    if not engine.card.checkpoints:
        options["soundfont"] = _soundfont(made.get("request", {}).get("soundfont"))
    sources = {"source": source, **_sources(engine, reference=request.reference)}
    task = Task("repaint", plan, source.duration_s, request.seed, plan.prompt, plan.ending == "loop", options, sources)

    def play() -> Take:
        take = section.replaced(engine, task, number, tell, rerolls=request.rerolls)
        told = take.used["replaced"] | {"source_sha256": manifest.of_file(path, None)["sha256"]}
        return replace(take, used=take.used | {"replaced": told})

    return _perform(engine, task, request, tell, play)


def _as_then(request: EditRequest, made: dict[str, Any], engine: Engine) -> EditRequest:
    """A request with what it leaves open filled in from a manifest: the next seed, and how the same engine was set."""
    then = made.get("request", {})
    filled: dict[str, Any] = {"engine": engine.card.name}
    if "seed" not in request.model_fields_set:
        filled["seed"] = then.get("seed", 0) + 1
    if made.get("engine", {}).get("name") == engine.card.name:
        names = ("weights", "strategy", "steps", "guidance", "lora")
        filled |= {name: then[name] for name in names if then.get(name) and getattr(request, name) is None}
    return request.model_copy(update=filled)


def plan_edit(request: EditRequest, source_s: float):
    """The edit plan of a request for a source of `source_s` seconds. Raises `BadRequest` for what does not fit it."""
    from pydantic import ValidationError

    from soundwright.deliver import manifest
    from soundwright.plan.edit import EditPlan
    from soundwright.request import first_fault

    shared = request.model_dump(include={"verb", "prompt", "negative", "left_s", "right_s", "strength"})
    try:
        return EditPlan(
            **shared,
            source=request.source,
            source_sha256=manifest.of_file(Path(request.source).expanduser(), None)["sha256"],
            styles=list(request.styles),
            lyrics=text_or_file(request.lyrics),
            regions=list(request.regions),
            tracks=list(request.tracks),
            duration_s=request.left_s + source_s + request.right_s,
        )
    except ValidationError as error:
        raise BadRequest(first_fault(error)) from None


def options_of(engine: Engine, request: AnyRequest) -> dict[str, Any]:
    """What is asked of an engine with weights. Raises `BadRequest` where an embedded engine cannot take it."""
    names = ("weights", "device", "vram", "strategy", "steps", "guidance", "lora")
    asked = {name: value for name in names if (value := getattr(request, name)) is not None}
    if request.commercial or config.read().commercial:
        asked["commercial"] = True
    if not engine.card.checkpoints and (unfit := sorted(set(asked) & set(names))):
        raise BadRequest(f"the engine {engine.card.name} has no weights, so there is no {unfit[0]} to set")
    for name in ("lora", "negative"):
        if getattr(request, name) and engine.card.checkpoints:
            _must_give(engine, name)
            asked[name] = getattr(request, name)
    return asked


def _must_give(engine: Engine, what: str) -> None:
    """Raise `BadRequest` naming those that can where a checkpoint does not understand an input."""
    if engine.card.gives(what):
        return
    every = [address for name in engines.ENGINES for address in engines.addresses(name)]
    can = [address for address in every if engines.card(address).gives(what)]
    raise BadRequest(f"the engine {engine.card.name} takes no {what}; these do: {', '.join(can) or 'none'}")


def _sources(engine: Engine, **files: str | None) -> dict[str, Audio]:
    """The sounds that steer an engine, by role. Raises `BadRequest` where its checkpoint follows none."""
    from soundwright.deliver import encode

    named = {role: path for role, path in files.items() if path}
    for role in named:
        _must_give(engine, role)
    return {role: encode.read(Path(path).expanduser()) for role, path in named.items()}


def _check_preset(name: str) -> None:
    """Raise `BadRequest` for a preset that is not in the table, before anything is played."""
    from soundwright.finish.presets import preset

    if name:
        preset(name)


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
    _check_preset(request.preset)
    pieces = []
    like = _like(request)
    for index in range(request.variations):
        tell("plan", index / request.variations)
        one = request.model_copy(update={"seed": request.seed + index, "variations": 1})
        plan = plan_effect(one, like.duration_s if like else None)
        engine = direct.cast(_player(request), "effect", plan.duration_s, commercial=request.commercial)
        options = options_of(engine, request) | ({"strength": request.strength} if like else {})
        sources = {"like": like} if like else {}
        task = Task("effect", plan, plan.duration_s, one.seed, request.prompt, plan.loop, options, sources)
        own = tell.part("render", index / request.variations, (index + 1) / request.variations)
        pieces.append(_perform(engine, task, one, own))
    return pieces


def plan_music(request: MusicRequest):
    """The song plan of a request: read from its document, or written from its prompt."""
    from soundwright.plan import author, document

    if request.plan is not None:
        plan = document.read(request.plan)
        if request.duration_s not in (None, plan.duration_s):
            raise BadRequest(f"the plan lasts {plan.duration_s:g} s: change its duration_s, or leave out the duration")
        return plan.model_copy(update={"melody_by": request.composer}) if request.composer else plan
    return author.write_song(
        request.prompt,
        duration_s=request.duration_s,
        seed=request.seed,
        loop=request.loop,
        styles=request.styles,
        negative=request.negative,
        lyrics=text_or_file(request.lyrics),
        composer=request.composer,
    )


def _player(request: EffectRequest) -> str:
    """Who is asked for an effect: of one that is to be like a file, somebody who can vary it."""
    if not request.like or request.engine != "auto":
        return request.engine
    return next(name for name in engines.who_can("effect") if engines.card(name).gives("like"))


def _like(request: EffectRequest) -> Audio | None:
    """The sound that is to be varied, if any. Raises `BadRequest` for an engine that cannot and for plans."""
    if not request.like:
        return None
    engine = engines.load(_player(request))
    found = _sources(engine, like=request.like)["like"]
    if request.plan is not None or request.loop:
        raise BadRequest("a file is varied (--like) as it is: leave out the plan and the loop")
    return found


def plan_effect(request: EffectRequest, like_s: float | None = None):
    """The effect plan of a request: read from its document, or written from its prompt; `like_s` is how long the
    sound is that it is to be like."""
    from soundwright.plan import effect, effect_document

    if request.plan is not None:
        return effect_document.read(request.plan)
    if like_s is not None:
        words = request.prompt or Path(request.like or "").stem
        plan = effect.plain(words, duration_s=request.duration_s or like_s, seed=request.seed)
        return plan.model_copy(update={"prompt": request.prompt})
    engine = direct.chosen(request.engine, "effect")
    if engine == "library":
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
    card = engines.card(engine)
    if card.checkpoints or (card.gives("words") and not effect.known(request.prompt)):
        return effect.plain(request.prompt, duration_s=request.duration_s, seed=request.seed, loop=request.loop)
    return effect.write_effect(
        request.prompt,
        duration_s=request.duration_s,
        seed=request.seed,
        loop=request.loop,
        negative=request.negative,
    )


def plan_text(plan) -> str:
    """A plan as the YAML document that `--plan` reads."""
    from soundwright.plan import document, edit, effect_document
    from soundwright.plan.song import SongPlan

    if isinstance(plan, edit.EditPlan):
        return edit.write(plan)
    return document.write(plan) if isinstance(plan, SongPlan) else effect_document.write(plan)


def again(path: str | Path, tell: Progress | None = None) -> tuple[Piece, bool]:
    """Make the piece of a manifest again; says whether its samples are the same as then."""
    from soundwright.deliver import manifest

    then = manifest.read(Path(path))
    if then["task"] == "bounce":
        from soundwright import bouncing

        piece = bouncing.again(then)
        return piece, piece.manifest["samples_sha256"] == then.get("samples_sha256")
    if then["task"] not in ("music", "effect"):
        return _edit_again(then, tell)
    varied = then["request"].get("like")  # from a file, which its plan does not tell
    asked = then["request"] if varied else dict(then["request"], plan=then["plan"])
    if then["task"] == "music":
        piece = music(MusicRequest(**asked), tell)
    else:
        piece = effect(EffectRequest(**asked), tell)[0]
    return piece, piece.manifest["samples_sha256"] == then.get("samples_sha256")


def _edit_again(then: dict[str, Any], tell: Progress | None) -> tuple[Piece, bool]:
    """An edit made again, from the same source. Raises `BadRequest` when the source is gone or is another."""
    from soundwright.deliver import manifest
    from soundwright.plan import edit as edits

    if "verb" not in then["request"]:
        raise BadRequest(f"a manifest of {then['task']} says what was measured, not how to make it again")
    source, section = Path(then["request"]["source"]).expanduser(), then["request"].get("section")
    sha256 = then["used"]["replaced"]["source_sha256"] if section else edits.read(then["plan"]).source_sha256
    if not source.is_file():
        raise BadRequest(f"the source of the edit is gone: there is no file {source}")
    if sha256 and manifest.of_file(source, None)["sha256"] != sha256:
        raise BadRequest(f"{source} is not the file that was edited then: its SHA-256 differs")
    piece = edit(EditRequest(**then["request"], plan=then["plan"] if section else None), tell)
    return piece, piece.manifest["samples_sha256"] == then.get("samples_sha256")


KEPT = ("repaint", "extend")  # edits whose source stays as it is, bit for bit
RATE = 48_000  # of what is delivered, where an engine has a rate of its own


def _perform(
    engine: Engine,
    task: Task,
    request: MusicRequest | EffectRequest | EditRequest,
    tell: Progress,
    play: Callable[[], Take] | None = None,
) -> Piece:
    """Render, finish, and gather the facts: what every verb shares. `play` renders otherwise than the engine would."""
    from soundwright.finish import finish
    from soundwright.finish.meter import meter as read_meters

    tell("render")
    take = play() if play else engine.render(task, tell)
    _check_length(take, task)
    tell("finish", 0.0, task.duration_s)
    if task.verb in KEPT:
        master, numbers, gain_db = take.audio, read_meters(take.audio).numbers(), 0.0
    else:
        sound = _deliverable(take.audio, task.duration_s) if engine.card.checkpoints else take.audio
        preset = getattr(request, "preset", "") or None
        master, report = finish(sound, "effect" if task.verb == "effect" else "music", loop=task.loop, preset=preset)
        numbers, gain_db = report.numbers(), report.gain_db
    stems = {name: _louder(_deliverable(stem, task.duration_s), gain_db) for name, stem in take.stems.items()}
    plan = plan_text(task.plan)
    facts: dict[str, Any] = {
        "task": task.verb,
        "title": getattr(task.plan, "title", "") or request.prompt or "untitled",
        "request": request.model_dump(mode="json", exclude={"plan"}),
        "plan": plan,
        "engine": {"name": engine.card.name, "licence": engine.card.licence.name, "weights": engine.card.weights},
        "used": take.used,
        "measured": numbers,
        "stage_times_s": {stage: round(seconds, 3) for stage, seconds in tell.done().items()},
    }
    return Piece(master, plan, stems, take.extras, facts)


def _deliverable(audio: Audio, duration_s: float) -> Audio:
    """Stereo at the rate of delivery, with exactly the frames of the duration."""
    return audio.stereo().at(RATE).fitted(round(duration_s * RATE))


def _check_length(take: Take, task: Task) -> None:
    wanted = round(task.duration_s * take.audio.rate)
    if take.audio.frames != wanted:
        raise AssertionError(f"the engine gave {take.audio.frames} frames where {wanted} were planned")


def _louder(stem: Audio, gain_db: float) -> Audio:
    from soundwright.dsp.units import gain

    return replace(stem, samples=stem.samples * gain(gain_db))
