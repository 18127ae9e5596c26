"""The command line: one thin module per verb over the same schema as Python and HTTP."""

from __future__ import annotations

import os
import signal
import sys

import typer

from soundwright.cli import (
    again,
    batch,
    bench,
    bounce,
    comfyui,
    doctor,
    edit,
    effect,
    engines,
    evaluate,
    finish,
    inspect,
    library,
    listen,
    meter,
    music,
    plan,
    serve,
    soundtrack,
    train,
)
from soundwright.errors import Cancelled, SoundwrightError

app = typer.Typer(
    help="Music, sound effects and soundtracks from words: planned, rendered, mastered, measured.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (music, effect):
    app.command()(getattr(verb, verb.__name__.rpartition(".")[2]))
for command in (edit.cover, edit.repaint, edit.extend, edit.stems):
    app.command()(command)
app.command()(soundtrack.soundtrack)
app.command()(soundtrack.sync)
for verb in (finish, bounce, meter, inspect, again, batch, doctor, bench, serve, comfyui):
    app.command()(getattr(verb, verb.__name__.rpartition(".")[2]))
app.add_typer(plan.app, name="plan")
app.add_typer(engines.app, name="engines")
app.add_typer(library.app, name="library")
app.add_typer(train.app, name="train")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(listen.app, name="listen")


@app.callback(invoke_without_command=True)
def root(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    if debug:
        os.environ["SOUNDWRIGHT_DEBUG"] = "1"
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"soundwright {installed('soundwright')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an error is one line on standard error and an exit code, 130 for Ctrl-C."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)
    try:
        code = app(standalone_mode=False)
    except SoundwrightError as error:
        code = _complain(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        if not hasattr(error, "format_message"):  # a usage error of the command line has it, a fault of ours has not
            if os.environ.get("SOUNDWRIGHT_DEBUG"):
                raise
            code = _complain(f"a fault in Soundwright: {type(error).__name__}: {error} (--debug shows where)", 1)
        else:
            code = _complain(error.format_message(), 2)  # type: ignore[attr-defined]
    sys.exit(code if isinstance(code, int) else 0)


def _stop(sign: int, frame: object) -> None:
    raise Cancelled("cancelled; nothing was written")


def _complain(message: str, code: int) -> int:
    if os.environ.get("SOUNDWRIGHT_DEBUG") and code != 130:
        import traceback

        traceback.print_exc()
    print(f"soundwright: {' '.join(message.split())}", file=sys.stderr)
    return code
