"""The learned composer against the rules and against human tunes that it has not seen.

1. *Perplexity* of an event (pitch and length) on held-out tunes, beside a unigram and a bigram model counted on the
   training tunes (smoothed by one half), and beside the same network untrained.
2. *Statistics* of tunes written on the same plans by the rules and by the composer. Each plan is taken from a held-out
   tune: its style, metre, mode, strains and suggested chords. Told are Jensen-Shannon distances (base 2, 0 to 1) from
   the held-out tunes' own distributions of intervals, degrees, lengths, rhythms of a bar, and of how often bars and
   turns of four intervals come again; "training tunes" shows how far human tunes are from other human tunes.
3. *Copying*: the longest run of notes (interval and length) that a tune shares with any training tune.
4. *Speed*: three minutes of tune, nothing repeated.

Run: `python benchmarks/composer.py [tunes] [weights.npz]`; wants music21's corpus, takes some minutes.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from soundwright.engines.score import learned, melody
from soundwright.engines.score.form import Form, lay_out
from soundwright.engines.score.ladder import Ladder
from soundwright.nets.composer import Composer, ours, read
from soundwright.nets.composer_tokens import LENGTHS, NO_CHORD, NONE, PITCHES, TICKS, tokens
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.plan.theory import usual
from soundwright.train import composer_data as data
from soundwright.train.composer import material
from soundwright.train.composer_net import ComposerNet

Note = tuple[int, int, int]
"""Onset and length in ticks, and semitones above the tonic."""
PLANS = {
    "reel": ("reel", 200),
    "jig": ("jig", 114),
    "air": ("celtic air", 80),
    "march": ("march", 116),
    "waltz": ("waltz", 144),
}
"""The plan's style and tempo for each style of a held-out tune."""
KINDS = ("", "m", "dim", "7", "5")
SEEDS = 2  # tunes for each plan and writer


def perplexity(score: Callable[[data.Tune], tuple[float, int]], tunes: Sequence[data.Tune]) -> float:
    """exp of the mean nats an event; `score` gives a tune's nats and events."""
    nats, events = np.array([score(tune) for tune in tunes]).sum(axis=0)
    return float(np.exp(nats / events))


def by_net(composer: Composer) -> Callable[[data.Tune], tuple[float, int]]:
    def score(tune: data.Tune) -> tuple[float, int]:
        rows, told = data.encode(tune)
        memory, nats = composer.memory(), 0.0
        for row, (pitch, length) in zip(rows, told, strict=True):
            hidden = composer.step(memory, row)
            for logits, token in (
                (composer.pitch_logits(hidden), pitch),
                (composer.length_logits(hidden, pitch), length),
            ):
                nats += float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[token])
        return nats, len(told)

    return score


def by_counts(tunes: Sequence[data.Tune], order: int) -> Callable[[data.Tune], tuple[float, int]]:
    """A unigram (order 0) or bigram (order 1) of pitches and of lengths."""
    counts = np.full((2, PITCHES + 1, PITCHES + 1), 0.5)
    sizes = (PITCHES, len(LENGTHS))

    def walk(tune: data.Tune) -> Iterable[tuple[tuple[int, int], tuple[int, int]]]:
        before = NONE
        for strain in tune.strains:
            for event in strain.events:
                yield before, tokens(event)
                before = tokens(event)

    for tune in tunes:
        for before, now in walk(tune):
            for k in range(2):
                counts[k, before[k] * order, now[k]] += 1

    def score(tune: data.Tune) -> tuple[float, int]:
        nats, events = 0.0, 0
        for before, now in walk(tune):
            for k in range(2):
                line = counts[k, before[k] * order, : sizes[k]]
                nats -= float(np.log(line[now[k]] / line.sum()))
            events += 1
        return nats, events

    return score


def noted(tune: data.Tune) -> list[list[Note]]:
    """The notes of each strain."""
    out: list[list[Note]] = []
    for strain in tune.strains:
        at, notes = 0, []
        for pitch, ticks in strain.events:
            if pitch is not None:
                notes.append((at, ticks, pitch))
            at += ticks
        out.append(notes)
    return out


def plan_of(tune: data.Tune) -> SongPlan:
    """A plan with the tune's style, metre, key, strains and chords (on C, and its mode)."""
    first = tune.strains[0].frame
    style, tempo = PLANS[first.style]
    key = usual(0, first.mode)
    sections = []
    for number, strain in enumerate(tune.strains):
        bars: list[str] = []
        for bar in range(strain.frame.bars):
            start, end = bar * strain.frame.bar_ticks, (bar + 1) * strain.frame.bar_ticks
            inside = [chord for at, chord in strain.frame.chords if start <= at < end]
            before = [chord for at, chord in strain.frame.chords if at <= start][-1:]
            bars.append(" ".join(dict.fromkeys(map(_symbol, before + inside))))
        sections.append(Section(name="AB"[number], bars=strain.frame.bars, energy=0.5, chords=bars))
    part = PartPlan(instrument="violin", role="melody")
    return SongPlan(
        duration_s=600, tempo_bpm=tempo, metre=first.metre, key=key.name, styles=[style], parts={"lead": part},
        sections=sections, melody_by="learned",
    )  # fmt: skip


def _symbol(chord: int) -> str:
    return "N.C." if chord == NO_CHORD else usual(chord // 5).spelling + KINDS[chord % 5]


Writer = Callable[[Form, int], tuple[tuple[melody.Tone, ...], ...]]


def written(plan: SongPlan, writer: Writer, seed: int) -> list[list[Note]]:
    form = lay_out(plan)
    tonic = Ladder(form.key).tonic
    out = []
    for stretch, tones in zip(form.stretches, writer(form, seed), strict=True):
        if not stretch.bars[0].final:
            out.append(
                [(round((t.start - stretch.start) * TICKS), round(t.length * TICKS), t.pitch - tonic) for t in tones]
            )
    return out


def counted(tunes: Sequence[list[list[Note]]], bar_ticks: Sequence[int]) -> dict[str, Counter]:
    """Distributions over all tunes; lengths run to the next note, so that breaths and touches count for nothing."""
    out: dict[str, Counter] = {
        name: Counter() for name in ("interval", "degree", "length", "rhythm", "repeats", "turns")
    }
    for strains, bar in zip(tunes, bar_ticks, strict=True):
        for notes in strains:
            steps = [b[2] - a[2] for a, b in pairwise(notes)]
            out["interval"].update(max(-13, min(13, step)) for step in steps)
            out["degree"].update(note[2] % 12 for note in notes)
            out["length"].update(b[0] - a[0] for a, b in pairwise(notes))
            bars: dict[int, list[Note]] = {}
            for note in notes:
                bars.setdefault(note[0] // bar, []).append(note)
            shapes = [tuple((n[0] % bar, n[2]) for n in group) for group in bars.values()]
            out["rhythm"].update(tuple(n[0] % bar for n in group) for group in bars.values())
            out["repeats"][round(8 * (1 - len(set(shapes)) / max(len(shapes), 1)))] += 1
            fours = [tuple(steps[k : k + 4]) for k in range(len(steps) - 3)]
            out["turns"][round(10 * (1 - len(set(fours)) / max(len(fours), 1)))] += 1
    return out


def distance(one: Counter, two: Counter) -> float:
    """Jensen-Shannon distance, base 2."""
    names = sorted(set(one) | set(two), key=str)
    p, q = (np.array([counts[name] for name in names], float) for counts in (one, two))
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0, x * np.log2(x / middle), 0).sum() for x in (p, q)]
    return float(np.sqrt(max(sum(parts) / 2, 0)))


def signature(notes: Sequence[Note]) -> bytes:
    """Two bytes a step: interval, and time to the next note."""
    return b"".join(bytes((b[2] - a[2] + 64 & 255, min(b[0] - a[0], 255))) for a, b in pairwise(notes))


def longest_runs(tunes: Sequence[list[list[Note]]], training: Sequence[bytes]) -> list[int]:
    """For each tune, the most notes in a row that some training strain also has."""
    marks = [[signature(notes) for notes in strains] for strains in tunes]
    best = [1] * len(tunes)
    alive, size = list(range(len(tunes))), 1
    while alive:
        known = {mark[k : k + 2 * size] for mark in training for k in range(0, len(mark) - 2 * size + 1, 2)}
        alive = [
            n for n in alive
            if any(m[k : k + 2 * size] in known for m in marks[n] for k in range(0, len(m) - 2 * size + 1, 2))
        ]  # fmt: skip
        for n in alive:
            best[n] = size + 1
        size += 1
    return best


def three_minutes(composer: Composer) -> float:
    """Seconds for 90 bars of 4/4 at 120, eight bars at a time, every strain a new one."""
    sections = [
        Section(name=f"part {k}", bars=8 if k < 11 else 2, energy=0.5, chords=["C", "F", "G", "C"]) for k in range(12)
    ]
    plan = SongPlan(
        duration_s=180, tempo_bpm=120, key="C major", styles=["folk"], melody_by="learned", sections=sections,
        ending="fade",
        parts={"lead": PartPlan(instrument="violin", role="melody")},
    )  # fmt: skip
    form = lay_out(plan)
    learned.tune(form, 1, composer)
    before = time.perf_counter()
    learned.tune(form, 2, composer)
    return time.perf_counter() - before


def main(count: int, weights: Path | None) -> None:
    composer = read(weights) if weights else ours()
    sides = material(data.PER_STYLE)
    rng = np.random.default_rng(0)
    untrained = Composer(ComposerNet().weights())
    scores = {
        "unigram": by_counts(sides["train"], 0), "bigram": by_counts(sides["train"], 1),
        "untrained": by_net(untrained), "composer": by_net(composer),
    }  # fmt: skip
    print(
        f"perplexity of an event   human, held out ({len(sides['held'])})   "
        f"by our rules, held out ({len(sides['rules held'])})"
    )
    for name, score in scores.items():
        side = [perplexity(score, sides[which]) for which in ("held", "rules held")]
        print(f"{name:<24} {side[0]:12.2f} {side[1]:30.2f}")

    human = [tune for one in sides["held"] if (tune := comparable(one))][: count or None]
    plans = [plan_of(tune) for tune in human]
    bars = [tune.strains[0].frame.bar_ticks for tune in human]
    others = [tune for one in sides["train"] if one.source != "rules" and (tune := comparable(one))]
    rng.shuffle(others)
    like = others[: len(human)]
    writers: dict[str, Writer] = {
        "rules": melody.tune,
        "composer": lambda form, seed: learned.tune(form, seed, composer),
    }
    sets = {
        name: [written(plan, writer, seed) for seed in range(SEEDS) for plan in plans]
        for name, writer in writers.items()
    }
    truth = counted([noted(tune) for tune in human], bars)
    print(f"\nJS distance from {len(human)} held-out tunes: " + "  ".join(truth) + "  mean")
    rows = {"training tunes": counted([noted(tune) for tune in like], [t.strains[0].frame.bar_ticks for t in like])}
    rows |= {name: counted(made, bars * SEEDS) for name, made in sets.items()}
    for name, counts in rows.items():
        values = [distance(truth[kind], counts[kind]) for kind in truth]
        print(f"{name:<16}" + "  ".join(f"{value:.3f}" for value in values) + f"  {np.mean(values):.3f}")

    print("\nmean of the six distances by style, and tunes: rules, composer")
    for style in PLANS:
        own = [k for k, tune in enumerate(human) if tune.strains[0].frame.style == style]
        place = [bars[k] for k in own]
        true = counted([noted(human[k]) for k in own], place)
        made = {
            name: counted([one[k + turn * len(human)] for turn in range(SEEDS) for k in own], place * SEEDS)
            for name, one in sets.items()
        }
        means = {name: np.mean([distance(true[kind], counts[kind]) for kind in true]) for name, counts in made.items()}
        print(f"{style:<8} {len(own):4d}   " + "  ".join(f"{value:.3f}" for value in means.values()))

    training = [
        signature(notes)
        for one in sides["train"]
        if one.source != "rules"
        for v in data.variants(one)
        for notes in noted(v)
    ]
    print("\nlongest run of notes shared with a training tune: median, 95 %, most; share of the tunes with 16 and more")
    for name, made in {"held-out tunes": [noted(tune) for tune in human], **sets}.items():
        runs = np.array(longest_runs(made, training))
        print(
            f"{name:<16} {np.median(runs):.0f}, {np.percentile(runs, 95):.0f}, {runs.max()}; {(runs >= 16).mean():.1%}"
        )
    print(f"\nthree minutes of tune: {three_minutes(composer):.2f} s")


def comparable(tune: data.Tune) -> data.Tune | None:
    """The first two strains of a tune that a plan can ask for, duple reels and marches in 4/4; None for others."""
    tune = replace(tune, strains=tune.strains[:2])
    frame = tune.strains[0].frame
    if frame.style not in PLANS or frame.metre not in ("2/4", "3/4", "4/4", "6/8"):
        return None
    only = {"jig": "6/8", "waltz": "3/4"}.get(frame.style)
    if (
        (only and frame.metre != only)
        or (not only and frame.metre == "6/8")
        or (frame.style == "reel" and frame.metre == "3/4")
    ):
        return None
    return data.rewritten(tune, 2, 1, "4/4") if frame.metre == "2/4" else tune


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
