"""The operator's library over HTTP, where it is open: searched by words, heard for a few seconds, named by its hash.

Paths of the disk stay here: a recording is called by its file's name and known by its SHA-256.
"""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

from starlette.exceptions import HTTPException

from soundwright.serve import work
from soundwright.serve.answers import Recording
from soundwright.serve.uploads import shown

HEARD_S = 20.0


def opened(engines: tuple[str, ...]) -> None:
    """Raise 403 where the operator has not opened the library."""
    if "library" not in work.open_engines(engines):
        raise HTTPException(403, "the library is not open here: its operator can open it (--engine library)")


def search(text: str, layer: str, count: int) -> list[Recording]:
    """The best recordings for words. Raises `BadRequest` where the library is empty."""
    from soundwright.library.choose import SUITS
    from soundwright.library.search import Library
    from soundwright.library.store import Store

    with closing(Store()) as store:
        found = Library(store).search(text, count=count)
    found = sorted(found, key=lambda one: -one.score * SUITS[layer].get(one.entry.shape, 0.5))
    return [
        Recording(
            recording=f"library:{one.entry.sha256}", name=shown(one.entry.path),
            duration_s=round(one.entry.duration_s, 3), shape=one.entry.shape,
            category=one.entry.category, licence=one.entry.licence,
            may_be_sold=one.entry.commercial, why=one.why, url=f"/v1/library/{one.entry.sha256}",
        )
        for one in found
    ]  # fmt: skip


def excerpt(sha256: str) -> bytes:
    """The beginning of a recording, as WAV of 16 bits. Raises 404 where there is none."""
    import soundfile

    from soundwright.direct import recorded
    from soundwright.errors import BadRequest
    from soundwright.library import cut

    try:
        path: Path = recorded.find(f"library:{sha256}")
    except BadRequest:
        raise HTTPException(404, "there is no such recording") from None
    file = io.BytesIO()
    soundfile.write(file, cut.load(path, recorded.RATE, HEARD_S).T, recorded.RATE, "PCM_16", format="WAV")
    return file.getvalue()
