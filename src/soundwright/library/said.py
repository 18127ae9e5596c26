"""What a file says of itself in words: its name, its folders, its tags, the files beside it, its licence and author.

Read are UCS names, Broadcast Wave (bext, EBU Tech 3285), iXML (ixml.info, with the ASWG and USER parts of game and
film libraries), RIFF INFO, ID3 and Vorbis comments through libsndfile, NAME.json and NAME.txt beside the file, and a
LICENSE of its folder or of one above it. Whatever is damaged is left out: words are a help, never a hindrance.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from soundwright.deliver import ucs, wav
from soundwright.errors import BadRequest
from soundwright.library import licences
from soundwright.library.words import plain

LONGEST_SIDE = 65_536  # bytes of a side file that are read
LONGEST_SAID = 2_000  # characters of tags that are kept
FOLDERS = 3  # folders above a file whose names count
SIDES = (".json", ".txt")
LICENCE_FILES = re.compile(r"^(?:licen[cs]e|copying|copyright)(?:[-_. ].*)?$", re.IGNORECASE)
# Keys of tags and of JSON -> what they are, in lower case and without signs.
KEYS = {
    "said": "title name description comment comments note notes keywords tags tag subject fxname userdata ucs "
    "category subcategory scene take prompt originatorreference vendorcategory microphone location genre",
    "author": "author artist creator username user by createdby designer recordist composer",
    "maker": "originator",
    "licence": "licence license copyright rights usage",
    "cat_id": "catid",
}
KEY_OF = {key: kind for kind, keys in KEYS.items() for key in keys.split()}


@dataclass(frozen=True)
class Said:
    """The words of one file, ready for the index; `cat_id` only where the file itself names a category."""

    name: str
    folder: str
    said: str
    cat_id: str
    licence: str
    author: str
    commercial: bool | None
    looped: bool


def read(path: Path, root: Path) -> Said:
    """What `path`, a file under the added folder `root`, says of itself."""
    found: dict[str, list[str]] = {kind: [] for kind in KEYS}
    looped = False
    for key, value in (*_tags(path), *_beside(path)):
        if key == "loops":
            looped = True
        elif (kind := KEY_OF.get(re.sub(r"[^a-z]", "", key.lower()))) and value.strip():
            found[kind].append(value.strip())
    name, cat_id = path.stem, next((one for one in found["cat_id"] if one in ucs.categories()), "")
    try:
        parsed = ucs.Name.parse(path.stem)
        name, cat_id = parsed.fx_name, parsed.cat_id
        found["author"].append(parsed.creator_id)
    except BadRequest:
        pass
    terms = next((terms for text in found["licence"] if (terms := licences.read(text))), None)
    terms = terms or _of_folder(path.parent, root)
    named = terms.name if terms else next((text[:120] for text in found["licence"]), "")
    said = " ".join(plain(text) for text in dict.fromkeys(found["said"]))[:LONGEST_SAID]
    parents = [parent.name for parent in path.parents if parent == root or root in parent.parents][:FOLDERS]
    return Said(
        name=plain(name),
        folder=" ".join(plain(parent) for parent in reversed(parents)),
        said=said,
        cat_id=cat_id,
        licence=named,
        author=next(iter(found["author"] + found["maker"]), "")[:120],
        commercial=terms.commercial if terms else None,
        looped=looped or "loop" in plain(f"{name} {said}").split(),
    )


def _tags(path: Path) -> Iterator[tuple[str, str]]:
    """(key, text) of what stands in the file."""
    try:
        if path.suffix.lower() == ".wav":
            yield from _of_wav(wav.read_about(path))
            return
        import soundfile

        with soundfile.SoundFile(path) as file:
            yield from list(file.copy_metadata().items())
    except (BadRequest, OSError, RuntimeError, ValueError, struct.error, KeyError, IndexError):
        return


def _of_wav(about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part in ("bext", "info"):
        yield from ((key, str(text)) for key, text in about.get(part, {}).items())
    if about.get("loops"):
        yield "loops", "1"
    text = about.get("ixml", "")
    if text and "<!" not in text:  # no entities: they can be made to grow without end
        try:
            yield from ((node.tag, node.text) for node in ElementTree.fromstring(text).iter() if node.text)
        except ElementTree.ParseError:
            return


def _beside(path: Path) -> Iterator[tuple[str, str]]:
    """(key, text) of side files: NAME.json, NAME.wav.json (also our manifests), NAME.txt."""
    for side in (
        (path.with_suffix(ending) for ending in SIDES),
        (path.with_name(path.name + ending) for ending in SIDES),
    ):
        for file in side:
            try:
                with file.open("rb") as opened:
                    text = opened.read(LONGEST_SIDE).decode("utf-8", "replace")
                if file.suffix == ".txt":
                    yield "description", text
                    yield "licence", text if licences.read(text) else ""
                else:
                    yield from _flat(json.loads(text))
            except (OSError, ValueError, RecursionError):
                continue


def _flat(document: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _flat(value, str(name))
    elif isinstance(document, list):
        for value in document:
            yield from _flat(value, key)
    elif isinstance(document, str):
        yield key, document


def _of_folder(folder: Path, root: Path) -> licences.Terms | None:
    """The licence of the nearest folder that has one, from a file's own up to the added one."""
    while True:
        if terms := _licence_in(folder):
            return terms
        if folder == root or root not in folder.parents:
            return None
        folder = folder.parent


@lru_cache(maxsize=4096)
def _licence_in(folder: Path) -> licences.Terms | None:
    try:
        files = sorted(file for file in folder.iterdir() if LICENCE_FILES.match(file.name) and file.is_file())
    except OSError:
        return None
    for file in files:
        try:
            with file.open("rb") as opened:
                terms = licences.read(
                    opened.read(800).decode("utf-8", "replace")
                )  # further down are other terms' names
        except OSError:
            continue
        if terms:
            return terms
    return None
