"""Words on a tune: syllables, which note carries which, and the LRC text of the lines.

English is divided by its vowel groups with the usual rules (silent e, -le, -ed, vowels that do not join); any other
language in Latin, Greek or Cyrillic letters by vowel groups, and scripts without letters for vowels sign by sign.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, Stretch

VOWELS = (
    "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōūăĕĭŏŭąę"
    "\u0131\u0430\u0435\u0451\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0456\u0457\u0454"  # Turkish, Cyrillic
    "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9\u03ac\u03ad\u03ae\u03af\u03cc\u03cd\u03ce"  # Greek
)
APART = ("ia", "io", "iu", "ua", "uo", "ya")  # vowel pairs that are two syllables, except after q, g and in -tion
JOINED = ("tio", "sio", "cia", "tia", "cio", "gio", "xio", "scio")
FIRST_HALVES = ("some", "love", "home", "life", "time", "care", "hope", "fire", "lone", "place", "safe", "fore")
WHOLE = {
    "every": "ev-ery", "everything": "ev-ery-thing", "everyone": "ev-ery-one", "everybody": "ev-ery-bo-dy",
    "evening": "eve-ning", "quiet": "qui-et", "science": "sci-ence", "create": "cre-ate", "created": "cre-at-ed",
    "being": "be-ing", "seeing": "see-ing", "going": "go-ing", "doing": "do-ing", "poem": "po-em", "lion": "li-on",
    "fire": "fire", "diamond": "dia-mond", "heaven": "heav-en", "seven": "sev-en", "never": "nev-er", "ever": "ev-er",
    "forever": "for-ev-er", "beautiful": "beau-ti-ful", "people": "peo-ple", "area": "ar-e-a", "idea": "i-de-a",
    "real": "real", "really": "real-ly", "ocean": "o-cean", "onion": "on-ion", "million": "mil-lion",
    "family": "fam-i-ly",
}  # fmt: skip
ONSETS = {
    "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "sc", "sh", "sk", "sl", "sm", "sn",
    "sp", "st", "sw", "th", "tr", "tw", "wh", "wr", "qu", "str", "spr", "scr", "spl", "thr", "shr", "kn",
}  # fmt: skip


def _vowel_groups(word: str) -> list[tuple[int, int]]:
    """Spans of the vowels that sound together."""
    out = []
    for match in re.finditer(f"[{VOWELS}]+", word):
        start, end = match.span()
        if start == 0 and word[0] == "y" and end > 1:
            start = 1
        pair = word[start:end]
        after = word[max(start - 1, 0) : start + 2]
        if pair in APART and start > 0 and word[start - 1] not in "qg" and not after.startswith(JOINED):
            out += [(start, start + 1), (start + 1, end)]
        else:
            out.append((start, end))
    return out


def _silent_end(word: str) -> bool:
    """Whether the last e of an English word is mute: love, loved, makes; not table, wanted, dances."""
    if re.search(r"[^aeiouylrw]le[sd]?$", word):
        return False
    if word.endswith("e"):
        return True
    if word.endswith("ed"):
        return word[-3:-2] not in "td"
    return word.endswith("es") and not re.search(r"(s|x|z|ch|sh|c|g)es$", word)


def syllables(word: str) -> list[str]:
    """The syllables of one word; joined they give it back: "together" -> ["to", "ge", "ther"]."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", word):
        return list(word)
    lower = word.lower()
    core = re.sub(r"[^\w']", "", lower)
    if core in WHOLE and core in lower:
        return _sized(word, lower.index(core), WHOLE[core])
    half = next((h for h in FIRST_HALVES if core.startswith(h) and len(core) > len(h) + 1), "")
    if half and lower.startswith(half) and lower[len(half)] not in VOWELS + "sd":
        return [word[: len(half)], *syllables(word[len(half) :])]
    groups = _vowel_groups(lower)
    if (
        len(groups) > 1
        and core.isascii()
        and core[-1:] in "eds"
        and lower[slice(*groups[-1])] == "e"
        and _silent_end(core)
    ):
        groups = groups[:-1]
    cuts = [0]
    for (_, end), (after, _) in pairwise(groups):
        between = lower[end:after]
        last = after == groups[-1][0] and re.search(r"[^aeiouylrw]le$", core)
        known = next((n for n in (3, 2) if between[-n:] in ONSETS and len(between) >= n), 1)
        onset = 2 if last and len(between) > 1 else known
        cuts.append(after - min(onset, len(between)))
    cuts.append(len(word))
    return [word[a:b] for a, b in pairwise(cuts)]


def _sized(word: str, start: int, pattern: str) -> list[str]:
    """A word cut like its entry in the table, with what stands around it kept."""
    out, at = [], start
    for part in pattern.split("-"):
        out.append(word[at : at + len(part)])
        at += len(part)
    return [word[:start] + out[0], *out[1:-1], out[-1] + word[at:]] if len(out) > 1 else [word]


def line_syllables(line: str) -> list[str]:
    """Syllables of a line; all but a word's last one end in "-", as singers read them."""
    out = []
    for word in line.split():
        parts = syllables(word)
        out += [part + "-" for part in parts[:-1]] + [parts[-1]]
    return out


def _windows(stretch: Stretch, bar: float) -> list[tuple[str, float, float]]:
    """Each line of a section with the span it is sung in; more lines than bars share them."""
    lines = [line for line in stretch.lyrics if line.strip() and not re.fullmatch(r"\s*\[.*\]\s*", line)]
    if not lines:
        return []
    total = len(stretch.bars) * bar
    each = max(1, len(stretch.bars) // len(lines)) * bar if len(lines) <= len(stretch.bars) else total / len(lines)
    return [(line, stretch.start + k * each, stretch.start + (k + 1) * each) for k, line in enumerate(lines)]


def _fitted(events: list[Event], count: int, start: float, end: float) -> list[Event]:
    """The same tune with at least `count` notes: the longest notes are divided until there is one for each syllable."""
    if not events:
        step = (end - start) / (count + 1)
        return [Event(start + k * step, step * 0.95, 60, 0.75) for k in range(count)]
    notes = list(events)
    while len(notes) < count:
        at = max(range(len(notes)), key=lambda k: (notes[k].length, -k))
        note = notes[at]
        half = note.length / 2
        notes[at : at + 1] = [replace(note, length=half), replace(note, start=note.start + half, length=half)]
    return notes


def _sung_until(events: list[Event], window: list[int], count: int, start: float, end: float, bar: float) -> float:
    """Where a line ends: after the fewest bars (by twos) with a note for each syllable; the singer rests after it."""
    for bars in range(2, int((end - start) / bar + 1e-6) + 1, 2):
        until = start + bars * bar
        if sum(events[k].start < until - 1e-6 for k in window) >= count:
            return until
    return end


def sing(form: Form, part: str, events: list[Event]) -> list[Event]:
    """Set the form's lyrics on a tune, in the sections in which the part plays.

    Where there are more notes than syllables, short weak notes are slurred.
    """
    out: list[Event] = []
    taken: set[int] = set()
    middle = sorted(e.pitch for e in events)[len(events) // 2] if events else 60
    for stretch in form.stretches:
        for line, start, end in _windows(stretch, form.metre.bar) if stretch.plays(part) else ():
            words = line_syllables(line)
            window = [k for k, e in enumerate(events) if start - 1e-6 <= e.start < end - 1e-6]
            taken.update(window)
            end = _sung_until(events, window, len(words), start, end, form.metre.bar)
            mine = [k for k in window if events[k].start < end - 1e-6]
            notes = _fitted([events[k] for k in mine], len(words), start, end)
            if not mine:
                notes = [replace(note, pitch=middle) for note in notes]
            extra = len(notes) - len(words)
            weak = sorted(range(1, len(notes)), key=lambda k: (form.metre.weight(notes[k].start), notes[k].length, k))
            slurred = set(weak[:extra])
            left = iter(words)
            out += [replace(note, syllable="" if k in slurred else next(left, "")) for k, note in enumerate(notes)]
    out += [event for k, event in enumerate(events) if k not in taken]
    return sorted(out, key=lambda e: e.start)


def sung_lines(form: Form) -> tuple[tuple[float, str], ...]:
    """(time in s, line) of every sung line."""
    return tuple(
        (float(form.grid.seconds(start, swung=False)), line.strip())
        for stretch in form.stretches
        for line, start, _ in _windows(stretch, form.metre.bar)
    )


def lrc(title: str, lines: tuple[tuple[float, str], ...], duration_s: float, by: str = "") -> str:
    """The lines as LRC text: one `[mm:ss.xx]` a line; `by` says in its `re` field what made it, and how."""
    stamp = lambda t: f"{int(t // 60):02d}:{t % 60:05.2f}"  # noqa: E731
    head = [f"[ti:{title}]", f"[length:{stamp(duration_s)[:5]}]", *([f"[re:{by}]"] if by else [])]
    return "\n".join([*head, *(f"[{stamp(t)}]{line}" for t, line in lines)]) + "\n"
