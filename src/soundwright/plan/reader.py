"""What a prompt says outright: tempo, key, metre and length; form and players are read in `wishes.py`.

Each finder takes the `Text`, marks the words that it has understood as used, and says in plain words what it read.
What is guessed from meaning (style, mood) is in `sense.py`; what is written here always beats it.
"""

from __future__ import annotations

import re

from soundwright.plan.reading import Reading, Text
from soundwright.plan.theory import Key
from soundwright.plan.wishes import NEGATION, find_form, find_instruments, find_unwanted, leave_out

TEMPO_WORDS = {
    "larghissimo": 30, "grave": 40, "largo": 50, "lento": 54, "larghetto": 62, "adagio": 68, "adagietto": 74,
    "andante": 84, "andantino": 92, "moderato": 108, "allegretto": 114, "allegro": 132, "vivace": 156, "vivo": 156,
    "presto": 176, "prestissimo": 200,
}  # fmt: skip
"""Beats a minute for Italian tempo words: the middles of the ranges printed on metronomes."""

PACE_WORDS = {
    "not too fast": -0.2, "not too slow": 0.2, "not fast": -0.4, "not slow": 0.4, "ballad": -0.8, "very slow": -1.0,
    "really slow": -1.0, "extremely slow": -1.0, "slow": -0.75, "slowly": -0.75, "unhurried": -0.6, "downtempo": -0.5,
    "low tempo": -0.75, "slow-paced": -0.75, "medium tempo": 0.0, "mid-tempo": 0.0, "midtempo": 0.0,
    "medium-paced": 0.0, "fast": 0.8, "fast-paced": 0.8, "quick": 0.7, "rapid": 0.8, "brisk": 0.5, "uptempo": 0.6,
    "up-tempo": 0.6, "very fast": 1.0, "really fast": 1.0, "high tempo": 0.8, "speedy": 0.8, "breakneck": 1.0,
    "furiously fast": 1.0, "double-time": 0.8, "double time": 0.8,
}  # fmt: skip
"""Where in the style's range of tempo a plain word puts it: -1 slowest, +1 fastest."""

METRE_WORDS = {
    "in three": "3/4", "in 3": "3/4", "three-four": "3/4", "three four": "3/4", "three-quarter time": "3/4",
    "waltz time": "3/4", "waltz-time": "3/4", "triple metre": "3/4", "triple meter": "3/4", "triple time": "3/4",
    "six-eight": "6/8", "six eight": "6/8", "in six": "6/8", "in 6": "6/8", "compound time": "6/8",
    "twelve-eight": "12/8", "twelve eight": "12/8", "in five": "5/4", "in 5": "5/4", "five-four": "5/4",
    "five four": "5/4", "in seven": "7/8", "in 7": "7/8", "seven-eight": "7/8", "seven eight": "7/8",
    "cut time": "2/2", "common time": "4/4", "four-four": "4/4", "four four": "4/4", "in four": "4/4", "in two": "2/4",
    "nine-eight": "9/8", "nine eight": "9/8", "two-four": "2/4",
}  # fmt: skip

MODE_WORD = (
    r"major|minor|maj|min|dorian|phrygian(?: dominant)?|lydian|mixolydian|locrian|aeolian|ionian|"
    r"harmonic minor|melodic minor|(?:major |minor )?pentatonic|blues|dur|moll"
)
ACCIDENTAL = r"#|♯|b(?![a-z])|♭|[- ]?sharp|[- ]?flat"


def read_prompt(text: Text, negative: str = "") -> Reading:
    """Everything that the prompt (and the text of what is unwanted) says outright; marks the words it understood."""
    reading = Reading()
    for finder in (_length, _tempo, _key, _metre, find_unwanted, _ending, find_form, find_instruments):
        finder(text, reading)
    for phrase in re.split(r",|;|\band\b|\bor\b", negative.lower()):
        leave_out(re.sub(NEGATION, "", f" {phrase} ").strip(" ."), reading)
    if reading.without:
        reading.understood["without"] = ", ".join(dict.fromkeys(reading.without))
    return reading


def length_in(prompt: str) -> float | None:
    """Seconds that a prompt asks for in words ("2 minutes", "1:30 long", "30-second"), or None."""
    reading = Reading()
    _length(Text(prompt), reading)
    return reading.length_s


def _length(text: Text, reading: Reading) -> None:
    clock = text.find(r"\b(\d{1,2}):([0-5]\d)\b(?:\s*(?:long|minutes?|mins?))?")
    if clock:
        reading.length_s = 60.0 * int(clock[1]) + int(clock[2])
        return
    number = r"(\d+(?:\.\d+)?|half a|one|two|three|four|five|ten|a)"
    units = r"seconds?|secs?|minutes?|mins?|hours?"  # a bare s only where it cannot be a decade or a drum machine
    match = text.find(
        rf"\b(?!a second\b){number}(?:[\s-]*({units})\b(?:[\s-]*long)?| (s)\b"
        r"|(?<=[1-9][1-9]|[13]0|15|20|25|45)(s)\b(?! ?synth))"
    )
    if match:
        words = {"half a": 0.5, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
        amount = words[match[1]] if match[1] in words else float(match[1])
        reading.length_s = amount * {"s": 1, "m": 60, "h": 3600}[(match[2] or "s")[0]]


def _tempo(text: Text, reading: Reading) -> None:
    said = reading.understood
    span = text.find(r"\b(\d{2,3})\s*(?:-|to)\s*(\d{2,3})\s*bpm\b")
    match = span or text.find(
        r"\b(\d{2,3}(?:\.\d+)?)\s*-?\s*(?:bpm|b\.p\.m\.?|beats (?:per|a) minute)(?!\w)"
        r"|\b(?:tempo|bpm)\s*(?:of|:|=|at|is)?\s*(?:about|around)?\s*(\d{2,3}(?:\.\d+)?)\b"
        r"|\bat (?:about |around )?(\d{2,3}(?:\.\d+)?)\b(?!\s*(?:s\b|sec|%|k?hz|"
        r"am\b|pm\b|a\.m|p\.m|min|km|mph|years|o'clock|degrees|:))"
    )
    if match:
        bpm = (float(match[1]) + float(match[2])) / 2 if span else float(next(g for g in match.groups() if g))
        reading.bpm = min(max(bpm, 20.0), 300.0)
        note = "" if reading.bpm == bpm else f", taken as {reading.bpm:g} bpm"
        said["tempo"] = f"{match[0].strip()}{note}" if "bpm" in match[0] else f"{reading.bpm:g} bpm (“{match[0]}”)"
    for _, (start, end, word) in enumerate(text.phrases(TEMPO_WORDS)):
        text.take(start, end)
        if reading.bpm is None:
            reading.bpm = float(TEMPO_WORDS[word])
            said["tempo"] = f"{word}: {reading.bpm:g} bpm"
    half = text.find(r"\bhalf[- ]time\b")
    if half:
        reading.half_time = True
        said["feel"] = "half-time drums"
    for start, end, word in text.phrases(PACE_WORDS):
        if any(text.used[start:end]):
            continue
        text.take(start, end)
        reading.pace = PACE_WORDS[word] if reading.pace is None else reading.pace
        said.setdefault("tempo", f"{word}, within what is usual for the style")


def _key(text: Text, reading: Reading) -> None:
    """A key with its mode; a bare letter only after "in" or "key of" and as a capital; a mode alone; major or minor."""
    german = re.search(r"\b([A-Ha-h])(is|es|s)?-(dur|moll|Dur|Moll)\b", text.original)
    if german:
        _take_key(german[0], german.span(), text, reading)
        return
    lead = r"(?:\bin(?: the key of)?|\bkey(?: of|:| is| =)?)\s+"
    for match in re.finditer(
        rf"({lead})?\b([a-g])\s?({ACCIDENTAL})?[\s-]?({MODE_WORD})\b(?! (?:key|chords?)\b)?", text.lower
    ):
        start = match.start(2)
        capital = text.original[start].isupper()
        article = match[2] == "a" and not match[3] and not capital
        after = text.lower[match.end() :].strip()
        if match[4] in {"min", "blues"} and not (capital or match[1]):
            continue
        if article and (not match[1] or after.startswith(("key", "mode", "mood", "scale"))):
            continue
        if match[4] == "blues" and not (match[1] and text.original[start].isupper()):
            continue
        mode = match[4]
        _take_key(f"{text.original[start]}{match[3] or ''} {mode}", match.span(), text, reading)
        return
    short = re.search(r"(?<![\w'])([A-G](?:#|♯|b|♭)?m)(?![\w'])", text.original)
    if short:
        _take_key(short[1], short.span(), text, reading)
        return
    bare = re.search(
        r"\b(?:[Ii]n|[Kk]ey of|[Ii]n the key of)\s+([A-G](?:#|♯|b(?![a-z])|♭|[- ](?:sharp|flat))?)"
        r"(?![\w'#-]| [a-z]*(?:team|class|vitamin))",
        text.original,
    )
    if bare and not re.match(r"\s+(?:world|room|place|bar|city|day|night)\b", text.original[bare.end() :]):
        key = Key.parse(bare[1].replace("-", " "))
        reading.tonic = key.spelling
        reading.understood["key"] = f"on {key.spelling}"
        text.take(*bare.span())
    mode = text.find(
        r"\b(?:in )?(?:an? )?(dorian|phrygian dominant|phrygian|lydian|mixolydian|locrian|harmonic minor|melodic minor|"
        r"(?:major |minor )?pentatonic|major|minor)(?:[ -](?:key|mode|scale|tonality|chords?|melody))?\b"
        r"(?! (?:setback|issue|league))"
    )
    if mode:
        reading.mode = Key.parse(f"C {mode[1]}").mode
        reading.understood.setdefault("key", "")
        reading.understood["key"] = (reading.understood["key"] + f" {reading.mode}").strip()


def _take_key(words: str, span: tuple[int, int], text: Text, reading: Reading) -> None:
    key = Key.parse(words.replace("-", " ") if not re.search("(?i)dur|moll", words) else words)
    reading.tonic, reading.mode = key.spelling, key.mode
    reading.understood["key"] = key.name
    text.take(*span)


def _metre(text: Text, reading: Reading) -> None:
    match = text.find(r"(?<![\d/])([2-9]|1[0-2])/([248])(?![\d/])(?:\s*(?:time|metre|meter|signature))*")
    if match:
        reading.metre = f"{match[1]}/{match[2]}"
    for start, end, word in text.phrases(METRE_WORDS):
        follow = re.match(r"\s*(parts?|minutes?|seconds?|movements?|sections?|[a-z]+s\b)", text.lower[end:])
        if any(text.used[start:end]) or (word.startswith("in ") and follow):
            continue
        text.take(start, end)
        reading.metre = reading.metre or METRE_WORDS[word]
    if reading.metre:
        reading.understood["metre"] = reading.metre


def _ending(text: Text, reading: Reading) -> None:
    if text.find(r"\bfad(?:es?|ing)[- ](?:out|away)\b|\bfade-?out\b"):
        reading.ending = "fade"
        reading.understood["ending"] = "fades out"
    if text.find(r"\b(?:ends?|ending) (?:with )?(?:a )?(?:big |final |strong )?(?:cadence|chord|hit)\b"):
        reading.ending = "cadence"
        reading.understood["ending"] = "a closing chord"
