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

    cards = [engines.card(address) for name in engines.ENGINES for address in engines.addresses(name)]
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


@app.command()
def pull(name: str = typer.Argument(..., help="An engine's checkpoint, like ace-step/xl-turbo.")) -> None:
    """Fetch the weights of a checkpoint; what broke off goes on, what is here is not fetched again.

    They go to $SOUNDWRIGHT_WEIGHTS (default ~/.local/share/soundwright/weights). Gated models want HF_TOKEN.
    """
    from soundwright import engines
    from soundwright.engines import pull as pulling

    address = name if "/" in name else engines.addresses(name)[0]
    card = engines.card(address)
    pulling.check(card)
    _pull(card)
    if shares := card.checkpoint.shares:
        _pull(engines.card(f"{address.partition('/')[0]}/{shares}"))


def _pull(card) -> None:
    from soundwright.cli import show
    from soundwright.engines import pull as pulling

    terms = card.licence
    said = {True: "may be sold", False: "may not be sold", None: "see its licence before you sell it"}[terms.commercial]
    typer.echo(f"{card.name}: {card.weights}, licence {terms.name}; what it makes {said}", err=True)
    with show.progress() as tell:
        folder = pulling.pull(card, tell)
    typer.echo(f"{folder}")
