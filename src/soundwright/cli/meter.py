"""`soundwright meter`: loudness, range, true peak, and what else a technician checks."""

from __future__ import annotations

from pathlib import Path

import typer


def meter(
    file: Path = typer.Argument(..., help="A sound file."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
    picture: Path | None = typer.Option(None, help="Loudness over time as PNG, into this file."),
    target: float | None = typer.Option(None, help="A loudness in LUFS to draw into the picture."),
) -> None:
    """Measure a file: ITU-R BS.1770-5 loudness, EBU Tech 3342 range, true peak, correlation, clicks, clipping."""
    import json as notation
    import math

    from soundwright import studio
    from soundwright.cli import show

    numbers, curves = studio.meter(file)
    if picture is not None:
        from soundwright.deliver import chart
        from soundwright.deliver.files import staged

        place = show.place(picture, "", ".png")
        with staged(place.parent) as stage:
            stage.path(place).write_bytes(chart.draw(curves, file.name, target))
    if json:
        plain = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in numbers.items()}
        typer.echo(notation.dumps({"file": str(file), **plain}))
        return
    for name, value in numbers.items():
        words, _, unit = name.rpartition("_") if name.endswith(UNITS) else (name, "", "")
        shown = f"{value:.2f}" if isinstance(value, float) else str(value)
        typer.echo(f"{words.replace('_', ' '):<18}{shown:>12} {UNIT_NAMES.get(unit, unit)}")


UNIT_NAMES = {"lufs": "LUFS", "lu": "LU", "dbtp": "dBTP", "dbfs": "dBFS", "db": "dB", "s": "s", "hz": "Hz"}
UNITS = tuple(f"_{unit}" for unit in UNIT_NAMES)
