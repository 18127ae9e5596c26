"""Human tunes as numbers: a small reader of ABC notation for the out-of-copyright collections in music21's corpus.

Ryan's Mammoth Collection (1883) and O'Neill's Music of Ireland (1850 airs, 1903) are read without importing music21,
played out with their repeats, and kept as (onset, duration, pitch) in bars in `~/.cache/soundwright/tunes.json`.
Source of the notation: the ABC music standard 2.1 (abcnotation.com/wiki/abc:standard:v2.1).
"""

from __future__ import annotations

import importlib.util
import json
import re
from fractions import Fraction
from pathlib import Path

CACHE = Path.home() / ".cache" / "soundwright" / "tunes.json"
COLLECTIONS = ("ryansMammoth", "oneills1850")
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARPS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F#": 6, "C#": 7, "F": -1, "Bb": -2, "Eb": -3, "Ab": -4}
MODES = {"": 0, "maj": 0, "ion": 0, "mix": -1, "dor": -2, "m": -3, "min": -3, "aeo": -3, "phr": -4, "lyd": 1, "loc": -5}
ACCIDENTALS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
TOKEN = re.compile(
    r"(?P<tuplet>\(\d)|(?P<chord>\[[\^_=A-Ga-g,'\d/]+\])|(?P<bar>:*\|[\|\]:]*|::)|(?P<ending>\[?[12](?![\d/]))"
    r"|(?P<note>(?:\^\^|\^|__|_|=)?[A-Ga-gzx][,']*\d*/*\d*)|(?P<broken>[<>]+)|(?P<tie>-)"
)


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
            sign, letter, octave = re.match(r"(\^\^|\^|__|_|=|)([A-Ga-gzx])([,']*)", text).groups()
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


def parse(text: str) -> dict | None:
    """One tune as {title, rhythm, metre, tonic, minor, notes: [[onset, duration, pitch] in bars]}, or None."""
    fields = dict(re.findall(r"^([TMLKR]):\s*(.*?)\s*$", text, re.M)[::-1])
    if "K" not in fields or "M" not in fields:
        return None
    key = signature(fields["K"])
    metre = {"C": "4/4", "C|": "2/2"}.get(fields["M"], fields["M"])
    if key is None or not re.match(r"^\d+/\d+$", metre):
        return None
    bar = Fraction(metre)
    unit = (
        Fraction(fields["L"])
        if re.match(r"^\d+/\d+$", fields.get("L", ""))
        else Fraction(1, 8 if bar >= Fraction(3, 4) else 16)
    )
    lines = text[text.index("\nK:") :].split("\n")[2:]
    lines = [line.split("%")[0].rstrip("\\ ") for line in lines if not re.match(r"^[A-Za-z]:", line)]
    body = re.sub(r'"[^"]*"|\{[^}]*\}|![^!]*!|\[[A-Z]:[^\]]*\]', "", " ".join(lines))
    played = _played(_events(body, key[2], unit))
    first_line = next((i for i, event in enumerate(played) if event[0] == "line"), 0)
    pickup = sum((event[2] for event in played[:first_line] if event[0] == "note"), Fraction(0))
    at = -pickup if pickup < bar else Fraction(0)
    notes: list[list] = []
    tied = False
    for event in played:
        if event[0] == "tie":
            tied = True
        elif event[0] == "note":
            if event[1] is not None:
                if tied and notes and notes[-1][2] == event[1]:
                    notes[-1][1] += event[2]
                else:
                    notes.append([at, event[2], event[1]])
            at += event[2]
            tied = False
    if len(notes) < 48 or abs((at / bar) - round(at / bar)) > 0.3:
        return None
    return {
        "title": fields.get("T", ""), "rhythm": fields.get("R", ""), "metre": metre, "tonic": key[0], "minor": key[1],
        "notes": [[float(t / bar), float(d / bar), p] for t, d, p in notes],
    }  # fmt: skip


def load() -> list[dict]:
    """All tunes that could be read, from the cache or from the installed music21 package."""
    if CACHE.is_file():
        return json.loads(CACHE.read_text())
    spec = importlib.util.find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the human tunes are in the music21 package: pip install music21")
    corpus = Path(next(iter(spec.submodule_search_locations))) / "corpus"
    tunes = []
    for name in COLLECTIONS:
        for file in sorted((corpus / name).glob("*.abc")):
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r", "")
            for tune in re.split(r"(?=^X:)", text, flags=re.M):
                parsed = parse(tune)
                if parsed:
                    tunes.append(parsed)
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    CACHE.write_text(json.dumps(tunes))
    return tunes
