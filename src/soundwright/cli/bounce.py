"""`soundwright bounce`: a folder of stems, mixed and mastered as its project says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundwright.cli import options as o


def bounce(
    folder: Annotated[Path, typer.Argument(help="A folder of stems, or its project.yaml.")],
    preset: Annotated[
        str | None, typer.Option(help="Another master than the project's: a preset of `finish`, or none.")
    ] = None,
    align: Annotated[
        bool, typer.Option("--align", help="Move stems that are late or early in the mix, and keep it in the project.")
    ] = False,
    mix: Annotated[
        Path | None, typer.Option(help="The mix that the stems belong to, for a folder without a project.")
    ] = None,
    bits: o.Bits = 24,
    sign: o.Sign = False,
    watermark: o.Watermark = "",
    picture: o.Picture = False,
    json: o.Json = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file. [default: NAME.bounce.wav beside]")] = None,
) -> None:
    """Mix and master the stems in a folder as its project.yaml says; a folder without one gets one first.

    soundwright bounce song.stems --align -o remix.wav
    """
    import json as notation

    from soundwright import bouncing
    from soundwright.cli import show

    home = folder.parent if folder.suffix in (".yaml", ".yml") else folder
    beside = home.absolute().parent / f"{home.absolute().name.removesuffix('.stems')}.bounce.wav"
    place = show.place(out or beside, "")
    marks = watermark == "all" or watermark or False
    with show.progress() as tell:
        paths, facts = bouncing.bounce(
            folder,
            place,
            preset=preset,
            mix=mix,
            align=align,
            bits=bits,
            sign=sign,
            watermark=marks,
            picture=picture,
            tell=tell,
        )
    notes = facts["used"]["notes"]
    if json:
        told = {"file": str(paths[0]), "project_written": facts["written"], "stems": facts["stems"], "notes": notes}
        typer.echo(notation.dumps({**told, **facts["measured"]}, ensure_ascii=False, default=str))
        return
    show.table([_shown(row) for row in facts["stems"]], False)
    show.written(paths, facts)
    if facts["written"]:
        typer.echo(f"note: wrote {facts['written']}; edit it and bounce again", err=True)


def _shown(row: dict) -> dict[str, str]:
    """A row for people: one decimal, and words where nothing was measured."""

    def said(name: str, places: int, without: str) -> str:
        return without if row[name] is None else f"{row[name]:.{places}f}"

    return {
        "stem": row["stem"],
        "level LUFS": said("level_lufs", 1, "-inf"),
        "peak dBTP": said("peak_dbtp", 1, "-inf"),
        "lag ms": said("lag_ms", 1, "cannot tell"),
        "correlation": said("correlation", 2, ""),
        "note": row["note"],
    }
