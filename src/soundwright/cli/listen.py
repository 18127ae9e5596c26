"""`soundwright listen`: listening tests that a lab can run, from the first draft to the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundwright.cli.options import Json

if TYPE_CHECKING:
    from soundwright.listen.document import Document
    from soundwright.listen.store import Store

app = typer.Typer(help="Listening tests in the browser: MUSHRA, MOS, ABX, preference.", no_args_is_help=True)

Test = Annotated[Path, typer.Argument(metavar="TEST.yaml", help="The listening test.")]
Url = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="Where answers are kept: sqlite:///FILE or postgresql://USER@HOST/NAME; also SOUNDWRIGHT_DATABASE. "
        "[default: TEST.answers.db beside the test]",
    ),
]


@app.command()
def new(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="One per system; items by file name.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The test.")],
    reference: Annotated[Path | None, typer.Option(help="A folder with the originals.")] = None,
    kind: Annotated[str, typer.Option(help="mushra, acr (MOS), abx or pair.")] = "mushra",
    title: Annotated[str, typer.Option(help="What raters read above it.")] = "Listening test",
) -> None:
    """Draft a test from folders: soundwright listen new ours/ theirs/ --reference original/ -o test.yaml"""
    from soundwright.deliver.files import staged
    from soundwright.errors import BadRequest
    from soundwright.listen import document
    from soundwright.listen.draft import draft
    from soundwright.plan.names import nearest

    if kind not in document.KINDS:
        raise BadRequest(f"there is no kind {kind!r}{nearest(kind, list(document.KINDS))}: {', '.join(document.KINDS)}")
    if kind == "mushra" and not reference:
        raise BadRequest("mushra compares with an original: --reference FOLDER")
    if out.exists():
        raise BadRequest(f"{out} is there already; it is not written over")
    test = draft(folders, reference, kind, title, out)  # type: ignore[arg-type]
    with staged(out.parent) as stage:
        stage.path(out).write_text(document.write(test), "utf-8")
    try:
        document.read(out)
    except BadRequest as error:
        typer.echo(f"to be mended: {error}", err=True)
    typer.echo(f"{out}  {len(test.items)} items, {len(folders)} systems")


@app.command()
def check(test: Test, json: Json = False) -> None:
    """Make the stimuli and say what was done to each: soundwright listen check test.yaml"""
    from soundwright.cli import show

    _, stimuli = _prepared(test)
    rows = [
        {
            "phase": row.phase,
            "item": row.item,
            "condition": row.condition,
            "source": row.source,
            "duration_s": round(row.duration_s, 3),
            "found_lufs": row.found_lufs and round(row.found_lufs, 2),
            "gain_db": round(row.gain_db, 2),
        }
        for row in stimuli.table.values()
    ]
    show.table(rows, json, "stimuli")
    for words in stimuli.warnings:
        typer.echo(f"warning: {words}", err=True)


@app.command()
def invite(
    test: Test,
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=10_000, help="How many raters.")] = 1,
    base: Annotated[str, typer.Option(help="Where raters find the server.")] = "http://127.0.0.1:8765",
    again: Annotated[bool, typer.Option("--again", help="Print the links given before; invite nobody.")] = False,
    database: Url = None,
    json: Json = False,
) -> None:
    """One link for each rater, which nobody can make up: soundwright listen invite test.yaml -n 20"""
    from soundwright.cli import show

    store = _store(_read(test), database)
    tokens = [store.token(name) for name in store.raters()] if again else store.invite(count)
    links = [f"{base.rstrip('/')}/r/{token}" for token in tokens]
    if json:
        show.table(
            [{"rater": token[:16], "link": link} for token, link in zip(tokens, links, strict=True)], True, "raters"
        )
        return
    for link in links:
        typer.echo(link)


@app.command()
def serve(
    test: Test,
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes one that is free.")] = 8765,
    database: Url = None,
) -> None:
    """Serve a test until Ctrl-C: soundwright listen serve test.yaml --port 8765"""
    from soundwright.errors import Cancelled
    from soundwright.machine import need

    need("web", "fastapi", "uvicorn")
    document, stimuli = _prepared(test)
    store = _store(document, database)
    store.settle(stimuli.digest)
    from soundwright import serving
    from soundwright.listen import server

    site = server.app(document.test, stimuli, store)

    def ready(address: str) -> None:
        typer.echo(
            f"{document.test.title}: {address}  ({len(store.raters())} invited; answers in {store.database.name})"
        )

    try:
        serving.serve(site, host, port, ready)
    except Cancelled:  # how a server ends
        typer.echo("stopped; all answers are kept", err=True)


@app.command()
def results(
    test: Test,
    csv: Annotated[Path | None, typer.Option(help="Every answer as a table.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The report: one HTML file.")] = None,
    seed: Annotated[int, typer.Option(help="Of intervals and permutations.")] = 0,
    database: Url = None,
    json: Json = False,
) -> None:
    """What was found so far: soundwright listen results test.yaml -o report.html --csv answers.csv"""
    import json as notation

    from soundwright.cli import show
    from soundwright.deliver.files import staged
    from soundwright.listen import report
    from soundwright.listen import results as finding
    from soundwright.listen.design import trials

    document = _read(test)
    store = _store(document, database)
    ratings, raters = store.ratings(), store.raters()
    whole = len(trials(document.test, store.secret, ""))
    outcome = finding.analyse(document.test, ratings, len(raters), whole, seed=seed)
    wanted = [(csv, report.table(ratings), ".csv"), (out, report.page(document.test, outcome), ".html")]
    for place, text, ending in wanted:
        if place:
            with staged(show.place(place, "", ending).parent) as stage:
                stage.path(place).write_text(text, "utf-8")
    if json:
        typer.echo(notation.dumps(outcome.flat(), ensure_ascii=False))
        return
    typer.echo(
        f"{outcome.invited} invited, {outcome.began} began, {outcome.complete} through, {outcome.counted} counted"
    )
    for rows in (outcome.systems, outcome.pairs):
        if rows:
            show.table([{name: _short(value) for name, value in row.items()} for row in rows], False)
    if outcome.agreement is not None:
        typer.echo(f"agreement ({outcome.agreement_measure}) {outcome.agreement:.3f}")
    for rater, why in outcome.excluded.items():
        typer.echo(f"not counted: {rater} {why}")
    for words in outcome.warnings:
        typer.echo(f"warning: {words}", err=True)


def _read(test: Path) -> Document:
    from soundwright.listen import document

    return document.read(test)


def _prepared(test: Path):
    from soundwright.cli import show
    from soundwright.listen import stimuli

    document = _read(test)
    with show.progress() as tell:
        return document, stimuli.prepare(document, tell)


def _store(document: Document, url: str | None) -> Store:
    import os

    from soundwright.database import Database
    from soundwright.machine import need

    need("web", "sqlalchemy", "alembic")
    from soundwright.listen.store import Store

    place = document.path.with_suffix(".answers.db").absolute()
    return Store(Database(url or os.environ.get("SOUNDWRIGHT_DATABASE") or f"sqlite:///{place}"), document.test.title)


def _short(value: object) -> object:
    return " to ".join("?" if end is None else f"{end:.3g}" for end in value) if isinstance(value, list) else value
