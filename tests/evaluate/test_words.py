"""CLAP scores and retrieval on vectors whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.evaluate import bootstrap, words


def test_scores_are_cosines_of_pairs():
    sounds, texts = np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    assert words.scores(sounds, texts) == pytest.approx([1, np.sqrt(0.5)])
    with pytest.raises(BadRequest, match="do not pair"):
        words.scores(sounds, texts[:1])
    with pytest.raises(BadRequest, match="one space"):
        words.scores(sounds, np.ones((2, 3)))


def test_retrieval_where_all_is_found_and_where_all_is_moved_by_one():
    vectors, names = np.eye(12), [f"caption {at}" for at in range(12)]
    found = words.retrieval(vectors, vectors, names)
    assert found["text_to_audio_r_at_1"] == found["audio_to_text_r_at_1"] == 1
    assert found["chance_r_at_5"] == pytest.approx(5 / 12)
    moved = words.retrieval(vectors, np.roll(vectors, 1, axis=0), names)
    assert moved["text_to_audio_r_at_1"] == 0
    assert moved["text_to_audio_median_rank"] == 12  # all that ties with the right one is before it


def test_one_caption_of_several_clips_is_right_for_all_of_them():
    sounds = np.eye(6)
    captions = ["rain", "rain", "dog", "bell", "car", "sea"]
    found = words.retrieval(sounds, sounds[[1, 1, 2, 3, 4, 5]], captions)
    assert found["text_to_audio_r_at_1"] == 1


def test_random_vectors_score_by_chance():
    rng = np.random.default_rng(0)
    found = words.retrieval(rng.standard_normal((400, 32)), rng.standard_normal((400, 32)), list(map(str, range(400))))
    assert found["text_to_audio_r_at_10"] == pytest.approx(found["chance_r_at_10"], abs=0.03)
    assert found["audio_to_text_median_rank"] == pytest.approx(200, abs=40)


def test_intervals_of_means_hold_what_they_promise():
    """Of 200 sets of 40 values, about 95 % of the intervals hold the true mean."""
    inside = 0
    for seed in range(200):
        low, high = bootstrap.of_mean(np.random.default_rng(seed).normal(3, 2, 40), seed=seed)
        inside += low <= 3 <= high
    assert 0.88 <= inside / 200 <= 0.98


def test_intervals_of_distances_are_as_wide_as_other_clips_would_move_them():
    from soundwright.evaluate import frechet

    def clips(seed):
        rng = np.random.default_rng(seed)
        return [rng.standard_normal((4, 6)) + 0.6 * rng.standard_normal(6) for _ in range(60)]

    truth = [frechet.fad(np.concatenate(clips(seed)), np.concatenate(clips(seed + 1000)) + 1) for seed in range(80)]
    x, y = clips(1), [clip + 1 for clip in clips(1001)]
    value = frechet.fad(np.concatenate(x), np.concatenate(y))
    low, high = bootstrap.of_distance(frechet.fad, x, y, value, draws=150)
    assert low < value < high
    assert (high - low) / (2 * 1.96) == pytest.approx(np.std(truth), rel=0.35)
    assert bootstrap.of_distance(frechet.fad, x, y, value, draws=150) == (low, high)
