"""`soundwright meter`: loudness, range, true peak, and what else a technician checks."""

from __future__ import annotations

from pathlib import Path

import typer


def meter(
    file: Path = typer.Argument(..., help="A sound file."),
    json: bool = typer.Option(False, "--json", help="One JSON object."),
    picture: Path | None = typer.Option(None, help="Waveform, spectrogram and loudness as PNG, into this file."),
    target: float | None = typer.Option(None, help="A loudness in LUFS to draw into the picture."),
) -> None:
    """Measure a file: ITU-R BS.1770-5 loudness, EBU Tech 3342 range, true peak, correlation, clicks, clipping."""
    import json as notation

    from soundwright import finishing
    from soundwright.cli import show

    reading = finishing.meter(file)
    if picture is not None:
        from soundwright.deliver import picture as pictures
        from soundwright.deliver import sketch
        from soundwright.deliver.files import staged

        place = show.place(picture, "", ".png")
        with staged(place.parent) as stage:
            stage.path(place).write_bytes(pictures.draw(sketch.of_file(file), file.name, target_lufs=target))
    numbers = reading.numbers()
    if json:
        typer.echo(notation.dumps({"file": str(file), **numbers}))
        return
    numbers.pop("clicks_s")
    numbers["clicks"] = ", ".join(f"{at:.3f} s" for at in reading.clicks_s[:8]) or "none"
    for name, value in numbers.items():
        words, _, unit = name.rpartition("_") if name.endswith(UNITS) else (name, "", "")
        shown = "-inf" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
        typer.echo(f"{words.replace('_', ' '):<18}{shown:>12} {UNIT_NAMES.get(unit, unit)}")


UNIT_NAMES = {"lufs": "LUFS", "lu": "LU", "dbtp": "dBTP", "dbfs": "dBFS", "db": "dB", "s": "s", "hz": "Hz"}
UNITS = tuple(f"_{unit}" for unit in UNIT_NAMES)
