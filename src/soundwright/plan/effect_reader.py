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

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "half a": 0.5, "a couple of": 2, "a few": 3,
    "several": 4,
}  # fmt: skip
_N = r"(\d+(?:\.\d+)?|half an?|a couple of|a few|several|" + "|".join(k for k in NUMBERS if " " not in k) + ")"
_UNIT = r"(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?)"
UNIT_S = {"milli": 0.001, "ms": 0.001, "s": 1.0, "m": 60.0}

# Fields of a clause that a phrase sets; the phrase is taken out of the text. Tables are read top to bottom.
DISTANCES = (
    (r"(?:far )?(?:off |away )?in the (?:far )?distance|far (?:away|off)|from (?:afar|far away)|a long way off", 60.0),
    (r"across the (?:street|road|valley|field|lake)|down the (?:street|road)", 25.0),
    (r"some distance away|a little way off", 15.0),
    (r"near ?by|not far away|close by", 4.0),
    (r"(?:very |extremely )?close[ -]?up|up close|very close|right next to (?:you|me|us)|in your face", 0.6),
)
DISTANT_WORDS = {"distant": 60.0, "faraway": 60.0, "remote": 60.0, "far": 60.0, "close": 1.0, "near": 2.0}
WALLS = (
    r"(?:from |heard )?(?:behind|through|on the other side of) (?:a|the|some) (?:thick |thin |closed )?(?:wall|door)s?",
    r"(?:from |in |heard )*(?:next door|(?:the|an) (?:next|other|another|adjacent) room|another room|upstairs|downstairs)",
    r"muffled",
)
COUNTS = (
    (rf"(?:for )?{_N} times", None),
    (r"twice", 2), (r"thrice", 3), (r"\bonce\b", 1), (r"double", 2), (r"triple", 3),
    (r"(?:a couple of|a pair of) (?:times )?(?=\w)", 2), (r"a few times|a few (?=\w)", 3),
    (r"several times|several (?=\w)", 4), (r"a series of|a number of|multiple|many|repeated(?:ly)?|(?:over and over|again and again)(?: again)?", 5),
)  # fmt: skip
DYNAMICS = (
    (r"(?:getting|growing|becoming|gets|grows|slowly|gradually|and|,|\s)*(?:louder and louder|louder|increasing in volume|in crescendo|intensifying|intensifies|building up|builds up|swelling)", "louder"),
    (r"(?:getting|growing|becoming|gets|grows|slowly|gradually|and|,|\s)*(?:quieter and quieter|quieter|softer and softer|dying (?:down|away|out)|dies (?:down|away|out)|subsiding|fading (?:away|out)|fades (?:away|out)|fade(?:s|-| )?out)", "quieter"),
    (r"(?:slowly |gradually )*(?:fading in|fades in|fade(?:-| )?in)", "louder"),
)  # fmt: skip
PANS = (
    (
        r"(?:moving |panning |going |flying |passing |travell?ing )?(?:from )?(?:the )?left to (?:the )?right",
        (-0.9, 0.9),
    ),
    (
        r"(?:moving |panning |going |flying |passing |travell?ing )?(?:from )?(?:the )?right to (?:the )?left",
        (0.9, -0.9),
    ),
    (r"(?:on|to|from|in) (?:the|your|my) (?:far )?left(?: side| ear| channel)?", (-0.75, -0.75)),
    (r"(?:on|to|from|in) (?:the|your|my) (?:far )?right(?: side| ear| channel)?", (0.75, 0.75)),
    (r"in the (?:middle|cent(?:re|er))(?! of)", (0.0, 0.0)),
)
CIRCLE = r"circling(?: around)?(?: the listener| you| me)?|(?:all )?around your head|in circles"
MOTIONS = (
    (r"(?:driving|drives|flying|flies|passing|passes|going|goes|rushing|speeding|zooming|racing|whizzing|roaring)(?: quickly| fast| slowly)? (?:by|past|overhead)|pass[- ]?by|fly[- ]?(?:by|over)|drive[- ]?by", "pass"),
    (r"approaching|approaches|(?:coming|getting|drawing|moving|comes|gets|draws) (?:closer|nearer|towards?(?: you| me| us)?)|closer and closer|arriving|arrives", "approach"),
    (r"receding|recedes|(?:driving|drives|flying|flies|moving|moves|going|goes|walking|walks|running|runs|getting|gets) (?:away|off|further away|farther away)(?! from you\w)|departing|departs|leaving|further and further away", "recede"),
)  # fmt: skip
LEVELS = (
    (r"very loud(?:ly)?|extremely loud(?:ly)?|deafening(?:ly)?", 5.0),
    (r"loud(?:ly)?", 3.0),
    (r"(?:very )?(?:softly|quietly|faintly)|(?:very )?(?:quiet|faint)", -7.0),
    (r"barely audible|almost inaudible", -14.0),
)
# Places that only colour the air, by what is written to the name of a space.
PLACES = {
    "cave": "cave|cavern|grotto|mine(?:shaft)?|catacombs?", "hall": "hall|concert hall|auditorium|ballroom|theat(?:re|er)|gymnasium|gym",
    "church": "church|cathedral|chapel|temple|abbey|monastery", "tunnel": "tunnel|sewer|pipe|subway tunnel|underpass",
    "bathroom": "bathroom|shower|toilet stall|restroom", "warehouse": "warehouse|hangar|factory|garage|parking garage|car park|basement garage|barn",
    "street": "street|city street|alley(?:way)?|city|town|road|courtyard|parking lot", "forest": "forest|woods?|jungle|park|woodland|garden",
    "canyon": "canyon|valley|mountains?|gorge|ravine", "chamber": "stairwell|stairway|corridor|hallway|chamber|lobby|museum|castle|dungeon|crypt",
    "room": "(?:small |living |empty |large |big )?room|kitchen|office|bedroom|house|apartment|flat|cabin|shop|store|restaurant|classroom|indoors|inside",
    "studio": "studio|recording booth", "dry": "dry room|anechoic chamber|no reverb|without reverb|close mic",
    "underwater": "water|underwater|ocean depths?|deep sea", "outdoors": "outside|outdoors|(?:an? )?(?:open )?(?:field|meadow|farm|countryside|backyard|yard|desert|plain)",
}  # fmt: skip
ECHOES = (
    r"(?:with|and) (?:a )?(?:long |lots of |heavy )?(?:echo(?:es)?|reverb(?:eration)?)|echoing|reverberant|reverberating",
    "hall",
)
LEADS = (
    r"(?:please |can you |i (?:want|need|would like) |give me |make |create |generate |produce )*"
    r"(?:(?:an?|the|some) )?(?:realistic |high[- ]quality |clean |stereo )*"
    r"(?:(?:sound effects?|sounds?|sfx|noises?|audio(?: clip)?|field recording|recording|foley|clip) (?:of|from|for)\s+)"
)
SEQUENCE = r"\s*(?:[,;]?\s*(?:and |is |are )?(?:then|finally|afterwards)\b|[,;]?\s*(?:is |are )?followed by|[,;]?\s*\bbefore\b|[;,]?\s*\bnext,|->|→|;|\.\s+)\s*"
AFTER = r"^(.*?\S)\s+after\s+(?!\d|a second|a few|a while|one second)(.+)$"
TOGETHER = r"\s*(?:,\s*(?:and|with|while|as)\b|,|&|\+|\b(?:and|with|while|plus|mixed with|along with|together with|accompanied by|as well as|amid(?:st)?|during|over|as)\b)\s*"
WEATHER = r"\s+(?:in|during) (?:an? |the )?(?=(?:\w+ )?(?:rain|storm|thunderstorm|rainstorm|downpour|wind|gale|blizzard|hail)\b)"
VERBS = frozenset(
    stem(w)
    for w in """opens closes slams shuts barks starts revs drives stops bursts falls drops lands breaks shatters crashes
    rings knocks creaks locks unlocks cocks fires explodes hits cheers claps applauds growls meows howls accelerates
    brakes idles skids honks passes flies laughs screams splashes pours boils whistles rolls bounces stalls ticks beeps
    clicks tears crumples zips picks hangs runs walks takes rises""".split()
)


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


Names = Callable[[str], tuple[str, bool]]  # phrase -> (the best model's name, whether a word of it names a sound)


def read(prompt: str, names: Names) -> Reading:
    """Read a prompt; `names` tells which sound a phrase means and whether it stands alone as one."""
    understood: dict[str, str] = {}
    text = re.sub(r"[\"“”*()\[\]]", " ", prompt.lower().replace("’", "'")).strip(" .!")
    text = re.sub(rf"^{LEADS}", "", text)
    unwanted, text = _unwanted(text)
    duration_s, text = _whole_duration(text)
    space, text = _place(text)
    if space:
        understood["space"] = space
    if duration_s:
        understood["duration"] = f"{duration_s:g} s"
    steps = [clauses for part in _sequence(text) for clauses in _together(part, names)]
    return Reading(tuple(steps), space, duration_s, unwanted, understood)


def _number(text: str) -> float:
    text = text.strip().replace("half an", "half a")
    return NUMBERS[text] if text in NUMBERS else float(text)


def _seconds(number: str, unit: str) -> float:
    return _number(number) * next(s for prefix, s in UNIT_S.items() if unit.startswith(prefix))


def _unwanted(text: str) -> tuple[tuple[str, ...], str]:
    found = re.findall(r"\b(?:without(?: any)?|no) ((?!reverb)\w+(?: \w+)?)", text)
    return tuple(found), re.sub(r",?\s*(?:and |but |with )?\b(?:without(?: any)?|no) (?!reverb)\w+(?: \w+)?", "", text)


def _whole_duration(text: str) -> tuple[float | None, str]:
    """A length said of everything: "5 seconds of rain", "rain for 5 seconds" (in a sequence it belongs to its step)."""
    many = len(re.split(SEQUENCE, text)) > 1
    patterns = [rf"^{_N}[ -]?{_UNIT}(?: long)?(?: of)? ", rf",?\s*(?:total )?{_N}[ -]?{_UNIT} (?:long|in total|total)$"]
    patterns += (
        [] if many else [rf",?\s*\b(?:for|lasting|over)(?: about)? {_N}[ -]?{_UNIT}\b", rf",\s*{_N}[ -]?{_UNIT}$"]
    )
    for pattern in patterns:
        if found := re.search(pattern, text):
            return _seconds(found[1], found[2]), (text[: found.start()] + " " + text[found.end() :]).strip()
    return None, text


def _place(text: str) -> tuple[str, str]:
    for space, words in PLACES.items():
        pattern = rf",?\s*\b(?:inside|in|within|on|at|down|through|across)(?: of)? (?:an? |the |some )?((?:\w+ ){{0,2}}?)(?:{words})\b(?! (?:door|bell|roof|car|floor|ambience|organ|window|noise|traffic|wall|sink|light))"
        found = re.search(pattern, text) or (
            re.search(rf"(?:,\s*|^|\s)({words})$", text) if space in ("outdoors", "room", "dry", "underwater") else None
        )
        if found and not re.search(r"\b(?:the left|the right|distance)\b", found[0]):
            alone = not text[: found.start()].strip()
            return space, text if alone else (text[: found.start()] + text[found.end() :]).strip(" ,")
    if found := re.search(ECHOES[0], text):
        return ECHOES[1], (text[: found.start()] + " " + text[found.end() :]).strip(" ,")
    return "", text


def _sequence(text: str) -> list[str]:
    if found := re.match(AFTER, text):
        return _sequence(found[2]) + _sequence(found[1])
    return [part.strip(" ,") for part in re.split(SEQUENCE, text) if part and part.strip(" ,")]


def _together(text: str, names: Names) -> list[list[Clause]]:
    """The clauses of one step, cut where both sides name a sound; "opens and slams" becomes two steps."""
    parts = [p for p in re.split(rf"{TOGETHER}|{WEATHER}", text) if p and p.strip()]
    links = [m[0].strip(" ,") for m in re.finditer(rf"{TOGETHER}|{WEATHER}", text)]
    steps, current = [[]], clause(parts[0]) if parts else clause(text)
    for link, part in zip(links, parts[1:], strict=False):
        following = clause(part)
        verb = bool(words_of(part)) and stem(words_of(part)[0]) in VERBS and link == "and"
        if verb:
            following = replace(following, text=f"{_subject(current.text)} {following.text}".strip())
        ours, theirs = _stands(current, names), _stands(following, names)
        if ours and theirs and ours != theirs:
            steps[-1].append(current)
            if verb and not part.split()[0].endswith("ing"):
                steps.append([])
            current = following
        elif verb and ours and ours == theirs:
            current = merge(current, following, current.text)
        else:
            current = merge(current, following, f"{current.text} {link} {following.text}".strip())
    steps[-1].append(current)
    return [step for step in steps if step]


def _stands(one: Clause, names: Names) -> str:
    """The name of the sound that a clause means where it stands alone as one, or ''."""
    if not one.text:
        return ""
    name, alone = names(one.text)
    return name if alone else ""


def _subject(text: str) -> str:
    """What acts in a clause: its words before the first verb ("an old door" of "an old door creaks open")."""
    out = []
    for word in text.split():
        if out and stem(word) in VERBS:
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

    if found := cut(rf"(?:once )?every (?:{_N} )?{_UNIT}"):
        said["every_s"] = _seconds(found[1] or "one", found[2])
    if found := cut(rf"(?:starting )?(?:at|after) {_N}[ -]?{_UNIT}"):
        said["at_s"] = _seconds(found[1], found[2])
    if found := cut(rf"(?:for|lasting)(?: about)? {_N}[ -]?{_UNIT}"):
        said["duration_s"] = _seconds(found[1], found[2])
    if cut(r"(?:quietly )?in the background"):
        said["behind"] = True
    for name, table in (
        ("pan", PANS),
        ("motion", MOTIONS),
        ("dynamics", DYNAMICS),
        ("distance_m", DISTANCES),
        ("level_db", LEVELS),
    ):
        said |= next(({name: value} for pattern, value in table if cut(pattern)), {})
    if cut(CIRCLE):
        said["circle"] = True
    for pattern in WALLS:
        if cut(pattern):
            said["muffled"] = True
    for pattern, count in COUNTS:
        if found := cut(pattern):
            said["count"] = count or round(_number(found[1]))
            break
    else:
        if found := re.search(rf"^(?:{_N}) (?=\w+(?:\s\w+)?s\b)", text):
            number = round(_number(found[1]))
            if number > 1:
                said["count"], text = number, text[found.end() :]
    for word, metres in DISTANT_WORDS.items():
        if "distance_m" not in said and re.search(rf"\b{word}\b", text):
            said["distance_m"] = metres
    text = re.sub(r"^(?:and|with|but) |(?: and| with)$", "", re.sub(r"\s+", " ", text).strip(" ,"))
    return Clause(text, **said)
