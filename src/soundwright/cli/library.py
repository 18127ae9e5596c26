"""`soundwright library`: a person's own recordings, indexed, found, and blended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

app = typer.Typer(help="Your own recordings: index them, find them, blend them.", no_args_is_help=True)
INDEX = typer.Option(None, "--library", help="The index. [default: SOUNDWRIGHT_LIBRARY, or your data folder]")


@app.command()
def add(
    folders: list[Path] = typer.Argument(None, help="Folders or files. [default: all that were added before]"),
    library: Path | None = INDEX,
    watch: bool = typer.Option(False, "--watch", help="Stay, and bring in what changes, until Ctrl-C."),
    every: float = typer.Option(5.0, help="Seconds between two looks of --watch."),
    workers: int | None = typer.Option(None, help="Processes that hear. [default: one a core]"),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Bring recordings into the index: soundwright library add ~/Sounds"""
    from soundwright.cli import show
    from soundwright.errors import BadRequest
    from soundwright.library import add as adding
    from soundwright.library.store import Store

    store = Store(library)
    wanted = [*(folders or [Path(folder) for folder in store.folders()])]
    if not wanted:
        raise BadRequest("no folder is named, and none was added before: soundwright library add FOLDER")
    with show.progress() as tell:
        report = adding.add(wanted, store, tell, workers=workers)
    _told(report, store, json)
    if watch:
        with show.progress() as tell:
            for report in adding.watch(store, tell, every_s=every):
                _told(report, store, json)


def _told(report: Any, store: Any, as_json: bool) -> None:
    import json as notation
    from dataclasses import asdict

    facts = asdict(report) | {"files": store.count()}
    if as_json:
        typer.echo(notation.dumps(facts))
        return
    said = ", ".join(f"{count} {name}" for name, count in facts.items() if count and name != "files")
    typer.echo(f"{said or 'nothing to do'}; the library holds {facts['files']} recordings")


@app.command("list")
def list_(
    library: Path | None = INDEX,
    faulty: bool = typer.Option(False, "--faulty", help="Only files that could not be heard, and why."),
    folders: bool = typer.Option(False, "--folders", help="Only the folders that were added."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """What is in the index: soundwright library list"""
    from dataclasses import asdict

    from soundwright.cli import show
    from soundwright.library.store import Store

    store = Store(library)
    if folders:
        show.table([{"folder": folder} for folder in store.folders()], json, "folders")
        return
    every = [entry for entry in store.entries().values() if bool(entry.fault) == faulty]
    if json:
        show.table([asdict(entry) for entry in every], True, "recordings")
    elif faulty:
        show.table([{"file": entry.path, "fault": entry.fault} for entry in every], False)
    else:
        show.table([_row(entry) for entry in every], False)


def _row(entry: Any) -> dict[str, Any]:
    return {
        "file": Path(entry.path).name,
        "seconds": round(entry.duration_s, 2),
        "shape": entry.shape,
        "lufs": entry.loudness_lufs and round(entry.loudness_lufs, 1),
        "kind": entry.category,
        "licence": entry.licence,
    }


@app.command()
def blend(
    first: Path = typer.Argument(None, help="The recording that is bent."),
    second: Path = typer.Argument(None, help="The recording that it is bent towards."),
    amount: float = typer.Option(0.5, help="0 is the first alone, 1 as far as the mode goes."),
    mode: str = typer.Option("envelope", help="body, envelope, cross, granular, rhythm, split: see --modes."),
    modes: bool = typer.Option(False, "--modes", help="Print what each mode keeps and takes, and stop."),
    seed: int = typer.Option(0, help="Another seed is another choice of grains."),
    bits: int = typer.Option(24, help="16, 24, or 32 (float) for WAV."),
    commercial: bool = typer.Option(False, "--commercial", help="Refuse what its licence forbids to sell."),
    picture: bool = typer.Option(False, "--picture", help="Waveform, spectrogram and loudness as PNG as well."),
    out: Path | None = typer.Option(None, "-o", "--out", help="The file. [default: A-B.MODE.wav here]"),
) -> None:
    """Bend one recording towards another: soundwright library blend door.wav thunder.wav --amount 0.4 --mode body"""
    from soundwright.cli import show
    from soundwright.errors import BadRequest
    from soundwright.library import blending

    if modes:
        show.table(blending.table(), False)
        return
    if not first or not second:
        raise BadRequest("two recordings are blended: soundwright library blend A B --amount 0.4 --mode body -o OUT")
    place = show.place(out or Path(f"{first.stem}-{second.stem}.{mode}.wav"), "")
    with show.progress() as tell:
        tell("blend")
        piece = blending.of_files(first, second, amount, mode, seed=seed, commercial=commercial)
        show.written(piece.save(place, bits=bits, picture=picture), piece.facts)


def _facts(entry: Any) -> list[str]:
    level = [] if entry.loudness_lufs is None else [f"{entry.loudness_lufs:.1f} LUFS"]
    named = [text for text in (entry.category, entry.licence, entry.author and f"by {entry.author}") if text]
    return [f"{entry.duration_s:.2f} s", entry.shape, *level, *named]


@app.command()
def search(
    words: str = typer.Argument("", help="What to find: 'wooden door slams'."),
    like: Path | None = typer.Option(None, help="A sound file that answers should sound like."),
    category: str = typer.Option("", help="A UCS category: DOORWood, DOOR, doors."),
    least: float | None = typer.Option(None, "--min", help="At least so many seconds."),
    most: float | None = typer.Option(None, "--max", help="At most so many seconds."),
    loop: bool = typer.Option(False, "--loop", help="Only loops."),
    shape: list[str] = typer.Option([], help="one-shot, several, texture, loop; may be repeated."),
    licence: str = typer.Option("", help="Only licences that hold this text: CC0."),
    commercial: bool = typer.Option(False, "--commercial", help="Leave out what its licence forbids to sell."),
    quietest: float | None = typer.Option(None, "--min-lufs", help="At least so loud."),
    loudest: float | None = typer.Option(None, "--max-lufs", help="At most so loud."),
    count: int = typer.Option(10, "-n", "--count", help="How many answers."),
    library: Path | None = INDEX,
    json: bool = typer.Option(False, "--json", help="One JSON object."),
    picture: Path | None = typer.Option(None, help="A contact sheet of waveforms (PNG)."),
) -> None:
    """Find recordings: soundwright library search "wooden door slams" --max 3"""
    from dataclasses import asdict

    from soundwright.cli import show
    from soundwright.library import search as finding
    from soundwright.library.store import Store

    facets = finding.Facets(category, least, most, loop, tuple(shape), licence, commercial, quietest, loudest)
    vector = finding.describe(like) if like else None
    answers = finding.Library(Store(library)).search(words, like=vector, facets=facets, count=count)
    if picture:
        from soundwright.library import sheet

        pairs = [(one, Path(one.entry.path)) for one in answers]
        cells = [(path, path.name, f"{one.entry.duration_s:.2f} s; {one.why}") for one, path in pairs]
        picture.write_bytes(sheet.draw(cells))
    if json:
        show.table([{"score": one.score, "why": one.why} | asdict(one.entry) for one in answers], True, "found")
        return
    for one in answers:
        facts = ", ".join(_facts(one.entry))
        typer.echo(f"{one.score:5.2f}  {one.entry.path}\n       {facts}\n       {one.why}")
    if not answers:
        typer.echo("nothing was found", err=True)
