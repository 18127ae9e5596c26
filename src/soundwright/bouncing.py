"""The way of a stem project: its document read or written, its stems measured and set in time, their sum mastered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright.assemble import bounce as mixing
from soundwright.assemble import lags
from soundwright.assemble import project as documents
from soundwright.assemble.lags import Lag
from soundwright.assemble.project import Project, Stem
from soundwright.audio import Audio, Stream
from soundwright.deliver import encode, files, long, manifest, origin
from soundwright.deliver.piece import Piece
from soundwright.errors import BadRequest, SoundwrightError
from soundwright.finish import presets
from soundwright.progress import Progress

FAR_MS = {"waves": 3.0, "faint": 10.0, "onsets": 50.0}  # from where a lag is told as a fault
APART_S = 0.002  # a stem so much longer or shorter than the project is told


def bounce(
    folder: Path,
    out: Path,
    *,
    preset: str | None = None,
    mix: Path | None = None,
    align: bool = False,
    bits: int = 24,
    sign: bool = False,
    watermark: bool | str = False,
    picture: bool = False,
    tell: Progress | None = None,
) -> tuple[list[Path], dict[str, Any]]:
    """Render the project in `folder` into `out`; returns the paths written and the facts of the manifest.

    A folder without a project gets one first, with `mix` as what its stems belong to. `preset` is taken instead of the
    project's own; `align` moves stems that are late or early by their waves, and writes that into the project. Raises
    `BadRequest`, `CannotRun`, `Cancelled`.
    """
    tell = tell or Progress()
    tell("measure")
    if preset not in (None, documents.UNMASTERED):
        presets.preset(preset)
    document, written = _document(Path(folder), mix)
    project, home = documents.read(document), document.parent
    heard, notes = _lags(project, home)
    if align and (delays := _delays(project, heard)):
        text = documents.delayed(document.read_text(encoding="utf-8"), delays)
        with files.staged(home) as stage:
            stage.path(document).write_text(text, encoding="utf-8")
        project = documents.read(text)
        heard, notes = _lags(project, home)
        notes += [f"moved {len(delays)} stem{'s' if len(delays) > 1 else ''} in {document}"]
    if preset is not None:
        changed = {"preset": preset, "loudness_lufs": None, "ceiling_dbtp": None}
        project = project.model_copy(update={"master": project.master.model_copy(update=changed)})
    measured = any(lag.by for lag in heard)
    rows = [_row(project, stem, home, lag, measured) for stem, lag in zip(project.stems, heard, strict=True)]
    tell("mix", 0.3)
    facts = {**_facts(project, home, rows), "written": str(document) if written else ""}
    facts["used"] = {"notes": notes}
    facts["request"] = {"folder": str(folder), "preset": preset, "bits": bits}
    if project.duration_s > long.LONG_S:
        if sign or watermark:
            raise BadRequest(f"a bounce of more than {long.LONG_S:g} s gets neither signature nor watermark")
        stream, numbers = _mastered_long(project, home, bits)
        facts["measured"] = numbers
        return long.save(stream, out, project.frames, facts, bits, picture=picture), facts
    audio, facts["measured"] = _mastered(project, home)
    _must_fit(audio, out, bits)
    piece = replace(_piece(audio, project, facts), facts={**facts, "stage_times_s": tell.done()})
    return piece.save(out, bits=bits, sign=sign, watermark=watermark, picture=picture), piece.facts


def again(then: dict[str, Any]) -> Piece:
    """The piece of a bounce's manifest, from the same stems. Raises `BadRequest` when they are gone or are others."""
    project, home = documents.read(then["plan"]), Path(then["home"])
    if project.duration_s > long.LONG_S:
        raise BadRequest(f"a bounce of more than {long.LONG_S:g} s is made again by `soundwright bounce {home}`")
    for name, sha256 in then["sources"].items():
        if not (home / name).is_file():
            raise BadRequest(f"a stem of the bounce is gone: there is no file {home / name}")
        if manifest.of_file(home / name, None)["sha256"] != sha256:
            raise BadRequest(f"{home / name} is not the stem that was bounced then: its SHA-256 differs")
    audio, measured = _mastered(project, home)
    kept = ("task", "title", "request", "plan", "home", "engine", "source_type", "stems", "sources", "used", "written")
    return _piece(audio, project, {**{name: then[name] for name in kept if name in then}, "measured": measured})


def _document(folder: Path, mix: Path | None) -> tuple[Path, bool]:
    """The project's file, and whether it was written just now."""
    if folder.suffix in (".yaml", ".yml") and folder.is_file():
        return folder, False
    if not folder.is_dir():
        raise BadRequest(f"there is no folder {folder}; `soundwright music PROMPT --stems` makes one of stems")
    document = folder / documents.NAME
    if document.is_file():
        named = documents.read(document).mix
        if mix is not None and (named is None or (folder / named.file).resolve() != mix.resolve()):
            raise BadRequest(f"{document} names its own mix: write it there, as `mix: {{file: {mix}}}`")
        return document, False
    if mix is not None and not mix.is_file():
        raise BadRequest(f"there is no file {mix}")
    project = documents.gathered(folder, mix)
    if project.mix:
        sha256 = manifest.of_file(folder / project.mix.file, None)["sha256"]
        project = project.model_copy(update={"mix": project.mix.model_copy(update={"sha256": sha256})})
    with files.staged(folder) as stage:
        stage.path(document).write_text(documents.write(project), encoding="utf-8")
    return document, True


def _lags(project: Project, home: Path) -> tuple[list[Lag], list[str]]:
    """How late each stem is where it stands now, and what there is to say of the mix."""
    nothing = [Lag()] * len(project.stems)
    if project.mix is None:
        return nothing, ["no lags: the project names no mix to measure them against"]
    path = home / project.mix.file
    if not path.is_file():
        return nothing, [f"no lags: the mix {path} is not there"]
    notes = []
    if project.mix.sha256 and manifest.of_file(path, None)["sha256"] != project.mix.sha256:
        notes.append(f"{path} is another mix than the project was written for")
    try:
        whole = Stream.read(path) if long.frames(path) else Stream.of(encode.read(path))
    except SoundwrightError as error:
        return nothing, [f"no lags: {error}"]
    stems = [lags.heard(mixing.opened(project, stem, home)) for stem in project.stems]
    return lags.of_stems(lags.heard(whole), stems), notes


def _delays(project: Project, heard: list[Lag]) -> dict[int, float]:
    """The delays, in ms, of the stems that should move."""
    return {
        at: round(stem.delay_ms - lag.lag_ms, 3)
        for at, (stem, lag) in enumerate(zip(project.stems, heard, strict=True))
        if lag.lag_ms is not None and lag.by == "waves" and abs(lag.lag_ms) > FAR_MS["waves"]
    }


def _row(project: Project, stem: Stem, home: Path, lag: Lag, measured: bool) -> dict[str, Any]:
    """What is told of one stem: level and peak as it goes into the sum, lag, and what is unusual."""
    from soundwright.finish.report import measure, plain

    numbers = measure(mixing.voice(project, stem, home).blocks, project.rate, mixing.CHANNELS)
    source = Stream.read(home / stem.file)
    length_s = long.seconds(home / stem.file)
    notes = []
    if stem not in project.playing:
        notes.append("muted" if stem.mute else "not soloed")
    if source.rate != project.rate:
        notes.append(f"resampled from {source.rate} Hz")
    if length_s < project.duration_s - APART_S:
        notes.append(f"{project.duration_s - length_s:.3g} s shorter: silence after it")
    if length_s > project.duration_s + APART_S:
        notes.append(f"{length_s - project.duration_s:.3g} s longer: its end is cut")
    if numbers.sample_peak_dbfs < -100:
        notes.append("silent")
    elif lag.lag_ms is None and measured:
        notes.append("not heard in the mix")
    elif lag.lag_ms is not None and abs(lag.lag_ms) > FAR_MS[lag.by]:
        how = "--align moves it" if lag.by == "waves" else "not sure enough to move it"
        notes.append(f"{abs(lag.lag_ms):.1f} ms {'late' if lag.lag_ms > 0 else 'early'}: {how}")
    return plain(
        {
            "stem": stem.name,
            "level_lufs": numbers.integrated_lufs,
            "peak_dbtp": numbers.true_peak_dbtp,
            "lag_ms": lag.lag_ms,
            "correlation": lag.correlation,
            "by": lag.by or "cannot tell",
            "note": "; ".join(notes),
        }
    )


def _facts(project: Project, home: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    mix = home / project.mix.file if project.mix else None
    engine: dict[str, Any] = {}
    with suppress(BadRequest):  # a mix from elsewhere has no manifest
        engine = manifest.read(mix.with_name(f"{mix.name}.json")).get("engine", {}) if mix else {}
    paths = [home / stem.file for stem in project.playing]
    return {
        "task": "bounce",
        "title": project.title or home.name,
        "plan": documents.write(project),
        "home": str(home),
        "engine": engine,
        "source_type": origin.of_files(paths, mix if mix is not None and mix.is_file() else None),
        "stems": rows,
        "sources": {stem.file: manifest.of_file(home / stem.file, None)["sha256"] for stem in project.playing},
    }


def _piece(audio: Audio, project: Project, facts: dict[str, Any]) -> Piece:
    return Piece(audio, documents.write(project), facts=facts, markers=())


def _wishes(project: Project) -> dict[str, Any]:
    """The preset, and what is asked for otherwise than it does."""
    return project.master.model_dump(exclude={"chain"})


def _mastered(project: Project, home: Path) -> tuple[Audio, dict[str, Any]]:
    """The finished sum and its numbers."""
    from soundwright.finish import finish
    from soundwright.finish.meter import meter

    total = mixing.bus(project, home).collect()
    if project.master.preset == documents.UNMASTERED:
        return total, meter(total).numbers()
    master, report = finish(total, loop=project.loop, **_wishes(project))
    return master, report.numbers()


def _mastered_long(project: Project, home: Path, bits: int) -> tuple[Stream, dict[str, Any]]:
    """As `_mastered`, rendered as it is read."""
    from soundwright.finish import finish_stream
    from soundwright.finish.meter import meter

    if project.master.preset == documents.UNMASTERED:
        return mixing.bus(project, home), meter(mixing.bus(project, home)).numbers()
    stream, report = finish_stream(lambda: mixing.bus(project, home), bits=bits, **_wishes(project))
    return stream, report.numbers()


def _must_fit(audio: Audio, out: Path, bits: int) -> None:
    from soundwright.dsp.units import decibels

    if audio.peak > 1 and bits < 32 and not encode.form(out).lossy:
        over_db = float(decibels(audio.peak))
        raise BadRequest(
            f"the sum peaks {over_db:.1f} dB over what {bits} bits can hold: take --bits 32, a preset, or lower gains"
        )
