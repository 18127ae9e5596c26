"""What a prompt names outright, and how it is kept: tempo with octaves forgiven, keys as MIREX counts."""

from __future__ import annotations

import pytest

from soundwright.evaluate.agreement import Asked, asked, key_agreement, tempo_agrees


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("calm lo-fi piano, 78 bpm, in A minor", Asked(78, "A minor")),
        ("techno at 128.5 bpm", Asked(128.5, None)),
        ("slow sad strings", Asked(None, None)),
        ("allegro for violin in D major", Asked(None, "D major")),
        ("a happy tune in major", Asked(None, None)),
        ("", Asked(None, None)),
    ],
)
def test_only_what_is_named_counts(prompt, said):
    assert asked(prompt) == said


def test_tempi_agree_within_four_percent_and_in_octaves():
    assert [tempo_agrees(120, heard) for heard in (120, 124.7, 60, 240, 40, 359)] == [1] * 6
    assert [tempo_agrees(120, heard) for heard in (125.5, 114, 90, 180, None, 0)] == [0] * 6


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [  # mir_eval 0.8.2, key.weighted_score
        ("C major", "C major", 1.0),
        ("C major", "G major", 0.5),
        ("C major", "F major", 0.0),
        ("A minor", "E minor", 0.5),
        ("C major", "A minor", 0.3),
        ("A minor", "C major", 0.3),
        ("A minor", "A major", 0.2),
        ("C major", "C minor", 0.2),
        ("C major", "E minor", 0.0),
        ("F# dorian", "F# minor", 1.0),
        ("Db major", "C# major", 1.0),
        ("C major", None, 0.0),
    ],
)
def test_keys_score_as_mirex_counts(one, other, score):
    assert key_agreement(one, other) == score
