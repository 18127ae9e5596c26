"""Engines compared on the same prompts: every take made or found made, then measured, ranked and shown on one page.

In the folder stand `takes/ENGINE/PROMPT.01.wav`, each with its manifest, and `report.html`, `results.json` and
`results.csv`. A run that was stopped goes on where it was when it is asked for again: a take whose manifest tells the
same request is not made twice (see `jobs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright import engines, jobs
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.evaluate import embedders, sets, suite, suite_page
from soundwright.evaluate.suite import FAMILIES, Suite
from soundwright.evaluate.suite_takes import Take
from soundwright.jobs import Job
from soundwright.progress import Progress
from soundwright.request import EffectRequest, MusicRequest

OURS = ("id", "tags")  # what a line may say beside a job's fields
GIVEN = {"engine": "engines are given with --engine", "out": "files are named by the prompts' ids"}
CANNOT_RUN = CannotRun.exit_code


@dataclass(frozen=True)
class Prompt:
    """One line: its name, its tags, and the fields of a job."""

    id: str
    tags: tuple[str, ...]
    fields: dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is to be compared and measured; empty `families` and `heard_by` mean all that applies."""

    engines: tuple[str, ...]
    takes: int = 1
    seed: int = 0
    families: tuple[str, ...] = ()
    heard_by: tuple[str, ...] = ()
    reference: Path | None = None
    device: str | None = None
    devices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """What came of the making: takes that stand, engines that could not run and why, takes that failed and why."""

    takes: list[Take]
    absent: dict[str, str]
    failed: list[dict[str, Any]]


def read(path: Path) -> list[Prompt]:
    """The prompts of a file of JSON lines: jobs without `out` and `engine`, with `id` and `tags` where wanted.

    Raises `BadRequest` that names the line.
    """
    from soundwright.deliver.files import slug

    prompts: dict[str, int] = {}
    found = []
    for number, fields in jobs.lines(path):
        with jobs.at_line(path, number):
            for name, why in GIVEN.items():
                if name in fields:
                    raise BadRequest(f"{name!r} has no place here: {why}")
            name, tags = fields.get("id", f"{number:03d}"), fields.get("tags", [])
            if not isinstance(name, str) or not name or slug(name, 64) != name:
                raise BadRequest(f"the id {name!r} names files: lower-case letters, digits and hyphens, 64 at most")
            if name in prompts:
                raise BadRequest(f"the id {name!r} is that of line {prompts[name]} already")
            if not isinstance(tags, list) or not all(isinstance(tag, str) and tag for tag in tags):
                raise BadRequest('"tags" is a list of words')
            own = {key: value for key, value in fields.items() if key not in OURS}
            jobs.job(own, Path("take.wav"))
        prompts[name] = number
        found.append(Prompt(name, tuple(tags), own))
    if not found:
        raise BadRequest(f"{path} holds no prompts")
    return found


def compare(prompts: Sequence[Prompt], wish: Wish, folder: Path, tell: Progress) -> dict[str, Any]:
    """Make what is missing, measure all of it, and write the report to `folder`; its numbers, as `results.json`.

    Engines that cannot run here are told with the reason, the others are compared. Raises `BadRequest`; `CannotRun`
    when none can run or what is asked to be measured cannot be; `Cancelled`, and then what was made stands.
    """
    families, listeners, said = _chosen(prompts, wish)
    reference = sets.gather(wish.reference, tell) if wish.reference else None
    try:
        run = made(prompts, wish, folder, tell)
    except Cancelled:
        raise Cancelled(f"cancelled; the takes in {folder} stand, and the same command goes on from them") from None
    if not run.takes:
        told = "; ".join(f"{engine}: {why}" for engine, why in run.absent.items())
        raise CannotRun(f"no engine could make any of the prompts: {told}")
    heard_by = [embedders.load(name, device=wish.device) for name in listeners]
    found = suite.measured(run.takes, families, heard_by, reference, tell, seed=wish.seed)
    found.warnings[:0] = said
    asked = {"prompts": len(prompts), "takes": wish.takes, "seed": wish.seed,
             "reference": str(wish.reference) if wish.reference else None}  # fmt: skip
    heard = {by.name: {"version": by.version, "weights_sha256": by.weights} for by in heard_by}
    facts = {"asked": asked, "engines": _licences(run, found), "absent": run.absent, "failed": run.failed,
             "embedders": heard}  # fmt: skip
    return suite_page.write(found, facts, folder)


def made(prompts: Sequence[Prompt], wish: Wish, folder: Path, tell: Progress) -> Run:
    """Every prompt by every engine, engine by engine so that a model is loaded once."""
    run = Run([], {}, [])
    for number, engine in enumerate(wish.engines):
        rows = [row for prompt in prompts for row in _jobs(prompt, engine, wish, folder) if _does(engine, row[0].verb)]
        if not rows:
            verbs = sorted({str(prompt.fields.get("verb", "music")) for prompt in prompts})
            run.absent[engine] = f"makes no {' and no '.join(verbs)}"
            continue
        own = tell.part(engine, number / len(wish.engines), (number + 1) / len(wish.engines))
        why = ""
        for verb in dict.fromkeys(job.verb for job, _ in rows):
            why = _make([row for row in rows if row[0].verb == verb], wish, run, own) or why
        if not any(take.engine == engine for take in run.takes):
            run.absent[engine] = why
            run.failed[:] = [row for row in run.failed if row["engine"] != engine]
    order = {prompt.id: at for at, prompt in enumerate(prompts)}
    run.takes.sort(key=lambda take: (order[take.prompt], wish.engines.index(take.engine), take.number))
    return run


def _make(rows: list[tuple[Job, Take]], wish: Wish, run: Run, tell: Progress) -> str:
    """Make one engine's takes of one verb into `run`; the first reason why one failed.

    Where the first of them cannot run here (no weights, no memory), the others are not tried.
    """
    takes = {str(job.out): take for job, take in rows}
    why, stands = "", 0
    for row in jobs.do_all([job for job, _ in rows], list(wish.devices), tell):
        take = takes[row["out"]]
        if not row["exit_code"]:
            stands += 1
            run.takes.append(_timed(take))
            continue
        why = why or row["said"]
        run.failed.append({"engine": take.engine, "prompt": take.prompt, "take": take.number, "said": row["said"]})
        if row["exit_code"] == CANNOT_RUN and not stands:
            break
    return why


def _jobs(prompt: Prompt, engine: str, wish: Wish, folder: Path) -> list[tuple[Job, Take]]:
    """The jobs of one prompt by one engine: a take for each seed from the line's, or the suite's, upwards."""
    from soundwright.deliver.files import slug

    verb, first = prompt.fields.get("verb", "music"), int(prompt.fields.get("seed", wish.seed))
    film = Path(prompt.fields["video"]).expanduser() if verb == "soundtrack" else None
    found = []
    for number in range(1, wish.takes + 1):
        seed = first + number - 1
        out = folder / "takes" / slug(engine) / f"{prompt.id}.{number:02d}{film.suffix if film else '.wav'}"
        job = jobs.job({**prompt.fields, "engine": engine, "seed": seed}, out)
        of = job.request
        fresh = of if isinstance(of, MusicRequest | EffectRequest) else None
        found.append((job, Take(engine, prompt.id, number, seed, verb, of.prompt, out, fresh and fresh.duration_s,
                                bool(fresh and fresh.loop), film, prompt.tags)))  # fmt: skip
    return found


def _timed(take: Take) -> Take:
    """With how long its stages took when it was made, be that now or before a kill."""
    from dataclasses import replace

    from soundwright.deliver import manifest

    return replace(take, stages_s=manifest.read(take.file.with_name(f"{take.file.name}.json")).get("stage_times_s", {}))


def _does(engine: str, verb: str) -> bool:
    """Whether an engine, or one of its checkpoints, makes what a line asks for; a soundtrack is made of effects too."""
    every = [engine] if "/" in engine else engines.addresses(engine)
    verbs = {verb, "effect"} if verb == "soundtrack" else {verb}
    return any(verbs & set(engines.card(address).verbs) for address in every)


def _chosen(prompts: Sequence[Prompt], wish: Wish) -> tuple[list[str], list[str], list[str]]:
    """The families that are measured, the embedders that hear, and what is left out and why.

    Raises `BadRequest` and `CannotRun` for what was asked for by name and cannot be, before anything is made.
    """
    twice = [engine for at, engine in enumerate(wish.engines) if engine in wish.engines[:at]]
    if twice or not wish.engines:
        raise BadRequest(f"the engine {twice[0]} is named twice" if twice else "name engines to compare with --engine")
    for engine in wish.engines:
        engines.card(engine)
    if unknown := [name for name in wish.families if name not in FAMILIES]:
        raise BadRequest(f"there is no metric {unknown[0]!r}; there are: {', '.join(FAMILIES)}")
    knows = embedders.giving("text")
    here = [name for name in knows if embedders.here(name)]
    listeners = list(wish.heard_by) or ["logmel", *here[:1]]
    for name in listeners:
        if not embedders.here(name):  # refuses unknown names too
            raise CannotRun(f"the weights of {name} are not here: soundwright evaluate pull {name}")
    verbs = {prompt.fields.get("verb", "music") for prompt in prompts}
    unheard = f"no embedder that knows words is here, and none stands in for it: soundwright evaluate pull {knows[0]}"
    alone = "it wants a folder of sounds to compare with: --reference"
    without = {
        "words": None if set(listeners) & set(knows) else unheard,
        "diversity": None if wish.takes > 1 and len(prompts) > 1 else "it wants two prompts and two --takes at least",
        "fad": None if wish.reference else alone,
        "kad": None if wish.reference else alone,
        "sync": None if "soundtrack" in verbs else "no line is a soundtrack",
    }
    if lost := next((name for name in wish.families if without.get(name)), None):
        raise (CannotRun if lost == "words" else BadRequest)(f"{lost} cannot be measured: {without[lost]}")
    families = [name for name in wish.families or FAMILIES if not without.get(name)]
    return families, listeners, [] if wish.families or not without["words"] else [f"no CLAP score: {without['words']}"]


def _licences(run: Run, found: Suite) -> dict[str, str]:
    return {engine: engines.card(engine).licence.name for engine in found.engines}
