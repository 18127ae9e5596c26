"""`soundwright doctor`: what is here, what is missing, and the command that brings it."""

from __future__ import annotations

import typer


def doctor(json: bool = typer.Option(False, "--json", help="One JSON object.")) -> None:
    """Check this machine: packages, programs, soundfont, space, big models. Exit code 3 when the core cannot work."""
    from soundwright.cli import show

    rows = [*_packages(), *_programs(), *_machine(), *_models()]
    show.table(rows, json, "checks")
    if any(row["state"] == "broken" for row in rows):
        raise typer.Exit(3)


CORE = {
    "numpy": "numpy",
    "scipy": "scipy",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "pydantic": "pydantic",
    "rich": "rich",
    "yaml": "PyYAML",
    "PIL": "pillow",
    "python_stretch": "python-stretch",
    "symusic": "symusic",
    "wordllama": "wordllama",
    "onnxruntime": "onnxruntime",
}
EXTRAS = {
    "av": ("av", "video", "M4A, and everything with pictures"),
    "cv2": ("opencv-python-headless", "video", "seeing what happens in films"),
    "c2pa": ("c2pa-python", "mark", "Content Credentials"),
    "torch": ("torch", "mark", "the watermark network, big models"),
    "perth": ("resemble-perth", "mark", "the watermark's weights"),
    "fastapi": ("fastapi", "web", "listening tests in the browser"),
    "uvicorn": ("uvicorn", "web", "listening tests in the browser"),
    "sqlalchemy": ("sqlalchemy", "web", "keeping what raters answer"),
    "alembic": ("alembic", "web", "keeping what raters answer"),
    "mcp": ("mcp", "mcp", "the tools of a language model"),
    "psycopg": ("psycopg", "postgres", "answers in PostgreSQL"),
    "ray": ("ray", "ray", "batches and the service on many machines"),
    "fsspec": ("fsspec", "ray", "results to stores like s3://"),
}
PROGRAMS = {
    "ffmpeg": ("reads and writes more formats", "apt-get install ffmpeg"),
    "rubberband": ("a second time-stretcher", "apt-get install rubberband-cli"),
}


def _packages() -> list[dict]:
    import importlib.util
    from importlib.metadata import PackageNotFoundError, version

    rows = []
    for module, package in CORE.items():
        try:
            importlib.import_module(module)
            rows.append(_row(package, "ok", version(package)))
        except Exception as error:
            rows.append(_row(package, "broken", f"{error}", f"pip install --force-reinstall {package}"))
    for module, (package, extra, use) in EXTRAS.items():
        if importlib.util.find_spec(module) is not None:
            try:
                rows.append(_row(package, "ok", version(package)))
            except PackageNotFoundError:  # the same module by another package's name
                rows.append(_row(package, "ok", f"{module} is here"))
        else:
            rows.append(_row(package, "absent", f"optional: {use}", f"pip install 'soundwright[{extra}]'"))
    return rows


def _programs() -> list[dict]:
    import shutil

    from soundwright.instruments import soundfont

    rows = []
    for program, (use, command) in PROGRAMS.items():
        path = shutil.which(program)
        rows.append(_row(program, "ok" if path else "absent", path or f"optional: {use}", "" if path else command))
    font = soundfont.find_soundfont()
    command = "" if font else "apt-get install fluidr3mono-gm-soundfont"
    rows.append(_row("soundfont", "ok" if font else "absent", str(font or "optional: sampled instruments"), command))
    return rows


def _machine() -> list[dict]:
    import os
    import shutil
    import tempfile

    free = shutil.disk_usage(".").free / 2**30
    rows = [
        _row("processors", "ok", str(os.cpu_count())),
        _row("space here", "ok" if free > 0.5 else "broken", f"{free:.1f} GiB free"),
        _row("this folder", "ok" if os.access(".", os.W_OK) else "absent", os.getcwd(), ""),
    ]
    try:
        with tempfile.TemporaryFile():
            rows.append(_row("temporary files", "ok", tempfile.gettempdir()))
    except OSError as error:
        rows.append(_row("temporary files", "broken", str(error), "set TMPDIR to a folder that you may write to"))
    return rows


LENGTH_S = 30.0  # of the piece for which a big model's memory is planned here, unless it makes only shorter ones


def _models() -> list[dict]:
    """Each checkpoint: whether its weights are here and fit the memory that is free, or whether its API's keys are."""
    from soundwright import engines
    from soundwright.engines import weights

    device = _device()
    rows = []
    for card in (engines.card(address) for name in engines.ENGINES for address in engines.addresses(name)):
        if not card.checkpoints:
            continue
        here = weights.here(card)
        if card.keys:
            found = "keys are set; the vendor charges what it makes" if here else "optional: an account with its vendor"
            rows.append(_row(card.name, "ok" if here else "absent", found, "" if here else _export(card)))
            continue
        found = f"weights {'here' if here else 'not pulled'}; {_fit(card, device)}"
        rows.append(_row(card.name, "ok" if here else "absent", found, "" if here else _pull(card)))
    return rows


def _device() -> str:
    import importlib.util

    if importlib.util.find_spec("torch") is None:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _fit(card, device: str) -> str:
    from soundwright.engines import memory
    from soundwright.errors import CannotRun

    if not any(card.name.startswith(name) for name in memory.SHAPES):
        return "its memory is not planned"
    length_s = min(LENGTH_S, card.longest_s)
    try:
        parts = card.checkpoint.parts_m
        need, _ = memory.choose(card.name, parts, length_s, device, memory.budget(device))
    except CannotRun:
        return f"does not fit the {memory.budget(device) / memory.GB:.1f} GB that are free ({device})"
    return f"fits this {device} as {need.strategy} ({need.peak / memory.GB:.1f} GB for {length_s:g} s)"


def _export(card) -> str:
    import os

    return f"set {' and '.join(key for key in card.keys if not os.environ.get(key))}"


def _pull(card) -> str:
    return f"soundwright engines pull {card.name}"


def _row(what: str, state: str, found: str, command: str = "") -> dict:
    return {"what": what, "state": state, "found": found, "to_get_it": command}
