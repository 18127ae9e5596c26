"""Search: by words, by sound, by facets; fused, diverse, explained.

Rankings are fused by reciprocal rank (Cormack, Clarke and Büttcher 2009, k = 60). By BM25: words as written, and all
of them together, words that stand for them, the words of the sound model that the query means, which is a thesaurus of
sounds. By the cosine of text embeddings: the meaning of the query, that of its sound model's name, and each word beside
each word (`near`). By kind: how far the categories of UCS that the query is near to are those of the entry. By sound,
where an answer should be like one. Of what is found, entries are taken one by one so that each is near to the query and
far from those taken before (maximal marginal relevance, Carbonell and Goldstein 1998); the same bytes under two paths
are one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest
from soundwright.foley.synonyms import SYNONYMS
from soundwright.foley.vocabulary import stem
from soundwright.library import embedding, vectors, words
from soundwright.library.near import Names
from soundwright.library.store import SHAPES, Entry, Store

HEARD = f"packed IS NOT NULL AND embedding = '{embedding.NAME}'"  # vectors of another embedding wait to be heard anew
RRF = 60
WEIGHTS = {
    "all": 1.5,
    "words": 0.8,
    "synonyms": 0.5,
    "model": 1.0,
    "meaning": 1.0,
    "sense": 1.0,
    "near": 1.0,
    "kind": 0.5,
    "sound": 3.0,
}
COMMON = 5000  # entries that hold a word from which it is left out where there are rarer ones
TOP, DEEPER = 400, 12  # how deep each ranking goes, and how many times deeper it looks where facets sift it
OWN = "{name folder said} : "  # the columns of a file's own words
POOL = 48  # how many of the best diversity chooses among
DIVERSITY = 0.2
FIELDS = "8.0, 1.5, 4.0, 1.0"  # BM25 weights of name, folder, said, kin
KINDS_OF_QUERY = 12  # categories that a query may be near to
NEAR_IN_MEANING = 0.45  # cosine of two words from which one is told as near to the other


@dataclass(frozen=True)
class Facets:
    """What an answer must be. Lengths in s, levels in LUFS; None and empty do not matter."""

    category: str = ""  # a CatID, or the beginning of one, or a category's name
    min_s: float | None = None
    max_s: float | None = None
    loop: bool = False
    shapes: tuple[str, ...] = ()
    licence: str = ""
    commercial: bool = False  # leave out what its licence forbids to sell
    min_lufs: float | None = None
    max_lufs: float | None = None

    def __post_init__(self) -> None:
        for one in self.shapes:
            if one not in SHAPES:
                raise BadRequest(f"a sound's shape is {', '.join(SHAPES)}, not {one!r}")


@dataclass(frozen=True)
class Found:
    """An answer: the entry, its score relative to the best (1), why it was found, and its vector of words."""

    id: int
    entry: Entry
    score: float
    why: str


class Library:
    """An index in memory for search; notices by itself what other processes add or drop."""

    def __init__(self, store: Store):
        self.store = store
        self.ids = np.zeros(0, np.int64)
        self.rows = np.zeros(0, vectors.PACKED)
        self.names = Names()
        self._counts: dict[str, int] = {}  # how many entries hold a word
        self._seen: tuple[int, int] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read what is new since the last look; costs microseconds when nothing is."""
        db = self.store.db
        state = (db.execute("PRAGMA data_version").fetchone()[0], db.total_changes)
        if state == self._seen:
            return
        self._seen = state
        self._counts.clear()
        sql = f"SELECT coalesce(max(id), 0), count(*) FROM entries WHERE {HEARD}"
        last, count = db.execute(sql).fetchone()
        known = int(self.ids[-1]) if len(self.ids) else 0
        fresh = db.execute(f"SELECT id, packed FROM entries WHERE id > ? AND {HEARD} ORDER BY id", (known,))
        ids, blobs = zip(*fresh.fetchall() or [((), ())], strict=True) if last > known else ((), ())
        ids, rows = np.fromiter(ids, np.int64, len(ids)), vectors.unpack(list(blobs))
        self.ids, self.rows = np.concatenate([self.ids, ids]), np.concatenate([self.rows, rows])
        if len(ids):
            named = db.execute("SELECT name FROM texts WHERE rowid IN (SELECT id FROM entries WHERE id > ? AND id <= ? "
                               f"AND {HEARD}) ORDER BY rowid", (known, int(ids[-1])))  # fmt: skip
            self.names.grow([row[0] for row in named])
        if len(self.ids) != count:  # something was dropped
            standing = [row[0] for row in db.execute(f"SELECT id FROM entries WHERE {HEARD} ORDER BY id")]
            keep = np.isin(self.ids, np.array(standing, np.int64))
            self.ids, self.rows = self.ids[keep], self.rows[keep]
            self.names.keep(keep)

    def search(
        self,
        text: str = "",
        *,
        like: np.ndarray | None = None,
        facets: Facets | None = None,
        count: int = 10,
        weights: dict[str, float] | None = None,
        diversity: float = DIVERSITY,
    ) -> list[Found]:
        """The best `count` answers to words, to a sound's vector `[128]`, or to both.

        Raises `BadRequest` when nothing is asked, or when the index is empty.
        """
        facets = facets or Facets()
        self.refresh()
        if not len(self.ids):
            raise BadRequest("the library is empty: soundwright library add FOLDER")
        if not text.strip() and like is None and facets == Facets():
            raise BadRequest("nothing is asked for: give words, --like FILE, or a facet")
        allowed = self._allowed(facets)
        query = _Query.of(text)
        weights = WEIGHTS | (weights or {})
        score = np.zeros(len(self.ids), np.float32)
        parts: dict[str, np.ndarray] = {}
        for name, ranked in self._rankings(query, like, allowed).items():
            parts[name] = ranked
            score[ranked] += weights[name] / (RRF + 1 + np.arange(len(ranked)))
        if not parts:
            score[allowed] = 1.0
        best = np.flatnonzero(score > 0)
        best = best[np.argsort(-score[best], kind="stable")][:POOL]
        chosen = self._diverse(best, score[best], count, diversity)
        top = float(score[best[0]]) if len(best) else 1.0
        entries = self.store.entries(self.ids[chosen])
        return [
            Found(
                int(self.ids[at]),
                entries[int(self.ids[at])],
                round(float(score[at]) / top, 3),
                self._why(at, query, like),
            )
            for at in chosen
            if int(self.ids[at]) in entries
        ]

    def vector_of(self, entry_id: int) -> np.ndarray:
        """The sound's vector of an entry."""
        return vectors.floats(self.rows[int(np.searchsorted(self.ids, entry_id))], "sound")

    def _allowed(self, facets: Facets) -> np.ndarray:
        """A mask `[entries]` of what the facets let through."""
        if facets == Facets():
            return np.ones(len(self.ids), bool)
        where, values = [HEARD], []
        for condition, value in (
            ("duration_s >= ?", facets.min_s),
            ("duration_s <= ?", facets.max_s),
            ("loudness_lufs >= ?", facets.min_lufs),
            ("loudness_lufs <= ?", facets.max_lufs),
            ("licence LIKE ?", facets.licence and f"%{facets.licence}%"),
        ):
            if value not in (None, ""):
                where.append(condition)
                values.append(value)
        shapes = facets.shapes or (("loop",) if facets.loop else ())
        if shapes:
            where.append(f"shape IN ({', '.join('?' * len(shapes))})")
            values.extend(shapes)
        if facets.commercial:
            where.append("(commercial IS NULL OR commercial = 1)")
        if facets.category:
            ids = _categories(facets.category)
            where.append(f"category IN ({', '.join('?' * len(ids))})")
            values.extend(ids)
        found = self.store.db.execute(f"SELECT id FROM entries WHERE {' AND '.join(where)}", values).fetchall()
        return np.isin(self.ids, np.fromiter((row[0] for row in found), np.int64, len(found)))

    def _rankings(self, query: _Query, like: np.ndarray | None, allowed: np.ndarray) -> dict[str, np.ndarray]:
        """Positions in `ids`, best first, of each ranking that the query has."""
        out = {}
        for name, terms, joined, columns in (
            ("words", query.terms, " OR ", ""),
            ("all", query.terms if len(query.terms) > 1 else (), " AND ", OWN),
            ("synonyms", query.synonyms, " OR ", OWN),
            ("model", query.model, " OR ", OWN),
        ):
            if joined == " OR ":
                terms = self._telling(terms)
            if terms:
                out[name] = self._by_words(columns + "(" + joined.join(f'"{term}"' for term in terms) + ")", allowed)
        if query.vector is not None:
            out["meaning"] = _best(vectors.nearness(self.rows, "words", query.vector), allowed)
            near = self.names.score(query.terms)
            out["near"] = _best(near, allowed & (near > 0))
            if query.sense is not None:
                out["sense"] = _best(vectors.nearness(self.rows, "words", query.sense), allowed)
            if query.kinds.any():
                kinship = vectors.kinship(self.rows, query.kinds)
                out["kind"] = _best(kinship, allowed & (kinship > 0.02 * float(kinship.max(initial=0.0))))
        if like is not None:
            out["sound"] = _best(vectors.nearness(self.rows, "sound", like), allowed)
        return out

    def _telling(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Terms without those that thousands of entries hold: they sift nothing and cost the most."""
        if len(self.ids) < COMMON:
            return terms
        for term in terms:
            if term not in self._counts:
                row = self.store.db.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (f'"{term}"',)).fetchone()
                self._counts[term] = row[0]
        rare = tuple(term for term in terms if self._counts[term] <= COMMON)
        return rare or tuple(sorted(terms, key=self._counts.__getitem__)[:1])

    def _by_words(self, match: str, allowed: np.ndarray) -> np.ndarray:
        deep = TOP if allowed.all() else DEEPER * TOP  # facets are checked after
        rows = self.store.db.execute(
            f"SELECT rowid FROM texts WHERE texts MATCH ? AND rank MATCH 'bm25({FIELDS})' ORDER BY rank LIMIT ?",
            (match, deep),
        ).fetchall()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        at = np.searchsorted(self.ids, ids).clip(0, max(len(self.ids) - 1, 0))
        at = at[self.ids[at] == ids]  # an entry that came after the last look is left for the next
        return at[allowed[at]][:TOP]

    def _diverse(self, best: np.ndarray, score: np.ndarray, count: int, diversity: float) -> np.ndarray:
        """The positions taken one by one, each good and unlike those before."""
        if not len(best):
            return best
        rows = self.rows[best]
        both = np.concatenate([0.6 * vectors.floats(rows, "words"), 0.8 * vectors.floats(rows, "sound")], axis=1)
        codes = {at: entry.sha256 for at, entry in self.store.entries(self.ids[best]).items()}
        gain = score / score.max()
        nearest = np.zeros(len(best), np.float32)
        taken: list[int] = []
        seen: set[str] = set()
        open_ = np.ones(len(best), bool)
        while len(taken) < count and open_.any():
            worth = np.where(open_, (1 - diversity) * gain - diversity * nearest, -np.inf)
            at = int(worth.argmax())
            open_[at] = False
            code = codes.get(int(self.ids[best[at]]), "")
            if code in seen:
                continue
            seen.add(code)
            taken.append(at)
            nearest = np.maximum(nearest, both @ both[at])
        return best[taken]

    def _why(self, at: int, query: _Query, like: np.ndarray | None) -> str:
        """Why an entry was found, in a line."""
        text, entry = self.store.text(int(self.ids[at])), self.store.entries([self.ids[at]])
        one = entry[int(self.ids[at])]
        own = words.stems(f"{text.name} {text.folder} {text.said}")
        matched = [term for term in query.terms if stem(term) in own]
        by_kin = [term for term in query.terms if term not in matched and stem(term) in words.stems(text.kin)]
        parts = []
        if matched:
            parts.append("matched: " + ", ".join(matched))
        if by_kin:
            parts.append("of its kind: " + ", ".join(by_kin))
        near = query.near(words.telling(f"{text.name} {text.said[:200]}")) if len(matched) < len(query.terms) else []
        if near:
            parts.append("near: " + ", ".join(near))
        if query.kinds.any() and one.category and query.kinds[words.kinds().ids.index(one.category)] > 0:
            parts.append("kind " + words.kinds().names[words.kinds().ids.index(one.category)].strip())
        if like is not None:
            row = self.rows[at : at + 1]
            parts.append(f"sounds alike {float(vectors.nearness(row, 'sound', like)[0]):.2f}")
        parts.append(_manner(one))
        return "; ".join(parts)


@dataclass(frozen=True, eq=False)
class _Query:
    terms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    vector: np.ndarray | None = None
    sense: np.ndarray | None = None
    kinds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    @classmethod
    def of(cls, text: str) -> _Query:
        """A query's words, what stands for them, its meaning and its kinds."""
        from soundwright.nets.words import embed

        if not text.strip():
            return cls()
        known = words.kinds()
        terms = tuple(words.telling(words.plain(text)) or words.split(text))
        others = [other for term in (text.lower().strip(), *terms) for other in words.split(SYNONYMS.get(term, ""))]
        vector = embed([" ".join(terms) or text])
        scores = known.place([" ".join([*terms, *others])], vector)[0]
        best = np.argsort(-scores, kind="stable")[:KINDS_OF_QUERY]
        weights = np.zeros(len(known.ids), np.float32)
        weights[best] = np.maximum(scores[best], 0) ** 2
        kin = [word for at in best[:2] for word in words.split(known.names[at])]
        synonyms = tuple(dict.fromkeys(word for word in (*others, *kin) if word not in terms))
        called, model = _model(text)
        sense = embed([called])[0] if called else None
        return cls(terms, synonyms, model, vector[0], sense, weights / max(float(weights.max()), 1e-9))

    def near(self, own: list[str]) -> list[str]:
        """Pairs "term ~ word" of the query's and an entry's words that mean nearly the same."""
        from soundwright.nets.words import embed

        if not own or not self.terms:
            return []
        alike = embed(list(self.terms)) @ embed(own).T
        pairs = [(float(row.max()), term, own[int(row.argmax())]) for term, row in zip(self.terms, alike, strict=True)]
        told = [f"{term} ~ {word}" for near, term, word in sorted(pairs, reverse=True)
                if near > NEAR_IN_MEANING and stem(term) != stem(word)]  # fmt: skip
        return told[:2]


@lru_cache(maxsize=256)
def _model(text: str) -> tuple[str, tuple[str, ...]]:
    """The name of the sound model that a text means, and all its words; nothing where no model is near."""
    from soundwright.foley.match import match

    try:
        model = match(text).model
    except BadRequest:
        return "", ()
    own = [word for part in (model.name, *model.words) for word in words.split(part)]
    return model.name, tuple(dict.fromkeys(own))


def _best(score: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Positions of the highest scores that are allowed, best first."""
    score = np.where(allowed, score, -np.inf)
    top = np.argpartition(-score, TOP)[:TOP] if len(score) > TOP else np.arange(len(score))
    top = top[np.argsort(-score[top], kind="stable")]
    return top[np.isfinite(score[top])]


def _categories(asked: str) -> list[str]:
    """CatIDs that a facet names: `DOORWood`, `DOOR`, or a category's name as "doors" or "doors wood"."""
    known, plain = words.kinds(), " ".join(words.split(asked))
    ids = [cat for cat, name in zip(known.ids, known.names, strict=True)
           if cat.lower().startswith(asked.lower()) or " ".join(words.split(name)).startswith(plain)]  # fmt: skip
    if not ids:
        import difflib

        near = difflib.get_close_matches(asked.lower(), [name.split()[0] for name in known.names], 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise BadRequest(f"{asked!r} is no category of UCS{hint}")
    return ids


def _manner(entry: Entry) -> str:
    """How an entry sounds, in a few words."""
    onset = "sharp" if entry.sharpness > 0.6 else "soft" if entry.sharpness < 0.2 else "medium"
    pitch = f", {entry.pitch_hz:.0f} Hz" if entry.pitch_hz else ""
    tempo = f", {entry.tempo_bpm:.0f} bpm" if entry.tempo_bpm else ""
    begin = f"onset {onset}" if entry.shape in ("one-shot", "several") else entry.shape
    return f"{begin}{pitch}{tempo}"


def describe(path: Path) -> np.ndarray:
    """The vector `[128]` of a sound file for `like`. Raises `BadRequest` when it cannot be heard."""
    from soundwright.library.hear import hear

    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    heard = hear(path)
    if heard.vector is None:
        raise BadRequest(f"{path} cannot be heard: {heard.fault}")
    return heard.vector
