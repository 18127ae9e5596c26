"""Song plans as YAML a person can edit: written with one section to a block, read with messages that name the line.

    song.plan.yaml line 14: sections[1].energy is 1.7; it must be between 0 and 1

What is checked beyond the schema: keys, chords, instruments and styles are known; the parts that play exist; the bars
go into the duration. `read(write(plan)) == plan` for every plan.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from soundwright.errors import BadRequest, CannotRun
from soundwright.plan.names import KNOWN, nearest
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.plan.theory import Key, bar_chords

Path_ = tuple[str | int, ...]

HEAD = (
    "title",
    "duration_s",
    "tempo_bpm",
    "metre",
    "key",
    "swing",
    "density",
    "tessitura",
    "melody_by",
    "styles",
    "without",
)
TAIL = ("ending", "prompt", "understood", "ignored")
DEEPEST = 8
"""Deeper nesting than any plan's: a YAML alias to itself."""

REMARKS = {
    "tempo_bpm": "felt beats a minute",
    "swing": "where the off-beat eighth falls: 0.5 straight, 0.667 triplet",
    "density": "few notes to many",
    "tessitura": "-1 low to 1 high",
    "melody_by": "rules or learned",
    "ending": "ring, cadence, fade or loop",
}


def write(plan: SongPlan) -> str:
    """The plan as YAML with remarks, flowing where a line is easier to read than a block."""
    data = plan.model_dump(exclude_defaults=False)
    rings = "a loop" if plan.ending == "loop" else f"and {plan.ring_s:.2f} s in which the last chord rings"
    lines = [f"# {plan.bars} bars of {plan.bar_s:.3f} s, {rings}"]
    lines += [_entry(name, data[name]) for name in HEAD]
    lines.append("parts:")
    lines += [f"  {flow(name)}: {flow(_told(part, PartPlan))}" for name, part in data["parts"].items()]
    lines.append("sections:            # chords: one entry a bar, repeated to fill; play: who plays, and how")
    for section in data["sections"]:
        told = _told(section, Section)
        for place, (name, value) in enumerate(told.items()):
            if name == "lyrics":
                lines.append("    lyrics:")
                lines += [f"      - {flow(line)}" for line in value]
            else:
                lines.append(f"  {'-' if place == 0 else ' '} {name}: {flow(value)}")
    lines += [_entry(name, data[name]) for name in TAIL if name != "understood"]
    if plan.understood:
        lines.append("understood:")
        lines += [f"  {flow(name)}: {flow(value)}" for name, value in plan.understood.items()]
    return "\n".join(lines) + "\n"


def read(path_or_text: str | Path) -> SongPlan:
    """The plan in a file, or in a text of several lines. Raises `BadRequest` naming file, line and field."""
    where, text = source(path_or_text)
    data, lines = parse(text, where)
    try:
        plan = SongPlan.model_validate(data)
    except ValidationError as error:
        problem = min(error.errors(), key=lambda e: (e["type"] == "missing", line(tuple(e["loc"]), lines)))
        raise BadRequest(_told_error(problem, data, lines, where)) from None
    _check(plan, lines, where)
    return plan


def slip(error: ValidationError, lines: dict[Path_, int], where: str, fields_at: Callable[[Path_], type]) -> BadRequest:
    """What is wrong in a document, with its line: an unknown field first, with those that `fields_at` the place has."""
    faults: list[Any] = error.errors()
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    path = tuple(fault["loc"])
    at = f"{where} line {line(path, lines)}: {named(path)}".rstrip(": ")
    if fault["type"] == "extra_forbidden":
        fields = list(fields_at(path).model_fields)  # type: ignore[attr-defined]
        return BadRequest(f"{at} is no field{nearest(str(path[-1]), fields)}; fields here are {', '.join(fields)}")
    message = fault["msg"].removeprefix("Value error, ")
    return BadRequest(f"{at}: {message[:1].lower()}{message[1:]}")


def _entry(name: str, value: Any) -> str:
    entry = f"{name}: {flow(value)}"
    return f"{entry:<20} # {REMARKS[name]}" if name in REMARKS else entry


def _told(values: dict[str, Any], model: type[PartPlan] | type[Section]) -> dict[str, Any]:
    """A model's values without the defaults that say nothing."""
    quiet = {name: f.get_default(call_default_factory=True) for name, f in model.model_fields.items()}
    return {name: value for name, value in values.items() if name == "energy" or value != quiet[name]}


def flow(value: Any) -> str:
    import yaml

    text = yaml.safe_dump(value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...").rstrip("\n")


def source(path_or_text: str | Path) -> tuple[str, str]:
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return "plan", path_or_text
    path = Path(path_or_text)
    try:
        return str(path), path.read_text("utf-8")
    except UnicodeDecodeError:
        raise BadRequest(f"{path} is not a plan: it is not UTF-8 text") from None
    except (FileNotFoundError, IsADirectoryError):
        raise BadRequest(f"{path}: no such plan; `soundwright plan music PROMPT` writes one") from None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read: {error.strerror}") from None


def parse(text: str, where: str, such: str = "a plan", field: str = "tempo_bpm: 90") -> tuple[Any, dict[Path_, int]]:
    """The data of a YAML text, and the line (from 1) of everything in it; `such` is what it should be."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        if node is not None:
            _walk(node, (), lines, where, such)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f" line {mark.line + 1}" if mark else ""
        raise BadRequest(f"{where}{at}: this is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise BadRequest(f"{where}: this is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict):
        raise BadRequest(f"{where}: {such} is a mapping of fields such as '{field}', not {_kind(data)}")
    return data, lines


def _walk(node: Any, path: Path_, lines: dict[Path_, int], where: str, such: str) -> None:
    import yaml

    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or len(path) > DEEPEST:
                raise BadRequest(f"{where} line {key.start_mark.line + 1}: {such} has no such structure")
            inner = (*path, key.value)
            if inner in lines:
                raise BadRequest(f"{where} line {key.start_mark.line + 1}: {named(inner)} is there twice")
            lines[inner] = key.start_mark.line + 1
            _walk(value, inner, lines, where, such)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            if len(path) > DEEPEST:
                raise BadRequest(f"{where} line {value.start_mark.line + 1}: {such} has no such structure")
            _walk(value, (*path, place), lines, where, such)


def line(path: Path_, lines: dict[Path_, int]) -> int:
    """The line of what a path leads to, or of the nearest thing around it."""
    plain = tuple(str(step) if isinstance(step, str) else step for step in path)
    while plain and plain not in lines:
        plain = plain[:-1]
    return lines.get(plain, 1)


def named(path: Iterable[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "yes or no", int: "a number", float: "a number"}
    return "empty" if value is None else names.get(type(value), type(value).__name__)


def _told_error(problem: Any, data: Any, lines: dict[Path_, int], where: str) -> str:
    path = tuple(step for step in problem["loc"] if step != "[key]")
    at = f"{where} line {line(path, lines)}: "
    name, kind, context, got = named(path), problem["type"], problem.get("ctx", {}), problem.get("input")
    if kind == "extra_forbidden":
        fields = {1: SongPlan}.get(len(path), Section if path[0] == "sections" else PartPlan).model_fields
        return f"{at}unknown field {name}{nearest(str(path[-1]), list(fields))}; fields here are {', '.join(fields)}"
    if kind == "missing":
        return f"{at}{name} is missing"
    if kind in {"less_than_equal", "greater_than_equal", "greater_than", "less_than"}:
        return f"{at}{name} is {got}; it must be {_bounds(path, context)}"
    if kind == "literal_error":
        allowed = str(context.get("expected", "")).replace("'", "")
        near = nearest(str(got), allowed.replace(" or ", ", ").split(", "))
        return f"{at}{name} is {got!r}; it must be {allowed}{near}"
    if kind == "string_pattern_mismatch" and path[-1] == "metre":
        return f"{at}metre is {got!r}; it must be 2 to 12 over 2, 4 or 8, such as 3/4 or 6/8"
    if kind == "too_short":
        return f"{at}{name} is empty; it needs at least one entry"
    wanted = {"float": "a number", "int": "a whole number", "string": "text", "list": "a list", "dict": "a mapping",
              "model": "a mapping", "bool": "true or false"}  # fmt: skip
    expected = next((words for start, words in wanted.items() if kind.startswith(start)), "")
    told = f"{_kind(got)} ({got!r})" if not isinstance(got, (dict, list)) and got is not None else _kind(got)
    return f"{at}{name} is {told}; it must be {expected}" if expected else f"{at}{name}: {problem['msg']}"


def _bounds(path: Path_, context: dict[str, Any]) -> str:
    """The allowed range of a number, both ends, from the schema."""
    model = SongPlan if len(path) == 1 else Section if path[0] == "sections" else PartPlan
    low, high = None, None
    for limit in model.model_fields[str(path[-1])].metadata:
        low = getattr(limit, "ge", getattr(limit, "gt", low))
        high = getattr(limit, "le", getattr(limit, "lt", high))
    if low is not None and high is not None:
        above = "more than 0 and at most" if path[-1] == "duration_s" else f"between {low} and"
        return f"{above} {high}"
    return ", ".join(f"{name} {value}" for name, value in context.items())


def _check(plan: SongPlan, lines: dict[Path_, int], where: str) -> None:
    """What the schema cannot know: names of music."""

    def tell(path: Path_, problem: str) -> BadRequest:
        return BadRequest(f"{where} line {line(path, lines)}: {problem}")

    def music(path: Path_, parse: Callable[[str], object], text: str) -> None:
        try:
            parse(text)
        except BadRequest as error:
            raise tell(path, f"{named(path)}: {error}") from None

    music(("key",), Key.parse, plan.key)
    for name, part in plan.parts.items():
        if part.instrument not in KNOWN:
            near = nearest(part.instrument, KNOWN) or f"; instruments are {', '.join(KNOWN)}"
            raise tell(("parts", name, "instrument"), f"unknown instrument {part.instrument!r}{near}")
    for number, section in enumerate(plan.sections):
        path: Path_ = ("sections", number)
        if section.key:
            music((*path, "key"), Key.parse, section.key)
        for place, chord in enumerate(section.chords):
            music((*path, "chords", place), bar_chords, chord)
        for name in section.play:
            if name not in plan.parts:
                near = nearest(name, list(plan.parts)) or f"; parts are {', '.join(plan.parts)}"
                raise tell((*path, "play", name), f"sections[{number}].play names no part: {name!r}{near}")
    _check_styles(plan, tell)
    slack = plan.duration_s - plan.bars * plan.bar_s
    if slack < -1e-3:
        bars, bpm = max(int(plan.duration_s / plan.bar_s), 1), plan.tempo_bpm * plan.bars * plan.bar_s / plan.duration_s
        raise tell(
            ("sections",),
            f"{plan.bars} bars at {plan.tempo_bpm:g} bpm last {plan.bars * plan.bar_s:.2f} s, longer than duration_s "
            f"{plan.duration_s:g}: take {bars} bars, or {bpm:.4g} bpm, or a longer duration",
        )


def _check_styles(plan: SongPlan, tell: Callable[[Path_, str], BadRequest]) -> None:
    from soundwright.plan.styles import styles

    words = [*styles(), *(word for row in styles().values() for word in row.words)]
    wanted: list[tuple[Path_, str]] = [(("styles", k), name) for k, name in enumerate(plan.styles)]
    for number, section in enumerate(plan.sections):
        wanted += [(("sections", number, "styles", k), name) for k, name in enumerate(section.styles)]
    for path, name in wanted:
        if name.lower() not in words:
            near = difflib.get_close_matches(name.lower(), words, 1, 0.5)
            raise tell(path, f"unknown style {name!r}" + (f" (did you mean {near[0]}?)" if near else ""))
