"""Human tunes as numbers: a small reader of ABC notation for the out-of-copyright collections in music21's corpus.

Ryan's Mammoth Collection (1883), O'Neill's Music of Ireland (1850 airs, 1903) and Aird's Selection of Airs (1778 to
1801) are read without importing music21. `load` plays tunes out with their repeats, as (onset, duration, pitch) in
bars; `Sheet` keeps them as they are written: strains of whole bars, once each, without their pickups.
Source of the notation: the ABC music standard 2.1 (abcnotation.com/wiki/abc:standard:v2.1).
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from soundwright import cache
from soundwright.errors import CannotRun

CACHE = cache.home() / "tunes.json"
COLLECTIONS = ("ryansMammoth", "oneills1850")
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARPS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F#": 6, "C#": 7, "F": -1, "Bb": -2, "Eb": -3, "Ab": -4}
MODES = {"": 0, "maj": 0, "ion": 0, "mix": -1, "dor": -2, "m": -3, "min": -3, "aeo": -3, "phr": -4, "lyd": 1, "loc": -5}
MODE_NAMES = {
    "": "major", "maj": "major", "ion": "major", "mix": "mixolydian", "dor": "dorian", "m": "minor", "aeo": "minor",
    "phr": "phrygian", "lyd": "lydian", "loc": "locrian",
}  # fmt: skip
ACCIDENTALS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
TOKEN = re.compile(
    r"(?P<tuplet>\(\d)|(?P<chord>\[[\^_=A-Ga-g,'\d/]+\])|(?P<bar>:*\|[\|\]:]*|::)|(?P<ending>\[?[12](?![\d/]))"
    r"|(?P<note>(?:\^\^|\^|__|_|=)?[A-Ga-gzx][,']*\d*/*\d*)|(?P<broken>[<>]+)|(?P<tie>-)"
)
NOTE = re.compile(r"(\^\^|\^|__|_|=|)([A-Ga-gzx])([,']*)")


def signature(field: str) -> tuple[int, bool, dict[str, int]] | None:
    """Tonic pitch class, whether its third is minor, and the accidental of each letter, from a `K:` field."""
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", field.strip())
    if not found:
        return None
    tonic, mode = found[1] + found[2], found[3].lower()[:3]
    mode = "m" if mode in ("m", "min", "mi") else mode
    if tonic not in SHARPS and tonic not in ("G#", "D#", "A#"):
        return None
    if mode not in MODES:
        return None
    count = SHARPS.get(tonic, {"G#": 8, "D#": 9, "A#": 10}.get(tonic, 0)) + MODES[mode]
    if abs(count) > 7:
        return None
    order = "FCGDAEB" if count > 0 else "BEADGCF"
    accidentals = dict.fromkeys(order[: abs(count)], 1 if count > 0 else -1)
    pitch = (LETTERS[tonic[0]] + {"#": 1, "b": -1, "": 0}[tonic[1:]]) % 12
    return pitch, mode in ("m", "min", "dor", "aeo", "phr"), accidentals


def _length(text: str) -> Fraction:
    found = re.search(r"(\d*)(/*)(\d*)$", text)
    assert found is not None  # it fits the empty text as well
    over = int(found[3]) if found[3] else 2 ** len(found[2])
    return Fraction(int(found[1] or 1), over)


def _events(body: str, key: dict[str, int], unit: Fraction):
    """("note", pitch or None, length), ("tie",), ("bar", text), ("ending", n) in order."""
    local: dict[str, int] = {}
    tuplet_left, tuplet_factor, broken = 0, Fraction(1), Fraction(1)
    out: list[tuple] = []
    for token in TOKEN.finditer(body):
        kind, text = token.lastgroup, token[0]
        if kind == "tuplet":
            n = int(text[1])
            tuplet_left, tuplet_factor = (
                n,
                {2: Fraction(3, 2), 3: Fraction(2, 3), 4: Fraction(3, 4)}.get(n, Fraction(2, n)),
            )
        elif kind in ("note", "chord"):
            if kind == "chord":
                text = re.findall(r"(?:\^\^|\^|__|_|=)?[A-Ga-g][,']*\d*/*\d*", text)[-1]
            sign, letter, octave = NOTE.findall(text)[0]
            length = _length(text) * unit * broken
            broken = Fraction(1)
            if tuplet_left:
                length, tuplet_left = length * tuplet_factor, tuplet_left - 1
            if letter in "zx":
                out.append(("note", None, length))
                continue
            place = letter + octave
            if sign:
                local[place] = ACCIDENTALS[sign]
            shift = local.get(place, key.get(letter.upper(), 0))
            pitch = (
                60 + LETTERS[letter.upper()] + shift + 12 * (letter.islower() + octave.count("'") - octave.count(","))
            )
            out.append(("note", pitch, length))
        elif kind == "broken" and out and out[-1][0] == "note":
            more = Fraction(2 ** len(text) * 2 - 1, 2 ** len(text))
            less = Fraction(1, 2 ** len(text))
            longer = text[0] == ">"
            out[-1] = ("note", out[-1][1], out[-1][2] * (more if longer else less))
            broken = less if longer else more
        elif kind == "tie":
            out.append(("tie",))
        elif kind == "bar":
            local = {}
            out.append(("bar", text))
        elif kind == "ending":
            out.append(("ending", int(text[-1])))
    return out


def _played(events: list[tuple]) -> list[tuple]:
    """Notes and ties in playing order, repeats and first and second endings expanded."""
    out: list[tuple] = []
    common: list[tuple] = []
    endings: dict[int, list[tuple]] = {}
    now = 0

    def close(repeat: bool) -> None:
        nonlocal common, endings, now
        if endings:
            out.extend(common + endings.get(1, []) + (common + endings[2] if 2 in endings else []))
        else:
            out.extend(common * 2 if repeat else common)
        common, endings, now = [], {}, 0

    for event in events:
        if event[0] == "bar":
            text = event[1]
            (endings.setdefault(now, []) if now else common).append(("line",))
            opens_second = now == 1 and text.startswith(":")
            if text.startswith(":") and not opens_second:
                close(repeat=True)
            elif (
                (now == 2 and ("||" in text or "]" in text))
                or (text.endswith(":") and not opens_second)
                or ("||" in text and not now)
            ):
                close(repeat=False)
        elif event[0] == "ending":
            now = event[1]
        else:
            (endings.setdefault(now, []) if now else common).append(event)
    close(repeat=False)
    return out


@dataclass(frozen=True)
class Sheet:
    """One tune as written. A strain is (bars, ((onset, length, pitch), ...)) in quarters; between notes lie rests."""

    title: str
    rhythm: str
    metre: str
    tonic: int
    mode: str
    strains: tuple[tuple[int, tuple[tuple[Fraction, Fraction, int], ...]], ...]
    collection: str = ""


def _header(text: str) -> tuple[dict[str, str], tuple[int, bool, dict[str, int]], str, list[tuple]] | None:
    """Fields, signature, metre and events of one tune in ABC, or None where they are not plain."""
    fields: dict[str, str] = dict(re.findall(r"^([TMLKR]):\s*(.*?)\s*$", text, re.M)[::-1])
    if "K" not in fields or "M" not in fields:
        return None
    key = signature(fields["K"])
    metre = fields["M"].replace("C|", "2/2").replace("C", "4/4")
    if key is None or not re.match(r"^\d+/\d+$", metre):
        return None
    given = fields.get("L", "")
    usual = Fraction(1, 8 if Fraction(metre) >= Fraction(3, 4) else 16)
    unit = Fraction(given) if re.match(r"^\d+/\d+$", given) else usual
    lines = text[text.index("\nK:") :].split("\n")[2:]
    lines = [line.split("%")[0].rstrip("\\ ") for line in lines if not re.match(r"^[A-Za-z]:", line)]
    body = re.sub(r'"[^"]*"|\{[^}]*\}|![^!]*!|\[[A-Z]:[^\]]*\]', "", " ".join(lines))
    return fields, key, metre, _events(body, key[2], unit)


def _laid(events: list[tuple], bar: Fraction) -> tuple[list[list], list[Fraction], Fraction]:
    """Notes [onset, length, pitch], places of bar lines, and the end, counted from the first full bar; ties joined."""
    first_line = next((i for i, event in enumerate(events) if event[0] == "line"), 0)
    pickup = sum((event[2] for event in events[:first_line] if event[0] == "note"), Fraction(0))
    at = -pickup if pickup < bar else Fraction(0)
    notes: list[list] = []
    bar_lines: list[Fraction] = []
    tied = False
    for event in events:
        if event[0] == "tie":
            tied = True
        elif event[0] == "line":
            bar_lines.append(at)
        else:
            if event[1] is not None:
                if tied and notes and notes[-1][2] == event[1]:
                    notes[-1][1] += event[2]
                else:
                    notes.append([at, event[2], event[1]])
            at += event[2]
            tied = False
    return notes, bar_lines, at


def parse(text: str) -> dict | None:
    """One tune as {title, rhythm, metre, tonic, minor, notes: [[onset, duration, pitch] in bars]}, or None."""
    found = _header(text)
    if found is None:
        return None
    fields, key, metre, events = found
    bar = Fraction(metre)
    notes, _, at = _laid(_played(events), bar)
    if len(notes) < 48 or abs((at / bar) - round(at / bar)) > 0.3:
        return None
    return {
        "title": fields.get("T", ""), "rhythm": fields.get("R", ""), "metre": metre, "tonic": key[0], "minor": key[1],
        "notes": [[float(t / bar), float(d / bar), p] for t, d, p in notes],
    }  # fmt: skip


def _written(events: list[tuple]) -> list[list[tuple]]:
    """The events of each strain once: of two endings the second, cut at repeats and double bars."""
    out: list[list[tuple]] = []
    common: list[tuple] = []
    endings: dict[int, list[tuple]] = {}
    now, closing = 0, False

    def close() -> None:
        nonlocal common, endings, now, closing
        strain = common + (endings.get(2) or endings.get(1) or [])
        if any(event[0] == "note" for event in strain):
            out.append(strain)
        common, endings, now, closing = [], {}, 0, False

    for event in events:
        if event[0] == "ending":
            if closing and event[1] == 1:
                close()
            now, closing = event[1], False
            continue
        if closing:
            close()
        if event[0] != "bar":
            (endings.setdefault(now, []) if now else common).append(event)
            continue
        (endings.setdefault(now, []) if now else common).append(("line",))
        closing = ":" in event[1] or "||" in event[1] or "]" in event[1]
    close()
    return out


def sheet(text: str, collection: str = "") -> Sheet | None:
    """One tune as it is written, or None where its bars do not add up (a strain with a faulty bar is left out)."""
    found = _header(text)
    if found is None:
        return None
    fields, key, metre, events = found
    bar, strains = Fraction(metre), []
    for written in _written(events):
        notes, bar_lines, end = _laid(written, bar)
        whole = all((line / bar).denominator == 1 for line in bar_lines if 0 <= line < end)
        bars = -int(-end // bar)
        if notes and whole and 4 <= bars <= 32 and end > (bars - 1) * bar + bar / 4:
            strains.append((bars, tuple((t * 4, d * 4, p) for t, d, p in notes if t >= 0)))
    mode = re.match(r"[A-G][#b]?\s*([A-Za-z]*)", fields["K"].strip())
    name = MODE_NAMES[{"min": "m", "mi": "m"}.get(mode[1].lower()[:3], mode[1].lower()[:3]) if mode else ""]
    return Sheet(
        fields.get("T", ""), fields.get("R", "").lower().strip(), metre, key[0], name, tuple(strains), collection
    )


def corpus() -> Path:
    """The folder of the installed music21's corpus. Raises `CannotRun` where it is not installed."""
    spec = importlib.util.find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise CannotRun("the tunes are in the music21 package: pip install 'soundwright[train]'")
    return Path(next(iter(spec.submodule_search_locations))) / "corpus"


def texts(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(collection, ABC of one tune) of all tunes in the named collections."""
    for name in names:
        for file in sorted((corpus() / name).glob("*.abc")):
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r", "")
            yield from ((name, tune) for tune in re.split(r"(?=^X:)", text, flags=re.M))


def sheets(names: tuple[str, ...] = ("ryansMammoth", "oneills1850", "airdsAirs")) -> list[Sheet]:
    """All tunes of the collections that have at least one strain whose bars add up."""
    read = (sheet(text, name) for name, text in texts(names))
    return [one for one in read if one is not None and one.strains]


def load() -> list[dict]:
    """All tunes that could be read, played out, from the cache or from the installed music21 package."""
    if CACHE.is_file():
        return json.loads(CACHE.read_text())
    tunes = [parsed for _, text in texts(COLLECTIONS) if (parsed := parse(text))]
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    CACHE.write_text(json.dumps(tunes))
    return tunes
