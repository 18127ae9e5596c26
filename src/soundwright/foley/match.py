"""From a phrase to a sound model and its knobs: words first, text embeddings where words fail.

A phrase's words are stemmed, rewritten by synonyms and weighed by how few models share them (inverse document
frequency, Spärck Jones 1972) and by where they stand: what follows "near" or "behind" matters less than the head.
A model gets the share of that weight which its name, its words and its knobs' adjectives cover; of two that cover
the same, the one whose name holds less that was not asked for wins, so that "rain" is not "rain on a tent".
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from soundwright.errors import BadRequest
from soundwright.foley import vocabulary as v
from soundwright.foley.model import Knob, SoundModel
from soundwright.foley.synonyms import BARE, SYNONYMS

FIELDS = {"name": 1.0, "words": 0.75, "knobs": 0.3}
LESS = {"on": 0.8, "in": 0.65, "onto": 0.7, "against": 0.7, "into": 0.6, "through": 0.55, "under": 0.55, "inside": 0.6}
LESS |= dict.fromkeys(
    v.words_of("at near by from behind over beside around outside across for above below towards"), 0.45
)
NEAR_ENOUGH = 0.55  # cosine of two words' embeddings from which one stands for the other: puppy and dog have 0.56
HINTED = 0.6  # a hint may choose a model that the phrase alone scores this share of its best
WHOLE = 0.12  # what a model gains whose name of several words stands in the phrase: "car door" in "opens a car door"
PLAIN = 0.05  # what a model gains by being the plain case of its kind: a dog barks before it growls
UNSURE = 0.30  # below this score the words alone do not say which model is meant


@dataclass(frozen=True)
class Match:
    """The model that a phrase means, its knobs, how sure (0 to 1), and which words said so.

    `anchored` is true where a word that names a sound was met, not only a material, a place or an adjective.
    """

    model: SoundModel
    knobs: dict[str, float]
    score: float
    understood: tuple[str, ...]
    ignored: tuple[str, ...]
    anchored: bool


@dataclass(frozen=True)
class _Token:
    word: str  # as written in the phrase
    stem: str
    weight: float


class Index:
    """The words of a table of sound models, by stem, with how telling each is."""

    def __init__(self, models: dict[str, SoundModel]):
        self.models = models
        self.fields: dict[str, dict[str, float]] = {}
        self.names: dict[str, list[str]] = {}
        self.called = {" ".join(v.words_of(name)): name for name in models}
        for name, model in models.items():
            stems: dict[str, float] = {}
            for knob in model.knobs:
                for word in knob.words:
                    stems |= {v.stem(w): FIELDS["knobs"] for w in v.words_of(word)}
            stems |= {v.stem(w): FIELDS["words"] for word in model.words for w in v.words_of(word)}
            self.names[name] = [v.stem(w) for w in v.words_of(name) if w not in v.STOP]
            self.fields[name] = stems | dict.fromkeys(self.names[name], FIELDS["name"])
        count: dict[str, int] = {}
        for stems in self.fields.values():
            for stem, field in stems.items():
                count[stem] = count.get(stem, 0) + (field > FIELDS["knobs"])
        weak = {v.stem(word) for word in v.WEAK} | set(v.axes())
        total = len(models) + 1
        self.telling = {
            stem: max(math.log(total / (n + 0.5)), 0.4) * (0.45 if stem in weak else 1.0) for stem, n in count.items()
        }
        self.weak = frozenset(weak)

    def score(self, tokens: list[_Token], name: str) -> float:
        """Share of the phrase's weight that a model covers, 0 to 1."""
        fields = self.fields[name]
        asked = sum(t.weight * self.telling.get(t.stem, 2.0) for t in tokens)
        met = sum(t.weight * self.telling[t.stem] * fields[t.stem] for t in tokens if t.stem in fields)
        said = {t.stem for t in tokens}
        own = [self.telling[s] for s in self.names[name]]
        held = sum(w for s, w in zip(self.names[name], own, strict=True) if s in said) / max(sum(own), 1e-9)
        return met / max(asked, 1e-9) * (0.7 + 0.3 * held)


@lru_cache(maxsize=1)
def _index() -> Index:
    from soundwright import foley

    return Index(foley.table())


def match(phrase: str, index: Index | None = None, *, hint: str = "") -> Match:
    """The sound model that a phrase means, with the knobs that its adjectives move.

    `hint` holds words that only choose among the models that the phrase itself is near to ("distant", "pass by").
    Raises `BadRequest`, naming the nearest sounds, when no word of the phrase is near any sound.
    """
    index = index or _index()
    tokens, missing = _tokens(phrase, index)
    ranked = _ranked(tokens, index)
    if missing and (not ranked or ranked[0][0] < UNSURE or not _anchor(tokens, ranked[0][1], index)):
        found = _by_meaning(missing, index)
        tokens = tokens + found
        missing = [word for word in missing if word not in {t.word for t in found}]
        ranked = _ranked(tokens, index)
    if not ranked:
        raise BadRequest(f"no sound is known for {phrase!r}; did you mean {', '.join(near(phrase, index))}?")
    written = f" {' '.join(v.words_of(phrase))} "
    ranked.sort(
        key=lambda pair: -pair[0] - WHOLE * (f" {' '.join(v.words_of(pair[1]))} " in written and " " in pair[1])
    )
    if hint:
        alike = [pair for pair in ranked if pair[0] >= HINTED * ranked[0][0]]
        hints = _tokens(hint, index)[0]
        ranked = sorted(alike, key=lambda pair: -pair[0] - 0.5 * index.score(hints, pair[1])) if hints else ranked
    score, name = ranked[0]
    bare = BARE.get(" ".join(w for w in v.words_of(phrase) if w not in v.STOP | v.WEAK), "")
    name = bare if bare in index.models and "pass" not in hint else name
    name = name if hint else index.called.get(" ".join(v.words_of(phrase)), name)
    model = index.models[name]
    knobs, moved = knobs_of(model, phrase)
    met = {t.word for t in tokens if t.stem in index.fields[name]} | moved
    said = [w for w in v.words_of(phrase) if w not in v.STOP and w not in v.DEGREES]
    unmet = tuple(w for w in said if w not in met and not any(w in m.split() for m in met))
    anchored = _anchor(tokens, name, index) or name == bare or " ".join(said) in index.called
    return Match(model, knobs, score, tuple(sorted(met)), unmet, anchored)


def near(phrase: str, index: Index | None = None, count: int = 3) -> list[str]:
    """Names of the sounds whose spelling or meaning is nearest to a phrase."""
    index = index or _index()
    names = list(index.models)
    close = difflib.get_close_matches(phrase.lower(), names, count, 0.6)
    alike = _embed([phrase]) @ _embed(names).T
    return list(dict.fromkeys(close + [names[i] for i in np.argsort(-alike[0], kind="stable")]))[:count]


def knobs_of(model: SoundModel, phrase: str) -> tuple[dict[str, float], set[str]]:
    """Knob values that the words of a phrase ask of a model, and the words that did it."""
    values, moved = _moved(model, v.words_of(phrase), {})
    for run, text in _synonyms(v.words_of(phrase)).items():  # what a word stands for, where it did nothing itself
        if not moved & set(run.split()):
            further, did = _moved(model, v.words_of(text), values)
            values |= further
            moved |= set(run.split()) if did else set()
    return values, moved


def _moved(model: SoundModel, words: list[str], known: dict[str, float]) -> tuple[dict[str, float], set[str]]:
    """Knobs that words move beyond the known ones: first those whose author wrote the word, then those on its axis."""
    stems, values, moved = [v.stem(w) for w in words], {}, set()
    written, joined = f" {' '.join(words)} ", f" {' '.join(stems)} "
    for knob in model.knobs:
        by_stem = [(t, f" {' '.join(v.stem(w) for w in v.words_of(t))} " in joined) for t in knob.words]
        as_written = [text for text in knob.words if f" {' '.join(v.words_of(text))} " in written]
        # "shots" are several, a "shot" is one: plurals and gerunds count only as written.
        for text in (as_written or [text for text, met in by_stem if met and not text.endswith(("s", "ing"))])[-1:]:
            at = stems.index(v.stem(v.words_of(text)[0]))
            values[knob.name] = _by_degree(knob, knob.words[text], words[at - 1] if at else "")
            moved.add(words[at])
    for at, stem in enumerate(stems):
        for axis, side in v.axes().get(stem, ()):
            knob, value = _on_axis(model, axis, side)
            if knob is not None and words[at] not in moved and knob.name not in values:
                values[knob.name] = _by_degree(knob, value, words[at - 1] if at else "")
                moved.add(words[at])
    return {name: value for name, value in values.items() if name not in known}, moved


def _on_axis(model: SoundModel, axis: str, side: int) -> tuple[Knob | None, float]:
    """The knob of a model that an adjective's axis moves, and to which value."""
    for knob in model.knobs:
        alike = [value for text, value in knob.words.items() if (axis, side) in v.axes().get(v.stem(text), ())]
        if alike:
            return knob, max(alike, key=lambda value: abs(value - knob.default))
    for knob in model.knobs:
        if knob.name in v.KNOB_AXES[axis]:
            return knob, knob.default + 0.65 * ((knob.high if side > 0 else knob.low) - knob.default)
    return None, 0.0


def _by_degree(knob: Knob, value: float, before: str) -> float:
    """A value pushed from the default by "very", or held back by "slightly"."""
    return float(np.clip(knob.default + (value - knob.default) * v.DEGREES.get(before, 1.0), knob.low, knob.high))


def _synonyms(words: list[str]) -> dict[str, str]:
    """Runs of words that have a synonym, longest first, to what they stand for."""
    stems, out, at = [v.stem(w) for w in words], {}, 0
    while at < len(words):
        for size in (3, 2, 1):
            run, stemmed = " ".join(words[at : at + size]), " ".join(stems[at : at + size])
            text = SYNONYMS.get(run) or _stemmed().get(stemmed)
            if text and len(words[at : at + size]) == size:
                out[run] = text
                at += size - 1
                break
        at += 1
    return out


@lru_cache(maxsize=1)
def _stemmed() -> dict[str, str]:
    return {" ".join(v.stem(w) for w in v.words_of(key)): text for key, text in SYNONYMS.items()}


def _tokens(phrase: str, index: Index) -> tuple[list[_Token], list[str]]:
    """The words of a phrase that some model knows, weighed by their place, and those that none knows."""
    words, weight, weights = v.words_of(phrase), 1.0, {}
    for word in words:
        weight = 1.0 if word == "of" else min(weight, LESS.get(word, 1.0))
        weights.setdefault(word, weight)
    tokens: dict[str, _Token] = {}
    known: set[str] = set()
    for run, text in _synonyms(words).items():
        for word in v.words_of(text):
            if v.stem(word) in index.telling:
                weight = weights[run.split()[0]] * (0.9 if v.stem(word) not in v.axes() else 0.6)
                tokens.setdefault(v.stem(word), _Token(run, v.stem(word), weight))
                known |= set(run.split())
    for word in words:
        if word not in v.STOP and v.stem(word) in index.telling and index.telling[v.stem(word)]:
            tokens[v.stem(word)] = _Token(word, v.stem(word), weights[word])
            known.add(word)
    missing = [w for w in words if w not in known | v.STOP | v.WEAK and v.stem(w) not in v.axes() and not w.isdigit()]
    return list(tokens.values()), missing


def _ranked(tokens: list[_Token], index: Index) -> list[tuple[float, str]]:
    named = {t.stem for t in tokens}
    best = [
        (index.score(tokens, name), name)
        for name, fields in index.fields.items()
        if any(fields.get(stem, 0) > FIELDS["knobs"] for stem in named)
    ]
    return sorted(best, key=lambda pair: (-round(pair[0] + PLAIN * (pair[1] in v.PLAIN), 4), len(pair[1]), pair[1]))


def _anchor(tokens: list[_Token], name: str, index: Index) -> bool:
    fields = index.fields[name]
    return any(fields.get(t.stem, 0) > FIELDS["knobs"] and t.stem not in index.weak and t.weight > 0.4 for t in tokens)


def _by_meaning(words: list[str], index: Index) -> list[_Token]:
    """Words that no model knows, as the known word whose embedding is nearest, where it is near enough."""
    vocabulary = sorted({w for name, m in index.models.items() for w in [*v.words_of(name), *m.words]} - v.STOP)
    alike = _embed(words) @ _embed(vocabulary).T
    best = alike.argmax(axis=1)
    return [
        _Token(word, v.stem(vocabulary[i]), float(alike[row, i]))
        for row, (word, i) in enumerate(zip(words, best, strict=True))
        if alike[row, i] >= NEAR_ENOUGH
        and v.stem(vocabulary[i]) in index.telling
        and not _spelt_alike(word, vocabulary[i])
    ]


def _spelt_alike(word: str, other: str) -> bool:
    """Whether two words share an ending: embeddings of rare words are those of their letters, not of a meaning."""
    ours, theirs = v.stem(word), v.stem(other)
    return theirs in ours or ours[-3:] == theirs[-3:] or word[-3:] == other[-3:]


def _embed(texts: list[str]) -> np.ndarray:
    from soundwright.nets.words import embed

    return embed(texts)
