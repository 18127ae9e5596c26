"""The first draft of a test from folders: each is a system, and files of one name are the same item."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from soundwright.deliver.encode import FORMATS
from soundwright.errors import BadRequest
from soundwright.listen.document import Item, Kind, ListeningTest


def draft(folders: Sequence[Path], reference: Path | None, kind: Kind, title: str, place: Path) -> ListeningTest:
    """A test of what stands in `folders`, with files named from the folder of `place`; items that not all have are left
    out. Raises `BadRequest` when nothing is common to all."""
    names = {folder: folder.resolve().name for folder in folders}
    twice = [name for name in names.values() if list(names.values()).count(name) > 1]
    if twice or len(names) < len(folders):
        raise BadRequest(f"two folders have the same name: {', '.join(sorted(set(twice))) or folders[0]}")
    sounds = {folder: _sounds(folder) for folder in [*folders, *([reference] if reference else [])]}
    common = set.intersection(*(set(found) for found in sounds.values()))
    if not common:
        raise BadRequest(f"no file has the same name in {', '.join(str(folder) for folder in sounds)}")
    base = place.absolute().parent

    def named(path: Path) -> str:
        return Path(os.path.relpath(path.absolute(), base)).as_posix()

    items = [
        Item(
            name=stem,
            reference=named(sounds[reference][stem]) if reference else "",
            systems={names[folder]: named(sounds[folder][stem]) for folder in folders},
        )
        for stem in sorted(common)
    ]
    return ListeningTest.model_validate({"title": title, "kind": kind, "items": items})


def _sounds(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadRequest(f"there is no folder {folder}")
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in FORMATS}
