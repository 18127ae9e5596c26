"""Words on a tune: syllables, which note carries which, and the LRC text of the lines.

English is divided by its vowel groups with the usual rules (silent e, -le, -ed, vowels that do not join); any other
language in Latin, Greek or Cyrillic letters by vowel groups, and scripts without letters for vowels sign by sign.
"""

from __future__ import annotations

import re
from dataclasses import replace

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, Stretch

VOWELS = "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōūăĕĭŏŭąęıаеёиоуыэюяіїєαεηιουωάέήίόύώ"
APART = ("ia", "io", "iu", "eo", "ua", "uo", "oe", "ya", "yo", "ea-")  # pairs that are two syllables inside a word
JOINED = ("tion", "sion", "cial", "tial", "cious", "tious", "ious", "geon", "gion", "gious")
ONSETS = {
    "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "sc", "sh", "sk", "sl", "sm", "sn",
    "sp", "st", "sw", "th", "tr", "tw", "wh", "wr", "qu", "str", "spr", "scr", "spl", "thr", "shr", "kn",
}  # fmt: skip


def _vowel_groups(word: str) -> list[tuple[int, int]]:
    groups = []
    for match in re.finditer(f"[{VOWELS}]+", word):
        start, end = match.span()
        if start == 0 and word[0] == "y" and end > 1:
            start = 1
        groups.append((start, end))
    out = []
    for start, end in groups:
        pair = word[start:end]
        split = next((k for k in range(start, end - 1) if word[k : k + 2] in APART), None)
        rest = word[max(start - 1, 0) :]
        if split is not None and len(pair) == 2 and not rest.startswith(tuple(x[0] + x[1:] for x in JOINED)) and end < len(word) + 1:
            if start > 0 and not any(word[start - 1 :].startswith(join) for join in JOINED) and word[start - 1] not in "qg":
                out += [(start, split + 1), (split + 1, end)]
                continue
        out.append((start, end))
    return out


def syllables(word: str) -> list[str]:
    """The syllables of one word, joined giving it back: "together" -> ["to", "ge", "ther"]."""
    lower = word.lower()
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", word):
        return list(word)
    groups = _vowel_groups(lower)
    letters = re.sub(r"[^\w]", "", lower)
    if len(groups) > 1 and letters.isascii():
        start, end = groups[-1]
        tail = re.sub(r"[^\w]+$", "", lower)
        if lower[start:end] == "e" and (tail.endswith("e") or re.search(r"[^td]e[d]$", tail) or re.search(r"[^sxz]es$", tail)):
            le = re.search(r"[^aeiouylrw]le[sd]?$", tail)
            if end >= len(tail) - 1 and not le and not re.search(r"(ch|sh|c|g)es$", tail):
                groups = groups[:-1]
    if len(groups) <= 1:
        return [word]
    cuts = [0]
    for (_, end), (after, _) in zip(groups, groups[1:], strict=False):
        between = lower[end:after]
        if len(between) <= 1:
            cut = end if between or after == end else after
        else:
            onset = next((n for n in (3, 2) if between[-n:] in ONSETS and len(between) >= n), 1)
            cut = after - onset
        cuts.append(cut)
    cuts.append(len(word))
    return [word[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]


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


def sing(form: Form, events: list[Event]) -> list[Event]:
    """Set the form's lyrics on a tune. Where there are more notes than syllables, short weak notes are slurred."""
    out: list[Event] = []
    taken: set[int] = set()
    middle = sorted(e.pitch for e in events)[len(events) // 2] if events else 60
    for stretch in form.stretches:
        for line, start, end in _windows(stretch, form.metre.bar):
            words = line_syllables(line)
            mine = [k for k, e in enumerate(events) if start - 1e-6 <= e.start < end - 1e-6]
            taken.update(mine)
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


def lrc(title: str, lines: tuple[tuple[float, str], ...], duration_s: float) -> str:
    """The lines as LRC text: one `[mm:ss.xx]` a line."""
    stamp = lambda t: f"{int(t // 60):02d}:{t % 60:05.2f}"  # noqa: E731
    head = [f"[ti:{title}]", f"[length:{stamp(duration_s)[:5]}]"]
    return "\n".join([*head, *(f"[{stamp(t)}]{line}" for t, line in lines)]) + "\n"
