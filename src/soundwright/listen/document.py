"""A listening test as one YAML document: what is compared, on which items, and how it is asked.

    title: Which codec keeps the piano?
    kind: mushra                  # mushra, acr, abx or pair
    items:
      - name: piano
        reference: original/piano.wav
        systems: {ours: ours/piano.wav, theirs: theirs/piano.wav}

Files are named from the document's own folder. Faults are told with file, line and what is allowed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundwright.errors import BadRequest, CannotRun
from soundwright.plan.document import Path_, flow, line, named, parse
from soundwright.plan.names import nearest

Kind = Literal["mushra", "acr", "abx", "pair"]
KINDS = {
    "mushra": "MUSHRA (ITU-R BS.1534-3): all at once on a scale of 100, a hidden reference and anchors among them",
    "acr": "mean opinion score (ITU-T P.800 ACR): one sound at a time on five grades",
    "abx": "is X the same as A or as B? shows whether a difference is heard at all",
    "pair": "which of two is better?",
}
REFERENCE, LOW, MID = "reference", "anchor35", "anchor70"
ANCHORS = {LOW: 3500.0, MID: 7000.0}  # Hz (BS.1534-3)
MOST_SIGNALS = 12  # in one MUSHRA trial, hidden reference and anchors among them (BS.1534-3)
LONGEST_S = 120.0  # all sounds of a trial are held at once by the rater's browser
Text = Annotated[str, Field(max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Item(_Document):
    """One excerpt as each system gives it, and the original where there is one."""

    name: Name
    reference: str = ""
    systems: dict[Name, str] = Field(min_length=1, max_length=40)


class ListeningTest(_Document):
    """The whole of a test; `question` and `instructions` have good words of their own for each kind."""

    title: Name
    kind: Kind
    items: list[Item] = Field(min_length=1, max_length=500)
    training: list[Item] = Field(default_factory=list, max_length=50)
    instructions: Text = ""
    question: Annotated[str, Field(max_length=300)] = ""
    loudness_lufs: Annotated[float, Field(ge=-60, le=-9)] | Literal["softest", "none"] = "softest"
    fade_ms: float = Field(5.0, ge=0, le=100)  # raised cosine at both ends (BS.1534-3); 0 where a sound begins at once
    anchors: bool = True  # of mushra
    repeats: int = Field(8, ge=1, le=50)  # trials of a pair on an item, of abx
    ties: bool = False  # of pair: "no difference" may be answered

    def phases(self) -> tuple[tuple[str, list[Item]], ...]:
        return ("training", self.training), ("test", self.items)

    def item(self, phase: str, name: str) -> Item:
        return next(item for item in dict(self.phases())[phase] if item.name == name)

    def conditions(self, item: Item) -> list[str]:
        """All that is heard of an item, by name."""
        own = [REFERENCE] if item.reference else []
        return [*own, *item.systems, *(ANCHORS if self.kind == "mushra" and self.anchors else ())]


@dataclass(frozen=True)
class Document:
    """A test that was read, with the lines on which its parts stand."""

    test: ListeningTest
    path: Path
    lines: dict[Path_, int]

    def file(self, name: str) -> Path:
        return self.path.parent / Path(name).expanduser()

    def fault(self, path: Path_, words: str) -> BadRequest:
        return BadRequest(f"{self.path} line {line(path, self.lines)}: {named(path)}: {words}")


def read(path: str | Path) -> Document:
    """The test in a file. Raises `BadRequest` naming file, line, field, and what is allowed."""
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise BadRequest(f"{path}: no such test; `soundwright listen new FOLDER... -o {path}` writes one") from None
    except UnicodeDecodeError:
        raise BadRequest(f"{path} is not a listening test: it is not UTF-8 text") from None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read: {error.strerror}") from None
    data, lines = parse(text, str(path), "a listening test", "title: Which is better?")
    try:
        document = Document(ListeningTest.model_validate(data), path, lines)
    except ValidationError as error:
        first = min(error.errors(), key=lambda fault: (fault["type"] == "missing", line(tuple(fault["loc"]), lines)))
        raise BadRequest(f"{path} {_told(dict(first), lines)}") from None
    _check(document)
    return document


def write(test: ListeningTest, remarks: str = "") -> str:
    """The test as YAML a person goes on with; what it has by default is left out."""
    told = test.model_dump(exclude_defaults=True)
    lines = [f"# {remarks}"] if remarks else []
    lines.append(f"title: {flow(test.title)}")
    lines.append(f"{'kind: ' + test.kind:<26}# {KINDS[test.kind]}")
    lines += [f"{name}: {flow(told[name])}" for name in told if name not in ("title", "kind", "items", "training")]
    for phase, items in (("items", test.items), ("training", test.training)):
        if items:
            lines.append(f"{phase}:")
        for item in items:
            lines.append(f"  - name: {flow(item.name)}")
            if item.reference:
                lines.append(f"    reference: {flow(item.reference)}")
            lines.append("    systems:")
            lines += [f"      {flow(name)}: {flow(file)}" for name, file in item.systems.items()]
    return "\n".join(lines) + "\n"


def _told(fault: dict[str, Any], lines: dict[Path_, int]) -> str:
    """A fault of the schema in words: line, field, what it is, and what may stand there."""
    path = tuple(step for step in fault["loc"] if step != "[key]")
    name, kind = named(path), fault["type"]
    at = f"line {line(path, lines)}: {name}"
    if path[:1] == ("loudness_lufs",):
        at = f"line {line(path, lines)}: loudness_lufs"
        return f"{at} is {fault['input']!r}; it must be softest, none, or a number of LUFS between -60 and -9"
    if kind == "extra_forbidden":
        fields = list((Item if path[0] in ("items", "training") else ListeningTest).model_fields)
        return f"{at} is no field{nearest(str(path[-1]), fields)}; fields here are {', '.join(fields)}"
    if kind == "missing":
        return f"{at} is missing"
    if kind == "literal_error":
        allowed = list(KINDS)
        near = difflib.get_close_matches(str(fault["input"]), allowed, 1, 0.5)
        return f"{at} is {fault['input']!r}; it must be {', '.join(allowed)}" + (
            f" (did you mean {near[0]}?)" if near else ""
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        field = ListeningTest.model_fields[str(path[-1])]
        low, high = (next(getattr(m, end) for m in field.metadata if hasattr(m, end)) for end in ("ge", "le"))
        return f"{at} is {fault['input']}; it must be between {low} and {high}"
    if kind == "too_short":
        return f"{at} is empty; it needs at least one entry"
    if kind == "string_pattern_mismatch":
        return f"{at} must be one line of text"
    return f"{at}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _check(document: Document) -> None:
    """What the schema cannot know: what each kind needs, names that are ours, and that the files are there."""
    test = document.test
    for phase, items in (("items", test.items), ("training", test.training)):
        seen: set[str] = set()
        for place, item in enumerate(items):
            at: Path_ = (phase, place)
            if item.name in seen:
                raise document.fault((*at, "name"), f"there are two items named {item.name!r}")
            seen.add(item.name)
            _check_item(document, at, item)


def _check_item(document: Document, at: Path_, item: Item) -> None:
    test, inside = document.test, (*at, "systems")
    for name in item.systems:
        if name in (REFERENCE, *ANCHORS):
            raise document.fault((*inside, name), f"{name} is a name of ours; give the system another")
    if test.kind == "mushra" and not item.reference:
        raise document.fault(at, "mushra needs the `reference` that the systems are compared with")
    if test.kind in ("abx", "pair") and len(item.systems) + (test.kind == "abx" and bool(item.reference)) < 2:
        more = " or a reference" if test.kind == "abx" else ""
        raise document.fault(inside, f"{test.kind} compares two: another system{more} is needed")
    signals = len(test.conditions(item))
    if test.kind == "mushra" and signals > MOST_SIGNALS:
        raise document.fault(
            inside,
            f"{signals} signals with the hidden reference and the anchors; "
            f"BS.1534-3 allows {MOST_SIGNALS}: take {signals - MOST_SIGNALS} systems away",
        )
    files: list[tuple[Path_, str]] = [((*inside, name), file) for name, file in item.systems.items()]
    files += [((*at, "reference"), item.reference)] if item.reference else []
    for path, file in files:
        if not document.file(file).is_file():
            raise document.fault(path, f"there is no file {document.file(file)}")
