"""The grammar of sound effects: a prompt to clauses, each one sound with how often, how far, where and how loud.

    "rain on a tin roof with distant thunder, then a door slams twice in a cave"
     ─ step 1 ─────────────────────────────  ─ step 2 ────────
     clause "rain on a tin roof"             clause "a door slams" count 2
     clause "thunder" distance 60 m          place: cave (of the whole)

Steps follow one another; the clauses of one step sound together. Phrases that modify are cut out by a table of
patterns; what is left is split at "with", "and", commas and the like only where both sides name a sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from soundwright.foley.vocabulary import stem, words_of
from soundwright.plan import effect_words as say


@dataclass(frozen=True)
class Clause:
    """One sound as asked: the phrase that names it and what was said about it."""

    text: str
    phrase: str = ""  # as written, with the words that were taken out of `text`
    distance_m: float | None = None
    muffled: bool = False
    count: int | None = None
    every_s: float | None = None
    at_s: float | None = None
    duration_s: float | None = None
    level_db: float = 0.0
    dynamics: str = ""  # "louder", "quieter"
    pan: tuple[float, float] | None = None  # from, to
    circle: bool = False
    motion: str = ""  # "approach", "pass", "recede"
    behind: bool = False  # "in the background"


@dataclass(frozen=True)
class Reading:
    """What a prompt says: steps in order, each of clauses that sound together, and the place of all of it."""

    steps: tuple[tuple[Clause, ...], ...]
    space: str = ""
    duration_s: float | None = None
    unwanted: tuple[str, ...] = ()
    understood: dict[str, str] = field(default_factory=dict)


# phrase -> the best model's name, whether a word of it names a sound, and the words that the model knows
Names = Callable[[str], tuple[str, bool, frozenset[str]]]


def read(prompt: str, names: Names) -> Reading:
    """Read a prompt; `names` tells which sound a phrase means and whether it stands alone as one."""
    understood: dict[str, str] = {}
    text = re.sub(r"[\"\u201c\u201d*()\[\]]", " ", prompt.lower().replace("\u2019", "'")).strip(" .!")
    text = re.sub(rf"^{say.LEADS}", "", text)
    unwanted, text = _unwanted(text)
    duration_s, text = _whole_duration(text)
    space, text = _place(text)
    if space:
        understood["space"] = space
    if duration_s:
        understood["duration"] = f"{duration_s:g} s"
    steps: list[tuple[Clause, ...]] = []
    for step in (tuple(clauses) for part in _acting(_sequence(text)) for clauses in _together(part, names)):
        if steps and not any(one.text for one in step):  # "then fades away" is said of what went before
            steps[-1] = tuple(merge(before, step[0], before.text) for before in steps[-1])
        else:
            steps.append(step)
    return Reading(tuple(steps), space, duration_s, unwanted, understood)


def _number(text: str) -> float:
    text = text.strip().replace("half an", "half a")
    return say.NUMBERS[text] if text in say.NUMBERS else float(text)


def _seconds(number: str, unit: str) -> float:
    return _number(number) * next(s for prefix, s in say.UNIT_S.items() if unit.startswith(prefix))


def _unwanted(text: str) -> tuple[tuple[str, ...], str]:
    found = re.findall(r"\b(?:without(?: any)?|no) ((?!reverb)\w+(?: \w+)?)", text)
    return tuple(found), re.sub(r",?\s*(?:and |but |with )?\b(?:without(?: any)?|no) (?!reverb)\w+(?: \w+)?", "", text)


def _whole_duration(text: str) -> tuple[float | None, str]:
    """A length said of everything: "5 seconds of rain", "rain for 5 seconds" (in a sequence it belongs to its step)."""
    many = len(re.split(say.SEQUENCE, text)) > 1
    time = f"{say.N}[ -]?{say.UNIT}"
    patterns = [rf"^(?:an? )?{time}(?: long)?(?: of)? ", rf",?\s*(?:total )?{time} (?:long|in total|total)$"]
    if not many:
        patterns += [rf",?\s*\b(?:for|lasting|over)(?: about)? {time}\b", rf",\s*{time}$"]
    for pattern in patterns:
        if found := re.search(pattern, text):
            return _seconds(found[1], found[2]), (text[: found.start()] + " " + text[found.end() :]).strip()
    return None, text


def _place(text: str) -> tuple[str, str]:
    """The space that a text names, and the text without it; an echo that is asked for is a hall."""
    echo = re.search(say.ECHOES, text)
    if echo:
        text = (text[: echo.start()] + " " + text[echo.end() :]).strip(" ,")
    for space, words in say.PLACES.items():
        pattern = say.PLACED.format(words=words)
        found = re.search(pattern, text)
        if not found and space in say.ADVERBIAL:
            found = re.search(rf"(?:,\s*|^|\s)(?:{say.ADVERBIAL[space]})$", text)
        if found and not re.search(r"\b(?:the left|the right|distance)\b", found[0]):
            alone = not text[: found.start()].strip()
            return space, text if alone else (text[: found.start()] + text[found.end() :]).strip(" ,")
    return "hall" if echo else "", text


def _sequence(text: str) -> list[str]:
    if found := re.match(say.AFTER, text):
        return _sequence(found[2]) + _sequence(found[1])
    return [part.strip(" ,") for part in re.split(say.SEQUENCE, text) if part and part.strip(" ,")]


def _acting(parts: list[str]) -> list[str]:
    """Steps that begin with a verb get the subject of the step before: "a motorcycle idles, then revs"."""
    out = parts[:1]
    for part in parts[1:]:
        first = (words_of(part) or [""])[0]
        verb = first in say.FINITE or (stem(first) in say.VERBS and first.endswith("s"))
        if verb and (owner := re.search(r"(\w+) (?:which|that|who)$", out[-1])):
            out[-1] = out[-1][: owner.end(1)]
            part = f"{owner[1]} {part}"
        elif verb:
            part = f"{_subject(out[-1])} {part}"
        out.append(part)
    return out


def _together(text: str, names: Names) -> list[list[Clause]]:
    """The clauses of one step, cut where both sides name a sound; "opens and slams" becomes two steps."""
    parts = [p for p in re.split(rf"{say.TOGETHER}|{say.WEATHER}", text) if p and p.strip()]
    links = [m[0].strip(" ,") for m in re.finditer(rf"{say.TOGETHER}|{say.WEATHER}", text)]
    steps, current = [[]], clause(parts[0]) if parts else clause(text)
    for link, part in zip(links, parts[1:], strict=False):
        following = clause(part)
        if named := re.match(say.PRONOUNS, part):
            if re.match(say.GOES_PAST, part[named.end() :]):
                current = merge(current, replace(Clause("", part), motion="pass"), current.text)
                continue
            part = part[named.end() :]
            following = clause(part)
        first = (words_of(part) or [""])[0]
        verb = (stem(first) in say.VERBS or first in say.FINITE) and (link in ("and", ",") or bool(named))
        if verb:
            following = replace(following, text=f"{_subject(current.text)} {following.text}".strip())
        ours, theirs = _stands(current, names), _stands(following, names)
        if part_of := re.match(say.PART_OF, part):
            following = _owned(following, part[part_of.end() :], current.text, ours, names)
            theirs = _stands(following, names)
        if link == "over" and re.match(say.GROUND, following.text):
            theirs = ""
        if link == "with" and _is_tool(following.text, current.text, ours, theirs, names):
            theirs = ""
        if ours and theirs and ours != theirs:
            steps[-1].append(current)
            if verb and not part.split()[0].endswith("ing"):
                steps.append([])
            current = following
        elif verb and ours and ours == theirs:
            current = merge(current, following, current.text)
        else:
            joined = f"{current.text} {link} {following.text}" if following.text else current.text
            current = merge(current, following, joined.strip(" ,"))
    steps[-1].append(current)
    return [step for step in steps if step]


def _stands(one: Clause, names: Names) -> str:
    """The name of the sound that a clause means where it stands alone as one, or ''."""
    if not one.text:
        return ""
    name, alone, _ = names(one.text)
    return name if alone else ""


def _owned(following: Clause, text: str, before: str, sound: str, names: Names) -> Clause:
    """A clause "the horn blows" after a train: the train's horn, where a sound is called by both names."""
    own = {stem(word) for word in words_of(sound)}
    owner = next((word for word in reversed(words_of(before)) if stem(word) in own), "")
    called = {stem(word) for word in words_of(names(f"{owner} {text}")[0])} if owner else set()
    if stem(owner) in called and called & {stem(word) for word in words_of(text)}:
        return replace(following, text=f"{owner} {text}")
    return following


def _is_tool(text: str, doing: str, sound: str, alone: str, names: Names) -> bool:
    """Whether "with a spoon" only says how `sound` is made: it knows the spoon, and nothing is called by that name."""
    tool = set(words_of(text)[1:])
    if not sound or not re.match(say.TOOL, text) or tool & set(words_of(alone)):
        return False
    name, _, known = names(f"{doing} with {text}")
    return name == sound and tool <= known


def _subject(text: str) -> str:
    """What acts in a clause: its words before the first verb ("an old door" of "an old door creaks open")."""
    out = []
    for word in text.split():
        if out and (stem(word) in say.VERBS or word in say.FINITE):
            break
        out.append(word)
    return " ".join(out)


def merge(one: Clause, other: Clause, text: str) -> Clause:
    """One clause of two halves: what either says holds, and the second wins."""
    said: dict[str, Any] = {
        name: value for name, value in vars(other).items() if value != Clause.__dataclass_fields__[name].default
    }
    return replace(one, **(said | {"text": text, "phrase": f"{one.phrase} {other.phrase}".strip()}))


def clause(text: str) -> Clause:
    """One phrase with its modifiers taken out into fields."""
    said: dict[str, Any] = {"phrase": text.strip(" ,")}

    def cut(pattern: str) -> re.Match[str] | None:
        nonlocal text
        found = re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", text)
        if found:
            text = re.sub(r"\s+", " ", f"{text[: found.start()]} {text[found.end() :]}").strip(" ,")
        return found

    cut(say.GROUPS)
    if found := cut(rf"(?:once )?every (?:{say.N} )?{say.UNIT}"):
        said["every_s"] = _seconds(found[1] or "one", found[2])
    if found := cut(rf"(?:starting )?(?:at|after) {say.N}[ -]?{say.UNIT}"):
        said["at_s"] = _seconds(found[1], found[2])
    if found := cut(rf"(?:for|lasting)(?: about)? {say.N}[ -]?{say.UNIT}"):
        said["duration_s"] = _seconds(found[1], found[2])
    if cut(r"(?:quietly )?in the background"):
        said["behind"] = True
    for name, table in (
        ("pan", say.PANS),
        ("motion", say.MOTIONS),
        ("dynamics", say.DYNAMICS),
        ("distance_m", say.DISTANCES),
        ("level_db", say.LEVELS),
    ):
        said |= next(({name: value} for pattern, value in table if cut(pattern)), {})
    if cut(say.CIRCLE):
        said["circle"] = True
    for pattern in say.WALLS:
        if cut(pattern):
            said["muffled"] = True
    for pattern, count in say.COUNTS:
        if found := cut(pattern):
            said["count"] = count or round(_number(found[1]))
            break
    else:
        if found := re.search(rf"^(?:{say.N}) (?=\w+(?:\s\w+)?s\b)", text):
            number = round(_number(found[1]))
            if number > 1:
                said["count"], text = number, text[found.end() :]
    for word, metres in say.DISTANT_WORDS.items():
        if "distance_m" not in said and re.search(rf"\b{word}\b", text):
            said["distance_m"] = metres
    text = re.sub(r"^(?:and|with|but) |(?: and| with)$", "", re.sub(r"\s+", " ", text).strip(" ,"))
    return Clause(text, **said)
