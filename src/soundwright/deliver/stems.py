"""The parts of a piece beside it: a folder of WAV files and the project that mixes them, or one ZIP archive of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from soundwright.assemble import project as projects
from soundwright.assemble.project import Project
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
    project: Project | None = None,
) -> None:
    """Write the stems of the piece at `path`: `NAME.stems/STEM.wav`, or `NAME.stems.zip` when `how` is "zip".

    `encode(name, audio, path)` writes one; the `project` stands beside them. A ZIP is stored, not deflated: sound does
    not shrink by it. Raises `BadRequest` for another `how`.
    """
    if how not in (True, False, "folder", "zip"):
        raise BadRequest(f"stems come as 'folder' or 'zip', not {how!r}")
    if not how or not stems:
        return
    folder = path.parent / f"{path.stem}.stems"
    if how != "zip":
        for name, file in names(stems).items():
            encode(name, stems[name], stage.path(folder / file))
        if project:
            _keep(folder, stage)
            stage.path(folder / projects.NAME).write_text(projects.write(project), encoding="utf-8")
        return
    with zipfile.ZipFile(stage.path(folder.with_name(f"{folder.name}.zip")), "w", zipfile.ZIP_STORED) as archive:
        for name, file in names(stems).items():
            aside = stage.scratch(folder.parent / f"{path.stem}.{file}")
            encode(name, stems[name], aside)
            archive.write(aside, f"{folder.name}/{file}")
            aside.unlink()
        if project:
            archive.writestr(f"{folder.name}/{projects.NAME}", projects.write(project))


def project(
    stems: Mapping[str, Audio], path: Path, sha256: str, title: str, preset: str, *, loop: bool = False
) -> Project | None:
    """The project of a piece's stems as they stand, for the mix at `path`; None without stems."""
    if not stems:
        return None
    first = next(iter(stems.values()))
    return Project(
        title=title,
        rate=first.rate,
        duration_s=first.duration_s,
        loop=loop,
        mix=projects.Mix(file=f"../{path.name}", sha256=sha256),
        master=projects.Master(preset=preset or projects.UNMASTERED),
        stems=[projects.Stem(file=file) for file in names(stems).values()],
    )


def _keep(folder: Path, stage: files.Stage) -> None:
    """A project that somebody has worked on is kept under another name when new stems come."""
    old = folder / projects.NAME
    if not old.is_file():
        return
    try:
        edited = projects.read(old).edited
    except BadRequest:
        edited = True
    if edited:
        stage.path(folder / projects.KEPT).write_bytes(old.read_bytes())
