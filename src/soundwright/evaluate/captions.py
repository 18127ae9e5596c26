"""What each clip should sound like, in words: from a table, from text files, or from the manifests beside the clips."""

from __future__ import annotations

import csv
import json
from glob import escape
from pathlib import Path, PurePosixPath

from soundwright.errors import BadRequest
from soundwright.evaluate.sets import ENDINGS

NAMES = ("file", "name", "clip", "audio", "path", "file_name", "id")
TEXTS = ("caption", "prompt", "text", "description")


def captions(place: Path, names: list[str]) -> dict[str, str]:
    """The caption of each clip among `names` that has one.

    `place` is a table (.csv, .tsv or .jsonl with a column `file` and one `caption`), or a folder that holds
    `NAME.txt`, or a manifest `NAME.wav.json` with a prompt. Raises `BadRequest`.
    """
    place = place.expanduser()
    if place.is_dir():
        found = {name: _beside(place, name) for name in names}
        return {name: text for name, text in found.items() if text}
    if not place.is_file():
        raise BadRequest(f"there is no table or folder of captions {place}")
    told = {_bare(name): text for name, text in _table(place)}
    short = {PurePosixPath(name).name: text for name, text in told.items()}
    return {name: text for name in names if (text := told.get(name) or short.get(PurePosixPath(name).name))}


def _bare(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("") if path.suffix.lower() in ENDINGS else path)


def _beside(folder: Path, name: str) -> str:
    text = folder / f"{name}.txt"
    try:
        if text.is_file():
            return text.read_text(encoding="utf-8").strip()
        for manifest in sorted((folder / name).parent.glob(f"{escape(Path(name).name)}.*.json")):
            told = json.loads(manifest.read_text(encoding="utf-8"))
            return str(told.get("request", told).get("prompt", "")).strip()
    except (OSError, ValueError, AttributeError) as error:
        raise BadRequest(f"the caption of {name} in {folder} cannot be read: {error}") from error
    return ""


def _table(place: Path) -> list[tuple[str, str]]:
    try:
        text = place.read_text(encoding="utf-8-sig")
        if place.suffix.lower() == ".jsonl":
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            rows = list(csv.DictReader(text.splitlines(), delimiter="\t" if place.suffix.lower() == ".tsv" else ","))
    except (OSError, ValueError) as error:
        raise BadRequest(f"{place} is not a table of captions: {error}") from error
    columns = {str(key).lower(): key for key in (rows[0] if rows and isinstance(rows[0], dict) else {})}
    name = next((columns[key] for key in NAMES if key in columns), None)
    caption = next((columns[key] for key in TEXTS if key in columns), None)
    if name is None or caption is None:
        raise BadRequest(f"{place} wants a column `file` and a column `caption`")
    return [(str(row.get(name) or ""), str(row.get(caption) or "")) for row in rows]
