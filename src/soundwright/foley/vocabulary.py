"""Words as the matcher sees them: stems, words that say nothing, and adjectives by axis and side.

An adjective keeps an axis and a side, so that "torrential" can move a knob whose author only wrote "heavy".
"""

from __future__ import annotations

import re
from functools import lru_cache


def words_of(text: str) -> list[str]:
    """Lower-case words of a text, in order; hyphens split, apostrophes stay."""
    return re.findall(r"[a-z][a-z']*|\d+", text.lower().replace("-", " "))


STOP = frozenset(
    words_of(
        """a an the of some this that these those it its his her their my our your is are was were be being been am
    i you he she they we there here to and or with at on in into onto by for from as up down out off over under across
    through along around against behind beside near inside outside within upon above below between towards toward
    while which who whose very quite rather really just so too also only own other another one any all each every
    sound sounds noise noises effect effects audio sfx recording clip sample foley heard hear hearing made making make
    makes coming comes being gets get getting goes go going kind sort like type piece bit something someone somebody
    have has had do does doing can will would should could please want need background foreground then again"""
    )
)

# Words that name no sound of their own: they colour one, and never hold up a clause alone.
WEAK = frozenset(
    words_of(
        """man woman person people boy girl lady guy old new young wooden wood metal metallic plastic stone
    concrete tile iron steel tin brick rubber leather floor roof wall table ground surface street road room
    house kitchen city town forest night day morning evening field park garden distance distant far near close loud
    soft quiet big small large little heavy light slow fast quick long short high low deep wet dry hard single empty
    front side top left right middle air sky place home dirt sand grass snow mud leaf path"""
    )
)

IRREGULAR = {
    "distance": "distant", "faraway": "distant",
    "broke": "break", "broken": "break", "shut": "close", "shuts": "close", "shutting": "close", "blew": "blow",
    "rang": "ring", "rung": "ring", "ran": "run", "running": "run", "fell": "fall", "fallen": "fall", "tore": "tear",
    "torn": "tear", "leaves": "leaf", "wolves": "wolf", "hooves": "hoof", "knives": "knife", "mice": "mouse",
    "geese": "goose", "men": "man", "women": "woman", "children": "child", "people": "person", "kids": "child",
    "wooden": "wood", "metallic": "metal", "snowy": "snow", "rainy": "rain", "windy": "wind", "muddy": "mud",
    "grassy": "grass", "stony": "stone", "glassy": "glass", "stormy": "storm", "rainfall": "rain", "rainstorm": "rain",
    "struck": "strike", "shot": "gunshot", "shots": "gunshot", "lit": "light", "singing": "song", "sings": "song",
    "keys": "key", "dripping": "drip", "bus": "bus", "gas": "gas", "glass": "glass", "glasses": "glass",
    "brass": "brass", "grass": "grass", "bass": "bass", "evening": "evening", "morning": "morning", "thing": "thing",
    "string": "string", "king": "king", "ding": "ding", "dinging": "ding", "lightning": "lightning",
    "ceiling": "ceiling", "building": "building", "wing": "wing", "wings": "wing", "sing": "song", "ring": "ring",
    "spring": "spring", "red": "red", "bed": "bed", "speed": "speed", "seed": "seed", "news": "news", "swing": "swing",
    "breeding": "breed", "clothes": "cloth", "dying": "dy", "lying": "lie", "static": "static", "horse": "horse",
    "horses": "horse", "hose": "hose", "house": "house", "houses": "house", "applauding": "applause",
    "applaud": "applause", "applauds": "applause", "gunfire": "gunfire", "timber": "wood", "chirruping": "chirp",
}  # fmt: skip


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its plural, -ing, -ed, -ly and silent e, enough to meet its own other forms.

    Example: `stem("slamming") == stem("slams") == stem("slam")`.
    """
    word = word.lower().removesuffix("'s").replace("'", "")
    if word in IRREGULAR:
        word = IRREGULAR[word]
        return word[:-1] if len(word) > 3 and word.endswith("e") else word
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in (("ing", 3), ("ed", 3), ("ly", 4)):
        base = word.removesuffix(ending)
        if base != word and len(base) >= least and re.search("[aeiouy]", base):
            word = base[:-1] if re.search(r"([bdfgmnprtv])\1$", base) else base
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


# The plain case of each kind, for phrases that name only the kind.
PLAIN = frozenset(
    """dog bark|cat meow|horse neigh|birds chirping|crickets|frog croak|campfire|car idle|footsteps on concrete|thunder
    |pistol shot|police siren|crowd murmur|door open|church bell|laugh|explosion|train|wind|rain|metal impact|stream
    |ocean waves|telephone ringtone|whoosh|static|laser|fan|dripping water""".replace("\n    ", "").split("|")
)

# Axis and side of an adjective: its family on one end of a knob.
AXES = {
    ("strength", 1): """heavy strong hard intense violent torrential powerful fierce roaring raging wild furious severe
        extreme forceful vigorous mighty big loud busy dense thick""",
    ("strength", -1): """light soft gentle weak faint mild slight quiet delicate calm subtle thin sparse tender""",
    ("size", 1): "big large huge giant massive enormous heavy deep colossal tall great",
    ("size", -1): "small little tiny mini miniature wee thin light high",
    ("speed", 1): "fast quick rapid frantic hurried brisk running swift racing speeding furious",
    ("speed", -1): "slow leisurely lazy sluggish unhurried",
    ("distance", 1): "distant far faraway remote",
    ("distance", -1): "close near nearby",
    ("age", 1): "old rusty ancient creaky antique worn vintage dusty",
    ("age", -1): "new modern fresh smooth",
    ("pitch", 1): "high shrill squeaky piercing",
    ("pitch", -1): "low deep bass rumbling",
    ("wet", 1): "wet soggy soaked damp",
    ("wet", -1): "dry crisp",
}  # fmt: skip
# A knob of one of these names lies on the axis even where its author wrote no such word.
KNOB_AXES = {
    "strength": ("intensity", "strength", "force", "vigour", "power", "density", "hardness", "load", "velocity"),
    "size": ("size", "mass", "weight"),
    "speed": ("rate", "speed", "pace", "tempo", "rpm"),
    "distance": ("distance",),
    "age": ("age", "rust", "wear"),
    "pitch": ("pitch",),
    "wet": ("wetness", "wet"),
}  # fmt: skip
DEGREES = {
    "very": 1.35,
    "extremely": 1.6,
    "really": 1.35,
    "incredibly": 1.6,
    "super": 1.5,
    "slightly": 0.5,
    "fairly": 0.8,
}


@lru_cache(maxsize=1)
def axes() -> dict[str, list[tuple[str, int]]]:
    """Adjective stem -> the (axis, side) pairs that it may mean, in the order of `AXES`."""
    out: dict[str, list[tuple[str, int]]] = {}
    for place, words in AXES.items():
        for word in words.split():
            out.setdefault(stem(word), []).append(place)
    return out
