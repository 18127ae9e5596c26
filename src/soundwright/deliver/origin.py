"""How a sound came about, in IPTC's terms and in the words that its file carries."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from soundwright.deliver import manifest, tags
from soundwright.errors import BadRequest, SoundwrightError

# IPTC digital source types (cv.iptc.org/newscodes/digitalsourcetype).
TRAINED, ALGORITHM, COMPOSITE = "trainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic"
WITH_TRAINED = "compositeWithTrainedAlgorithmicMedia"
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
BESIDE = "See the manifest beside this file."
FROM_ELSEWHERE = {"finish": "Mastered with Soundwright.", "bounce": "Mixed with Soundwright."}


def now() -> datetime:
    """The time that files tell: this moment, or `$SOURCE_DATE_EPOCH` (reproducible-builds.org), with which the same
    sound is the same file. Raises `BadRequest` where that is no number of seconds."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise BadRequest(f"SOURCE_DATE_EPOCH is {fixed!r}, and no seconds since 1970") from None


def source_type(facts: dict[str, Any]) -> str:
    """IPTC's term: a trained model made it, an algorithm alone did, or one that plays recorded samples; "" for what
    came from elsewhere and was only mixed or finished here."""
    if facts.get("task") in FROM_ELSEWHERE:
        return str(facts.get("source_type", ""))
    if facts.get("engine", {}).get("weights"):
        return TRAINED
    return COMPOSITE if facts.get("used", {}).get("soundfont") else ALGORITHM


def of_files(stems: Sequence[Path], mix: Path | None) -> str:
    """The term for a mix of stems, by what their files say; what says nothing came about as the mix did, if that says.

    "" where nothing says that a computer made it.
    """
    whole = _said(mix) if mix else ""
    terms = {_said(stem) or whole for stem in stems}
    trained, known = bool(terms & {TRAINED, WITH_TRAINED}), terms - {""}
    if not known or len(terms) == 1:
        return next(iter(known), "")
    if "" in terms:
        return WITH_TRAINED if trained else COMPOSITE
    return TRAINED if trained else COMPOSITE


def _said(path: Path) -> str:
    """The term that a file carries or its manifest tells; ALGORITHM where it only says that a computer made it."""
    from soundwright.deliver import inspect

    with suppress(BadRequest):
        return source_type(manifest.read(path.with_name(f"{path.name}.json")))
    said = ""
    with suppress(SoundwrightError, RuntimeError, OSError):
        said = " ".join(inspect.read_tags(path).values())
    found = re.search(rf"{re.escape(IPTC)}(\w+)", said)
    return found[1] if found else ALGORITHM if "made by a computer" in said.lower() else ""


def words(facts: dict[str, Any], title: str, now: datetime) -> tags.Tags:
    """What a file says of itself."""
    engine, seed = facts.get("engine", {}).get("name", "?"), facts.get("request", {}).get("seed", 0)
    term, here = source_type(facts), FROM_ELSEWHERE.get(str(facts.get("task")))
    made = here or f"Made by a computer with Soundwright: engine {engine}, seed {seed}."
    if here and term:
        made = f"{here} What it is mixed from was made by a computer."
    return tags.Tags(
        title=str(facts.get("title", title)),
        artist=str(facts.get("artist", "Soundwright")),
        comment=f"{made} {BESIDE}",
        software=f"Soundwright {manifest.VERSION}",
        date=now.strftime("%Y-%m-%d"),
        licence=str(facts.get("licence", "")),
        source_type=IPTC + term if term else "",
    )
