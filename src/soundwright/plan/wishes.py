"""What a prompt wants of form and players: sections and solos, instruments, and what to leave out."""

from __future__ import annotations

import re

from soundwright.plan.names import GENERAL, GROUP_WORDS, GROUPS, exact_words, plural
from soundwright.plan.reading import Reading, Text

SECTION_WORDS = {
    "intro": "intro", "introduction": "intro", "verse": "verse", "verses": "verse", "chorus": "chorus",
    "choruses": "chorus", "refrain": "chorus", "hook": "hook", "pre-chorus": "pre-chorus", "prechorus": "pre-chorus",
    "bridge": "bridge", "middle eight": "bridge", "middle 8": "bridge", "solo": "solo", "breakdown": "breakdown",
    "drop": "drop", "drops": "drop", "build-up": "build", "buildup": "build", "build": "build", "outro": "outro",
    "coda": "outro", "ending": "outro", "climax": "climax", "interlude": "breakdown",
}  # fmt: skip
SECTION_SHAPE = {
    "intro": (4, 0.3), "verse": (8, 0.5), "pre-chorus": (4, 0.62), "chorus": (8, 0.8), "hook": (8, 0.8),
    "bridge": (8, 0.45), "solo": (8, 0.75), "breakdown": (8, 0.35), "drop": (8, 0.9), "build": (8, 0.65),
    "outro": (4, 0.35), "climax": (8, 0.95),
}  # fmt: skip
"""Usual bars and energy of a section that a prompt asks for."""
STRENGTH = {
    "big": 0.15, "huge": 0.2, "massive": 0.2, "epic": 0.15, "loud": 0.15, "heavy": 0.15, "powerful": 0.15,
    "explosive": 0.2, "quiet": -0.2, "soft": -0.2, "gentle": -0.15, "sparse": -0.2, "calm": -0.2,
}  # fmt: skip
"""What an adjective before a section adds to its energy."""
NUMBERS = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "double": 2, "2": 2, "3": 3, "4": 4}

NOT_INSTRUMENTS = (
    "drum and bass", "drum & bass", "drum'n'bass", "liquid drum and bass", "bass music", "drum n bass",
    "brass monkey", "808 beat", "trap beat", "rap beat", "type beat", "study beats", "chill beats", "chillout beats",
    "off-beat", "offbeat", "upbeat", "up beat", "heartbeat", "key bass", "bass-heavy", "bass heavy",
    "saxophonist", "organ donor", "triangle of", "horn of", "keys to", "key of", "rap rock", "beat drop", "bass drop",
)  # fmt: skip
"""Phrases in which the name of an instrument does not ask for it."""

QUARTET = ("violin", "second violin", "viola", "cello")

NEGATION = (
    r"\b(?:(?:but|and) )?(?:with no|with out|without|w/o|no|minus|avoid|exclude|excluding|not any|"
    r"free of|lacks?|sans|zero|never any|don't use|do not use|leave out)\s+"
)


def find_unwanted(text: Text, reading: Reading) -> None:
    for match in list(
        re.finditer(
            NEGATION + r"(?:any |the |a )?([a-z0-9&'\- ]+(?:(?:,| or| nor| and no|, no) [a-z0-9'\- ]+)*)", text.lower
        )
    ):
        if any(text.used[match.start() : match.start() + 2]):
            continue
        end = match.start(1)
        for piece in re.finditer(r"[^,]+?(?=,| or | nor | and |$)|(?:or|nor|and) [^,]+", match[1]):
            words = re.sub(r"^\s*(?:or|nor|and)?\s*(?:no |any )?", "", piece[0]).strip()
            words = re.split(r"\b(?:with|but|just|only|in|at|for|while|and)\b", words)[0].strip()
            if piece.start() and not _names_instruments(words):
                break
            taken = leave_out(words, reading)
            if not taken:
                break
            end = match.start(1) + match[1].index(words) + len(words) if words in match[1] else end
        if end > match.start(1):
            text.take(match.start(), end)
            text.barred.append((match.start(), end))
    if text.find(r"\b(?:instrumental|instrumentals)\b"):
        leave_out("vocals", reading)
    if text.find(r"\b(?:drumless|beatless|drum-free)\b"):
        leave_out("drums", reading)
    if text.find(r"\ba[ -]?cappella\b"):
        reading.asked.append("choir")
        reading.only = True


def _names_instruments(words: str) -> bool:
    return bool(Text(words).phrases([*exact_words(), *GENERAL, *GROUPS, *GROUP_WORDS]))


def leave_out(words: str, reading: Reading) -> bool:
    """Exclude what the words name: a group, an instrument, or else keep them as unwanted. False if empty."""
    words = words.strip()
    if not words:
        return False
    exact, found = exact_words(), False
    for _, _, phrase in Text(words).phrases([*exact, *GENERAL, *GROUPS, *GROUP_WORDS]):
        group = GROUP_WORDS.get(phrase, phrase)
        names = set(GROUPS.get(group, ())) | set(GENERAL.get(phrase, ()))
        if not names or phrase in {"electric guitar", "acoustic guitar"}:
            names |= {exact[phrase]} if phrase in exact else set()
        if phrase == "electric guitar":
            names.add("clean electric guitar")
        reading.excluded |= names
        reading.without.append(phrase)
        found = True
    if not found:
        reading.unwanted.append(words)
    return True


def find_form(text: Text, reading: Reading) -> None:
    builds = text.find(
        r"\b(?:slowly |gradually |steadily )?(?:builds?|building|rises?|rising|grows?|growing|swells?|crescendos?)"
        r"(?: up)?(?: slowly| gradually| steadily)? (?:to|into|towards?) (?:an? |the )?(?:\w+ ){0,2}"
        r"(?:climax|peak|finale|crescendo|end|ending|chorus|drop|intensity)\b"
        r"|\b(?:slow|gradual) build(?:-?up)?\b|\bcrescendo\b|\bgetting (?:louder|more intense|bigger)\b"
        r"|\bbuild(?:s|ing)? up\b"
    )
    if builds:
        reading.builds = True
        reading.understood["form"] = "builds up to a climax"
    letters = re.search(r"\b(A[A-D]{2,5})\b", text.original)
    if letters and "B" in letters[1]:
        text.take(*letters.span())
        energy = {"A": 0.55, "B": 0.7, "C": 0.6, "D": 0.65}
        reading.sections = [(letter, 8, energy[letter]) for letter in letters[1]]
        reading.understood["form"] = letters[1]
        return
    found: list[tuple[str, int, float]] = []
    spans = []
    for start, end, word in text.phrases(SECTION_WORDS):
        if any(text.used[start:end]):
            continue
        name = SECTION_WORDS[word]
        before = re.findall(r"[\w-]+", text.lower[:start])[-3:]
        instrument = name == "solo" and bool(before) and _names_instruments(" ".join(before[-2:]))
        if word == "ending" and not before:
            continue
        count = next((NUMBERS[w] for w in reversed(before) if w in NUMBERS), 1)
        lift = next((STRENGTH[w] for w in reversed(before[-2:]) if w in STRENGTH), 0.0)
        if name == "solo" and (instrument or (before[-1:] and before[-1] != "a")):
            who = [p for _, _, p in Text(" ".join(before[-2:])).phrases([*exact_words(), *GENERAL])]
            reading.soloist = who[-1] if who else reading.soloist
        bars, energy = SECTION_SHAPE[name]
        found += [(name, bars, min(1.0, max(0.1, energy + lift)))] * count
        spans.append((start, end))
    names = [name for name, _, _ in found]
    follows = text.lower[spans[0][1] :].strip() if spans else ""
    if names == ["solo"] or (set(names) == {"solo"} and not follows.startswith(("verse", "chorus"))):
        solo_head = _solo_leads(text, spans[0])
        if not solo_head:
            reading.featured.append("solo")
            reading.understood.setdefault(
                "form", "with a solo" + (f" for {reading.soloist}" if reading.soloist else "")
            )
            text.take(*spans[0])
        else:
            reading.soloist = ""
        return
    if len(set(names)) >= 2 or (len(names) >= 2 and "verse" in names):
        reading.sections = _in_order(found)
        for span in spans:
            text.take(*span)
        reading.understood["form"] = ", ".join(name for name, _, _ in reading.sections)
    elif names:
        reading.featured += [name for name in dict.fromkeys(names) if name not in {"build", "outro"}]
        for span in spans:
            text.take(*span)
        reading.understood.setdefault("form", "with " + " and ".join(f"a {name}" for name in dict.fromkeys(names)))


def _in_order(found: list[tuple[str, int, float]]) -> list[tuple[str, int, float]]:
    """Sections as listed, but "two verses and a chorus" alternates: verse, chorus, verse, chorus."""
    verses = [s for s in found if s[0] == "verse"]
    choruses = [s for s in found if s[0] in {"chorus", "hook"}]
    together = [s[0] for s in found if s in verses or s in choruses]
    if len(verses) > 1 and choruses and together == ["verse"] * len(verses) + [choruses[0][0]] * len(choruses):
        first = next(k for k, s in enumerate(found) if s in verses)
        last = max(k for k, s in enumerate(found) if s in choruses)
        between = [s for s in found[first:last] if s not in verses and s not in choruses]
        pairs = [s for verse in verses for s in (verse, *between, choruses[0])]
        return [*found[:first], *pairs, *found[last + 1 :]]
    return found


def _solo_leads(text: Text, span: tuple[int, int]) -> bool:
    """Whether "solo" means one player alone ("solo piano", "piano solo" at the head) and not a section of the piece."""
    before, after = text.lower[: span[0]], text.lower[span[1] :]
    if re.search(r"\b(?:with|and|featuring|plus|has|includes|including|then|by)\b[^,]*$", before):
        return False
    ahead = re.match(r"[\s-]*(?:\w+[\s-]+){0,2}?(\w+(?: \w+)?)", after)
    names_after = bool(ahead) and _names_instruments(ahead[0].split(",")[0])
    names_before = _names_instruments(" ".join(re.findall(r"[\w-]+", before)[-2:]))
    return names_after or names_before


SIZES = {"duet": 2, "duo": 2, "trio": 3, "quartet": 4, "quintet": 5}


def find_instruments(text: Text, reading: Reading) -> None:
    blocked = [(a, b) for a, b, _ in text.phrases(NOT_INSTRUMENTS)]
    general = {**{word: word for word in GENERAL}, **{plural(word): word for word in GENERAL if word != "bass"}}
    words = {**general, **exact_words()}
    for start, end, phrase in text.phrases(words):
        if any(text.used[start:end]) or any(start < b and end > a for a, b in blocked):
            continue
        text.take(start, end)
        reading.asked.append(general.get(phrase, phrase))
    quartet = text.find(r"\bstring (?:quartet|trio|quintet)s?\b", fresh=False)
    if quartet:
        reading.asked = [w for w in reading.asked if w not in {"strings", "string"}] + list(QUARTET)
        reading.only = True
    alone = re.search(
        r"\b(?:duet|duo|trio|quartet|quintet|unaccompanied|only|just|solely|nothing but|alone)\b", text.lower
    )
    if alone and alone[0] in SIZES and not reading.only:
        reading.size = SIZES[alone[0]]
        reading.understood["players"] = alone[0]
        text.take(*alone.span())
    solo = re.search(r"\bsolo\b", text.lower)
    if reading.asked and alone:
        many = alone[0] in SIZES
        if not many or len(reading.asked) >= 2:
            reading.only = True
            text.take(*alone.span())
    if reading.asked and solo and not reading.featured and not reading.sections and _solo_leads(text, solo.span()):
        reading.only = True
        text.take(*solo.span())
    if reading.asked:
        only = " and nothing else" if reading.only else ""
        reading.understood["instruments"] = ", ".join(dict.fromkeys(reading.asked)) + only
