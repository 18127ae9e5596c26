"""Melodic idioms: one row per way of writing a tune.

`rhythm` and `dotted` are chances of rhythm kinds in simple and in compound beats; `skips` the chance to move by more
than a scale step, `repeats` to stay; `forms` the plans of an eight-bar strain in two-bar units (see `strain.py`);
`approach` the chance of a chromatic note into a strong one; `breath` how much of a closing note is rest; `lift` by how
many steps a chorus lies higher; `scale` the ladder the tune climbs; `vary` how often a weak note changes when a strain
returns; `sequence` how often the second bar of a cell is its first one carried elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tune:
    rhythm: str
    dotted: str = "qe:3 eee:3.5 Q:1.5 de:0.5 R:0.2"
    skips: float = 0.34
    repeats: float = 0.08
    forms: tuple[str, ...] = ("abac", "aabc", "abab", "aaba")
    approach: float = 0.0
    breath: float = 0.3
    lift: int = 3
    scale: str = "key"  # key, pentatonic, blues
    density: float = 0.5
    vary: float = 0.015
    sequence: float = 0.45
    legato: float = 0.96


TUNES: dict[str, Tune] = {
    "hook": Tune(
        "ee:4 q:3 syn:2.5 tre:1.8 dq:2 .e:1.2 h:0.7 ess:0.6 r:0.4", skips=0.36, forms=("abac", "aaba", "aabc")
    ),
    "song": Tune("q:3 ee:3.5 dq:2.4 h:1.3 .e:0.8 ds:0.7 r:0.3", skips=0.3),
    "theme": Tune("q:3 dq:2.4 h:1.8 ee:2.2 ds:1.6 t:0.3", skips=0.42, forms=("abac", "aabc", "abab"), lift=4),
    "folk": Tune("q:2.6 ee:4.5 ds:1.6 dq:1 h:0.5 ess:0.5", skips=0.4, breath=0.15),
    "reel": Tune(
        "ssss:9 ess:1.6 sse:1 ee:1.2 ds:0.2",
        "eee:6 qe:2",
        0.46,
        0.05,
        ("abac", "abac", "aabc"),
        breath=0.04,
        legato=0.86,
        density=0.6,
    ),
    "fast reel": Tune(
        "ee:9 q:1.0 ds:0.4 t:0.15",
        "eee:6 qe:2",
        0.46,
        0.05,
        ("abac", "abac", "aabc"),
        breath=0.04,
        legato=0.86,
        density=0.6,
    ),
    "jig": Tune(
        "ee:8 q:1 t:0.4",
        "eee:6 qe:2.2 de:0.3",
        0.44,
        0.05,
        ("abac", "abac", "aabc"),
        breath=0.04,
        legato=0.86,
        density=0.55,
    ),
    "air": Tune("q:3 dq:2.2 ee:2.6 ds:1.4 h:0.9 sse:0.2", "qe:4 eee:2 Q:1.4 de:1", 0.4, 0.05, breath=0.2),
    "jazz": Tune(
        "ee:5 .e:2 syn:1.4 t:0.7 q:1.2 r:1.1 rr:0.5 ed:0.8 dq:0.6",
        skips=0.42,
        forms=("abac", "abcd", "aabc"),
        approach=0.3,
        vary=0.22,
        breath=0.45,
        density=0.55,
    ),
    "bossa": Tune(
        "syn:3 .syn:2.2 dq:1.6 ee:2 q:1 ed:1.5 h:0.8 r:0.5", skips=0.34, approach=0.12, breath=0.4, vary=0.12
    ),
    "blues": Tune(
        "ee:3 .e:2 t:1.4 q:1.6 syn:1.4 r:1 dq:1",
        skips=0.23,
        forms=("aaba", "aabc"),
        scale="blues",
        breath=0.5,
        approach=0.08,
        vary=0.16,
    ),
    "lick": Tune(
        "ess:2 .ss:1.6 ee:2.4 .e:1.8 e:1.2 syn:1.6 r:1.2 tre:1.4",
        skips=0.27,
        scale="pentatonic",
        breath=0.5,
        forms=("abab", "aabc", "abac"),
    ),
    "riff": Tune(
        "ee:3.5 q:2.6 syn:2 dq:1.6 e:0.8 ess:0.8 h:0.6", skips=0.26, scale="pentatonic", forms=("aaba", "abac", "aabc")
    ),
    "lofi": Tune(
        "q:1.6 ee:2 .e:1.6 syn:1.6 h.:1.2 ed:1.4 r:1 rr:0.5",
        skips=0.23,
        scale="pentatonic",
        breath=0.5,
        vary=0.14,
        density=0.45,
    ),
    "trap": Tune(
        "ee:2.4 tre:2.2 e:1.4 .e:1.2 h.:0.8 t:0.4 q:1 r:0.6", skips=0.34, breath=0.4, forms=("abab", "aabc", "abac")
    ),
    "pulse": Tune(
        "tre:2.5 syn:2 e:1.6 ee:2 r:1.2 .e:1.6", skips=0.26, scale="pentatonic", forms=("aaba", "abab"), breath=0.4
    ),
    "sparse": Tune(
        "w:2 w.:2 .w:1.5 h:2 h.:1.5 rr:1 dq:0.8 q:0.3",
        "Q:4 qe:1 R:1",
        0.28,
        0.03,
        scale="pentatonic",
        breath=0.4,
        density=0.4,
    ),
    "creep": Tune(
        "h:2 dq:1.6 q:1.2 r:0.8 w.:0.8 ee:0.7 ed:0.7",
        "Q:3 qe:2 R:0.6",
        0.24,
        0.12,
        approach=0.15,
        breath=0.4,
        forms=("abac", "aabc"),
    ),
    "chip": Tune("ee:4 ssss:1 ess:1.6 sse:1 q:1.6 syn:1.4 tre:1.2", skips=0.5, breath=0.1, legato=0.82, density=0.55),
    "lullaby": Tune(
        "q:3.2 h:1.6 ee:1.8 dq:1.8", "qe:5 Q:2 eee:1.4", 0.34, 0.1, ("abac", "aaba", "abab"), breath=0.2, density=0.42
    ),
    "waltz": Tune("q:3.4 h:1.8 dq:1.4 ee:2.2", skips=0.4, forms=("abac", "aabc"), breath=0.12),
    "baroque": Tune(
        "ssss:2 ee:3.6 ess:2 sse:1.2 q:1",
        "eee:6 qe:1.6 de:0.4",
        0.4,
        0.03,
        ("aabc", "abac", "abcd"),
        breath=0.06,
        legato=0.88,
        density=0.55,
    ),
    "classical": Tune(
        "q:2.4 ee:3.2 ds:1 dq:1.6 h:0.8 ess:0.7 ssss:0.4", skips=0.38, forms=("abac", "aabc"), breath=0.25
    ),
    "march": Tune("q:2.8 ds:3 ee:2 dq:1.2 h:0.8", skips=0.46, forms=("abac", "aabc"), breath=0.12, legato=0.85),
    "rag": Tune(
        "sse:1.4 tre:1.6 syn:1.6 ee:2.6 ess:1.4 q:1.2",
        skips=0.46,
        forms=("abac", "aabc"),
        breath=0.15,
        approach=0.08,
        legato=0.85,
    ),
    "phrygian": Tune("ee:3 sse:1.6 t:1.2 q:1.6 dq:1.2 ssss:0.6", skips=0.26, breath=0.3, vary=0.14),
    "pentatonic": Tune(
        "q:2.6 ee:2.6 dq:1.8 h:1.4 sse:0.5 ds:0.8", skips=0.26, scale="pentatonic", breath=0.3, density=0.45
    ),
    "raga": Tune("q:2 dq:2 h:1.2 ess:1 ssss:0.6 ee:2 ed:1", skips=0.26, breath=0.35, vary=0.16),
}

FASTER = {"reel": "fast reel"}
"""What an idiom becomes where the quarter itself is quick (under 0.4 s): the same notes a second, written longer."""


def tune_of(name: str, quarter_s: float) -> Tune:
    """The row of an idiom at a tempo."""
    return TUNES[FASTER.get(name, name) if quarter_s < 0.4 else name]
