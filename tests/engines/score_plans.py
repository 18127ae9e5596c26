"""Plans written by hand for the tests of the score engine, and what listeners measure in sound."""

from __future__ import annotations

import numpy as np

from soundwright.engines.contract import Take, Task
from soundwright.engines.score import ScoreEngine
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.progress import Progress

BAND = {
    "lead": ("flute", "melody"),
    "second": ("clarinet", "counter"),
    "guitar": ("steel guitar", "chords"),
    "pluck": ("pluck", "arpeggio"),
    "pad": ("warm pad", "pad"),
    "bass": ("electric bass", "bass"),
    "drums": ("acoustic kit", "drums"),
    "shaker": ("hand percussion", "percussion"),
}
SONG = (("verse", 8, 0.45), ("chorus", 8, 0.8), ("verse", 8, 0.5), ("chorus", 8, 0.9))
MINOR, MAJOR = ["Am", "F", "C", "E7"], ["C", "Am", "F", "G"]


def song(
    style: str = "pop",
    *,
    key: str = "A minor",
    tempo: float = 120.0,
    metre: str = "4/4",
    duration_s: float = 68.0,
    parts=tuple(BAND),
    form=SONG,
    chords: list[str] | None = None,
    **more,
) -> SongPlan:
    """A song of verses and choruses (64 s at 120 beats in 4/4) for the named players of `BAND`."""
    chords = chords or (MINOR if "minor" in key else MAJOR)
    return SongPlan(
        duration_s=duration_s, tempo_bpm=tempo, metre=metre, key=key, styles=[style],
        parts={name: PartPlan(instrument=BAND[name][0], role=BAND[name][1]) for name in parts},
        sections=[Section(name=n, bars=b, energy=e, chords=chords) for n, b, e in form], **more,
    )  # fmt: skip


def render(plan: SongPlan, seed: int = 1, **options) -> Take:
    return ScoreEngine().render(Task("music", plan, plan.duration_s, seed, options=options), Progress())


def pattern(notes, start_s: float, end_s: float, bar_s: float) -> list[tuple[int, int]]:
    """(onset in sixteenths of a bar from `start_s`, interval from the first note) of the notes in a span."""
    inside = [n for n in notes if start_s - 0.05 <= n.start_s < end_s - 0.05]
    return [(round((n.start_s - start_s) / bar_s * 16), round(n.pitch - inside[0].pitch)) for n in inside]


def alike(a: list, b: list) -> float:
    """Share of the notes of two patterns that both have."""
    return len(set(a) & set(b)) / max(len(set(a) | set(b)), 1)


MAJOR_PROFILE = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR_PROFILE = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def heard_key(samples: np.ndarray, rate: int) -> tuple[int, bool]:
    """(tonic pitch class, minor) by Krumhansl and Kessler's profiles on librosa's chroma."""
    import librosa

    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate, target_sr=11025)
    chroma = librosa.feature.chroma_cqt(y=mono, sr=11025, n_octaves=6).sum(axis=1)
    scores = {
        (tonic, minor): np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]
        for minor, profile in ((False, MAJOR_PROFILE), (True, MINOR_PROFILE))
        for tonic in range(12)
    }
    return max(scores, key=scores.__getitem__)


def heard_tempo(samples: np.ndarray, rate: int) -> float:
    import librosa

    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate, target_sr=22050)
    return float(np.atleast_1d(librosa.beat.beat_track(y=mono, sr=22050)[0])[0])


def same_tempo(heard: float, asked: float) -> bool:
    """Equal within 6 %, octaves allowed."""
    return any(abs(heard / (asked * factor) - 1) < 0.06 for factor in (0.5, 1.0, 2.0))
