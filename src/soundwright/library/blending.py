"""Two files blended into a piece whose manifest names both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.deliver.piece import Piece
from soundwright.errors import BadRequest
from soundwright.library import said
from soundwright.library.blend import MODES, blend
from soundwright.library.hear import digest

LONGEST_S = 60.0


def table() -> list[dict[str, str]]:
    """What each mode keeps of the first sound and takes from the second."""
    return [{"mode": name, "keeps": mode.keeps, "takes": mode.takes} for name, mode in MODES.items()]


def of_files(first: Path, second: Path, amount: float, mode: str, *, seed: int = 0, commercial: bool = False) -> Piece:
    """The blend of two files at the first one's rate, in stereo. Raises `BadRequest` (see `blend`), also over 60 s."""
    sources = [source(first), source(second)]
    for path, facts in zip((first, second), sources, strict=True):
        if commercial and facts["commercial"] is False:
            raise BadRequest(f"the licence of {path} ({facts['licence']}) forbids to sell what is made of it")
    a = Audio.read(first).stereo()
    b = Audio.read(second).stereo().at(a.rate)
    for path, audio in ((first, a), (second, b)):
        if audio.duration_s > LONGEST_S:
            raise BadRequest(f"{path} lasts {audio.duration_s:.0f} s; sounds of up to {LONGEST_S:g} s are blended")
    y = Audio(blend(a.samples, b.samples, a.rate, amount, mode, seed=seed), a.rate)
    about: dict[str, Any] = {
        "task": "blend",
        "title": f"{first.stem} {second.stem}",
        "request": {"first": first.name, "second": second.name, "amount": amount, "mode": mode, "seed": seed},
        "used": {"sources": sources},
    }
    return Piece(y, "", facts=about)


def source(path: Path) -> dict[str, Any]:
    """What a manifest says of a file: its hash, licence and author as far as the file and its folder tell."""
    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    path = path.resolve()
    words = said.read(path, path.parent)
    return {
        "path": str(path),
        "sha256": digest(path),
        "licence": words.licence or "not known",
        "author": words.author or "not known",
        "commercial": words.commercial,
    }
