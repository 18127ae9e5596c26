"""What a prompt means: its style and moods, by their words first and by nearness of meaning otherwise.

A style whose own word stands in the prompt is taken. Else the prompt is compared, through text embeddings, with the
scenes and words of every style; the nearest style wins, and says what it was taken for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from soundwright.nets.words import embed
from soundwright.plan.reading import Text
from soundwright.plan.styles import Style, styles, table

SURE = 1.0
HINT = 0.35
"""Weights of a style's own word, and of a word that only leans towards it."""


@dataclass(frozen=True)
class Guess:
    """Styles from the likeliest down with their scores, and how the first one was found."""

    names: tuple[str, ...]
    scores: tuple[float, ...]
    named: tuple[str, ...]  # styles whose own words stand in the prompt, the main one first
    words: tuple[str, ...]  # those words


def guess_style(text: Text, unwanted: list[str]) -> Guess:
    """The style of a prompt. The last genre named is the main one ("jazzy hip hop" is hip hop); marks words used."""
    table_words = {word: name for name, row in reversed(styles().items()) for word in (*row.words, name)}
    scores = dict.fromkeys(styles(), 0.0)
    named: list[str] = []
    words: list[str] = []
    taken = text.phrases(table_words)
    for place, (start, end, word) in enumerate(taken):
        name = table_words[word]
        text.take(start, end)
        scores[name] += SURE + 0.05 * place + 0.01 * len(word)
        named.append(name)
        words.append(word)
    hints = {word: name for name, row in styles().items() for word in row.hints}
    for start, end, word in text.phrases(hints):
        if not any(a <= start and end <= b for a, b, _ in taken):
            scores[hints[word]] += HINT
            text.take(start, end)
    for name, similarity in nearness(content(text.original)).items():
        scores[name] += similarity
    for phrase in unwanted:
        for name in {table_words[word] for _, _, word in Text(phrase).phrases(table_words)}:
            scores[name] = -1.0
            named = [other for other in named if other != name]
    order = sorted(scores, key=lambda name: -scores[name])
    ranked = sorted(dict.fromkeys(named), key=lambda name: -scores[name])
    return Guess(tuple(order), tuple(scores[name] for name in order), tuple(ranked), tuple(words))


STOP = frozenset(
    re.split(
        r"\s+",
        "a an the of in on at to for and or but with without no not is are be it its this that these those as "
        "by from into over under very really some any my your our their his her i we you they me us music "
        "song track piece tune sound sounds background bed theme soundtrack audio make create give want need "
        "please something like style styled feel feeling vibe vibes mood moods atmosphere kind type sort bit "
        "little short long good nice great beautiful one two three four second seconds minute minutes bpm key "
        "tempo video about through while when where who which instrumental version composition melody "
        "generate write compose play playing plays played featuring feature features would could should can "
        "will up out off all so just then there here scene scenes perfect suitable intended use used",
    )
)
"""Words that every prompt has and that say nothing about the music."""


def content(prompt: str) -> str:
    """The words of a prompt that carry meaning, without numbers and the words that every prompt has."""
    words = re.findall(r"[a-z0-9&'-]+", prompt.lower())
    return " ".join(word for word in words if word not in STOP and not re.fullmatch(r"[\d'-]+", word))


@lru_cache(maxsize=1)
def _corpus() -> tuple[list[str], np.ndarray]:
    """Every scene and word of every style: the style of each, and the vectors `[n, 256]`."""
    owners, texts = [], []
    for name, row in styles().items():
        for text in (*row.scenes, *row.words, row.about):
            owners.append(name)
            texts.append(content(text) or text)
    return owners, embed(texts)


def nearness(text: str) -> dict[str, float]:
    """How near each style is to a text, 0 to about 1: the mean of its three nearest phrases."""
    if not text:
        return dict.fromkeys(styles(), 0.0)
    owners, vectors = _corpus()
    similarity = vectors @ embed([text])[0]
    near: dict[str, list[float]] = {name: [] for name in styles()}
    for owner, value in zip(owners, similarity, strict=True):
        near[owner].append(float(value))
    return {name: float(np.mean(sorted(values)[-3:])) for name, values in near.items()}


@dataclass(frozen=True)
class Mood:
    """What the moods of a prompt add up to: leanings as in tables/moods.yaml, and their names."""

    names: tuple[str, ...] = ()
    mode: float = 0.0
    tempo: float = 0.0
    energy: float = 0.0
    density: float = 0.0
    tessitura: float = 0.0


@lru_cache(maxsize=1)
def moods() -> dict[str, dict]:
    return table("moods")


def find_mood(text: Text, unwanted: list[str]) -> Mood:
    """The moods whose words stand in the prompt, added up; marks the words used."""
    owners: dict[str, list[str]] = {}
    for name, row in moods().items():
        for word in row["words"]:
            owners.setdefault(word, []).append(name)
    names: list[str] = []
    for start, end, word in text.phrases(owners):
        if any(word in phrase.split() for phrase in unwanted):
            continue
        before = text.lower[:start].split()[-1:]
        if before in (["not"], ["isn't"], ["never"]):
            continue
        text.take(start, end)
        names += owners[word]
    names = list(dict.fromkeys(names))
    total = {field: sum(moods()[name].get(field, 0.0) for name in names) for field in
             ("mode", "tempo", "energy", "density", "tessitura")}  # fmt: skip
    limits = {"mode": 1.5, "tempo": 1.0, "energy": 0.25, "density": 0.4, "tessitura": 0.6}
    return Mood(tuple(names), **{f: max(-limits[f], min(limits[f], value)) for f, value in total.items()})


def describe(style: Style) -> str:
    return f"{style.name}: {style.about}"
