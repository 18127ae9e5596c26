"""`soundwright inspect`: what a file says of itself, and whether it is true."""

from __future__ import annotations

from pathlib import Path

import typer


def inspect(
    file: Path = typer.Argument(..., help="A sound file of any make."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Show and verify a file's marks: soundwright inspect song.wav. Exit code 1 when something is broken."""
    from soundwright.deliver import inspect as looks

    findings = looks.inspect(file)
    if json:
        typer.echo(looks.dumps(findings))
    else:
        _show(findings)
    if any(finding.state == "broken" for finding in findings.values()):
        raise typer.Exit(1)


def _show(findings: dict) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    sheet = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("part", "state", "what it says"):
        sheet.add_column(column)
    for name, finding in findings.items():
        sheet.add_row(name, finding.state, escape(finding.says))
        for key, value in finding.facts.items():
            if value not in (None, "", [], {}) and key != "ixml":
                sheet.add_row("", "", escape(f"{key.replace('_', ' ')}: {_plain(value)}"), style="dim")
    Console().print(sheet)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', ' ')} {inner}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(" ".join(map(str, one)) if isinstance(one, list | tuple) else str(one) for one in value)
    return str(value)
