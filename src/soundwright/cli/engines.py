"""`soundwright engines`: who can play, what they need, and under which licence."""

from __future__ import annotations

import typer

app = typer.Typer(help="The engines: what each can do, needs, and allows.", invoke_without_command=True)


@app.callback()
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show_all(json=False)


@app.command(name="list")
def show_all(json: bool = typer.Option(False, "--json", help="One JSON object.")) -> None:
    """List the engines; nothing is loaded or downloaded."""
    from soundwright import engines
    from soundwright.cli import show

    cards = [engines.card(name) for name in engines.ENGINES]
    rows = [
        {
            "engine": card.name,
            "makes": ", ".join(card.verbs),
            "rate_hz": card.rate,
            "channels": card.channels,
            "longest_s": card.longest_s,
            "weights": card.weights or "none needed",
            "licence": card.licence.name,
            "may_be_sold": {True: "yes", False: "no", None: "see licence"}[card.licence.commercial],
            "about": card.about,
        }
        for card in cards
    ]
    show.table(rows, json, "engines")
