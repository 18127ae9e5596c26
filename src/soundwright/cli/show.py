"""What verbs share on the screen: the progress line, tables, JSON, and the default name of a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from soundwright.errors import BadRequest
from soundwright.progress import Progress


@contextmanager
def progress() -> Iterator[Progress]:
    """A `Progress` drawn on standard error while a person looks at it, silent otherwise."""
    if not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TextColumn("{task.fields[audio]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("", total=1.0, audio="")

        def listen(stage: str, fraction: float, audio_s: float) -> None:
            done = f"{audio_s:.1f} s" if audio_s else ""
            bar.update(line, description=stage, completed=fraction, audio=done)

        yield Progress(listen)


def place(out: Path | None, words: str, ending: str = ".wav") -> Path:
    """Where to write: `out`, or a file in this folder named by `words` that does not stand there yet.

    Raises `BadRequest` when `out` is a folder or its folder cannot be written, before any work is done.
    """
    import os

    from soundwright.deliver import encode
    from soundwright.deliver.files import slug

    if out is None:
        stem, count = slug(words), 1
        out = Path(stem + ending)
        while out.exists():
            count += 1
            out = Path(f"{stem}-{count}{ending}")
    if out.is_dir():
        raise BadRequest(f"{out} is a folder; name a file in it, like {out / 'song.wav'}")
    if ending == ".wav":
        encode.check_ending(out)
    folder = next(parent for parent in (out.absolute().parent, *out.absolute().parents) if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadRequest(f"{out} cannot be written: {folder} is not a folder that you may write to")
    return out


def written(paths: list[Path], facts: dict[str, Any]) -> None:
    """Tell what was written and what was measured, in two lines for each sound file."""
    sound = paths[0] if paths[0].suffix != ".yaml" else paths[-1]
    numbers = facts.get("measured", {})
    said = [
        f"{numbers[key]:.1f} {unit}"
        for key, unit in (
            ("integrated_lufs", "LUFS"),
            ("momentary_max_lufs", "LUFS momentary at most"),
            ("true_peak_dbtp", "dBTP"),
        )
        if isinstance(numbers.get(key), float)
    ]
    typer.echo(f"{sound}  {', '.join(said)}")
    used = facts.get("used", {})
    for note in (*used.get("notes", ()), *((used["note"],) if "note" in used else ())):
        typer.echo(f"note: {note}", err=True)


def table(rows: list[dict[str, Any]], as_json: bool, title: str = "") -> None:
    """Rows as a table for people, or as one JSON object on standard output."""
    if as_json:
        typer.echo(json.dumps({"rows": rows} if not title else {title: rows}, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    sheet = Table(box=None, pad_edge=False, header_style="bold")
    for column in rows[0] if rows else ():
        sheet.add_column(column.replace("_", " "))
    for row in rows:
        sheet.add_row(*(_cell(value) for value in row.values()))
    Console().print(sheet)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return "" if value is None else str(value)
