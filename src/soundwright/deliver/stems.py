"""The parts of a piece beside it: a folder of WAV files, or one ZIP archive of them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from soundwright.audio import Audio
from soundwright.deliver import files
from soundwright.errors import BadRequest

How = bool | Literal["folder", "zip"]


def names(stems: Mapping[str, Audio]) -> dict[str, str]:
    """File names by stem: slugs, numbered where two stems would share one."""
    named: dict[str, str] = {}
    for name in stems:
        slug, count = files.slug(name), 1
        while (candidate := slug if count == 1 else f"{slug}-{count}") in named.values():
            count += 1
        named[name] = candidate
    return {name: f"{slug}.wav" for name, slug in named.items()}


def write(
    stems: Mapping[str, Audio],
    path: Path,
    how: How,
    stage: files.Stage,
    encode: Callable[[str, Audio, Path], None],
) -> None:
    """Write the stems of the piece at `path`: `NAME.stems/STEM.wav`, or `NAME.stems.zip` when `how` is "zip".

    `encode(name, audio, path)` writes one. A ZIP is stored, not deflated: sound does not shrink by it. Raises
    `BadRequest` for another `how`.
    """
    if how not in (True, False, "folder", "zip"):
        raise BadRequest(f"stems come as 'folder' or 'zip', not {how!r}")
    if not how or not stems:
        return
    folder = path.parent / f"{path.stem}.stems"
    if how != "zip":
        for name, file in names(stems).items():
            encode(name, stems[name], stage.path(folder / file))
        return
    with zipfile.ZipFile(stage.path(folder.with_name(f"{folder.name}.zip")), "w", zipfile.ZIP_STORED) as archive:
        for name, file in names(stems).items():
            aside = stage.scratch(folder.parent / f"{path.stem}.{file}")
            encode(name, stems[name], aside)
            archive.write(aside, f"{folder.name}/{file}")
            aside.unlink()
