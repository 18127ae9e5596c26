"""The words of file names and queries: split, written out, and placed among the 752 categories of UCS.

File names are written by hand and in haste: `BD_Haus01`, `doorSlamMtl`, `AMB_EXT_Rain`. They are split at signs, digits
and capitals, and the abbreviations of the trade are written out. A text's categories are those whose names and
synonyms (UCS 8.2.1) it shares, weighted by how telling each word is, with the nearness of meaning beside; they join a
query and a file that share no word.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np

from soundwright.foley.vocabulary import STOP, stem
from soundwright.library.vectors import KINDS

# Abbreviations in the names of recordings -> words. Those of one or two letters count only as whole words.
SHORT = {
    "amb": "ambience", "ambi": "ambience", "atmo": "atmosphere ambience", "atmos": "atmosphere ambience",
    "bckgnd": "background", "bd": "bass drum kick", "bg": "background", "bgm": "music", "kik": "kick drum",
    "kck": "kick drum", "sn": "snare drum", "sd": "snare drum", "snr": "snare drum", "hh": "hi-hat cymbal",
    "hat": "hi-hat cymbal", "hats": "hi-hat cymbal", "hihat": "hi-hat cymbal", "chh": "closed hi-hat cymbal",
    "ohh": "open hi-hat cymbal", "hho": "open hi-hat cymbal", "hhc": "closed hi-hat cymbal", "cym": "cymbal",
    "cc": "crash cymbal", "rc": "ride cymbal", "rs": "rimshot snare drum", "rim": "rimshot drum",
    "tom": "tom drum", "toms": "tom drums", "ride": "ride cymbal", "splash": "splash", "crash": "crash",
    "kick": "kick drum", "snare": "snare drum", "perc": "percussion", "tabla": "tabla drum", "cb": "cowbell",
    "guit": "guitar", "gtr": "guitar", "synth": "synthesizer", "syn": "synthesizer", "elec": "electronic",
    "vox": "voice", "voc": "vocal voice", "voctone": "vocal tone", "fx": "effect", "sfx": "effect", "misc": "",
    "impt": "impact", "imp": "impact", "mtl": "metal", "wd": "wood", "wdn": "wooden", "gls": "glass", "drs": "doors",
    "int": "interior", "ext": "exterior", "explo": "explosion", "expl": "explosion", "nuke": "nuclear explosion bomb",
    "footstep": "footstep", "fs": "footsteps", "veh": "vehicle", "mach": "machine", "wpn": "weapon", "gun": "gun",
    "anml": "animal", "wtr": "water", "rn": "rain", "wnd": "wind", "thndr": "thunder", "swsh": "whoosh",
    "swoosh": "whoosh", "woosh": "whoosh", "whoosh": "whoosh", "swash": "whoosh swish", "cine": "cinematic",
    "cineboom": "cinematic boom", "lp": "loop", "xtra": "", "os": "one-shot", "dn": "down", "bpm": "", "st": "",
    "mono": "", "stereo": "", "wav": "", "flac": "", "mp3": "", "hi": "high", "lo": "low", "mid": "middle",
    "gameover": "game over lose", "rockhit": "rock hit", "phasejump": "phase jump", "afterburner": "jet engine",
    "hyperdrive": "spaceship warp engine", "takeoff": "spaceship take off engine", "torpedo": "torpedo missile",
    "typhoon": "missile", "javelin": "missile", "sidewinder": "missile", "autocannon": "gun cannon",
    "flamethrower": "flamethrower fire", "plasma": "plasma energy", "upgrade": "upgrade power up",
}  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
NAMED, SYNONYM = 1.0, 0.45  # what a word counts in a category's name and among its synonyms
MEANING = 0.8  # what nearness of meaning counts beside shared words


def split(text: str) -> list[str]:
    """Lower-case words of a name or a text, in order, as they stand."""
    return [word.lower() for word in WORD.findall(CAMEL.sub(" ", text))]


def plain(text: str) -> str:
    """A name's words with abbreviations written out and single letters left out."""
    out = [SHORT.get(word, word if len(word) > 1 else "") for word in split(text)]
    return " ".join(word for word in out if word)


def telling(text: str) -> list[str]:
    """The words of a query that say something, in order, once each."""
    return [word for word in dict.fromkeys(split(text)) if word not in STOP and len(word) > 1]


@dataclass(frozen=True, eq=False)
class Kinds:
    """The categories: ids, names as words, synonyms, and the matrices that place a text among them."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    synonyms: tuple[str, ...]
    column: dict[str, int]  # stem -> column of `shares`
    shares: np.ndarray  # [categories, stems]
    meaning: np.ndarray  # [categories, 256]

    def place(self, texts: list[str], vectors: np.ndarray) -> np.ndarray:
        """How much `[texts, categories]` each text is of each category, 0 to about 2."""
        score = np.maximum(vectors @ self.meaning.T - 0.2, 0.0) * MEANING
        for row, text in enumerate(texts):
            stems = {stem(word) for word in telling(text)}
            columns = [self.column[one] for one in stems if one in self.column]
            if columns:
                score[row] += self.shares[:, columns].sum(axis=1) / np.sqrt(len(stems))
        return score


@cache
def kinds() -> Kinds:
    """UCS as a place for texts; about 0.1 s on first use."""
    from soundwright.deliver.ucs import categories
    from soundwright.nets.words import embed

    table = resources.files("soundwright.library").joinpath("tables/ucs_synonyms.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in table.splitlines() if not line.startswith("#"))
    next(rows)
    synonyms = {row[0]: row[1] for row in rows}
    known = categories()
    names = tuple(f"{one.category} {one.subcategory}".lower().replace("misc", "") for one in known.values())
    others = tuple(synonyms.get(cat_id, "") for cat_id in known)
    fields = [
        dict.fromkeys((stem(w) for w in split(other)), SYNONYM) | dict.fromkeys((stem(w) for w in split(name)), NAMED)
        for name, other in zip(names, others, strict=True)
    ]
    column = {one: at for at, one in enumerate(dict.fromkeys(s for field in fields for s in field))}
    shares = np.zeros((len(fields), len(column)), np.float32)
    for row, field in enumerate(fields):
        shares[row, [column[one] for one in field]] = list(field.values())
    rarity = np.log(len(fields) / np.maximum((shares > 0).sum(axis=0), 1))
    shares *= (rarity / np.log(len(fields))).astype(np.float32)
    vectors = embed(list(names)) + 0.6 * embed(
        [" ".join(other.split()[:24]) or name for name, other in zip(names, others, strict=True)]
    )
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return Kinds(tuple(known), names, others, column, shares, vectors.astype(np.float32))


def nearest(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The three best categories of a text's scores and their shares, which sum to 1 (all 0 where nothing is near)."""
    best = np.argsort(-scores, kind="stable")[:KINDS]
    value = np.maximum(scores[best], 0.0) ** 2
    return best, value / value.sum() if value.sum() > 0.01 else np.zeros(KINDS)


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(stem(word) for word in split(text))
