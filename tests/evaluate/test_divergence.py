"""KL in both directions against published fixtures, and the Inception Score at its ends."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.evaluate import divergence
from soundwright.evaluate.divergence import kl

P, Q = [0.05, 0.1, 0.2, 0.05, 0.15, 0.25, 0.08, 0.12], [0.3, 0.1, 0.2, 0.1, 0.1, 0.02, 0.08, 0.1]
SHORT_P, SHORT_Q = [0.1, 0.4, 0.5], [0.8, 0.15, 0.05]


@pytest.mark.parametrize(
    ("p", "q", "forward", "back", "with_eps"),
    [
        (P, Q, 0.589885181619163, 0.497549319448034, 0.58986634),
        (SHORT_P, SHORT_Q, 1.3356800935337296, 1.4012995907424075, 1.33566737),
    ],
)
def test_both_directions_of_the_published_fixtures(p, q, forward, back, with_eps):
    """stable-audio-metrics' test_kld.py; its own figures have 1e-6 in the logarithm and are float32."""
    assert kl(p, q) == pytest.approx(forward, abs=1e-12)
    assert kl(q, p) == pytest.approx(back, abs=1e-12)
    assert kl(p, q, eps=1e-6) == pytest.approx(with_eps, abs=1e-7)
    named = divergence.paired(np.log([p]), np.log([q]))
    assert named["kl_ref_gen"][0] == pytest.approx(forward, abs=1e-12)
    assert named["kl_gen_ref"][0] == pytest.approx(back, abs=1e-12)


def test_edges():
    assert kl([0.5, 0.5, 0], [0.25, 0.25, 0.5]) == pytest.approx(np.log(2))
    assert kl([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert kl(P, P) == 0
    with pytest.raises(BadRequest):
        kl([0.5, 0.6], [0.5, 0.5])
    with pytest.raises(BadRequest):
        kl([-0.5, 1.5], [0.5, 0.5])
    with pytest.raises(BadRequest, match="NaN"):
        divergence.log_softmax(np.array([np.nan, 1]))


def test_logits_however_large_stay_finite():
    a, b = np.array([[800.0, 0.0, -800.0]]), np.array([[-800.0, 0.0, 800.0]])
    assert divergence.kl_of_logits(a, b)[0] == pytest.approx(1600)
    assert divergence.kl_of_logits(a + 1e4, a)[0] == pytest.approx(0, abs=1e-9)


def test_means_of_sets_are_named_otherwise():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((30, 6)), rng.standard_normal((20, 6)) + np.arange(6)
    means = [np.exp(divergence.log_softmax(one)).mean(0) for one in (x, y)]
    found = divergence.of_means(x, y)
    assert found["kl_of_means_ref_gen"] == pytest.approx(float(kl(*means)))
    assert found["kl_of_means_gen_ref"] == pytest.approx(float(kl(*means[::-1])))


def test_inception_score_at_its_ends():
    assert divergence.inception_score(np.tile([3.0, 1.0, 0.0], (9, 1))) == pytest.approx(1)
    assert divergence.inception_score(200.0 * np.eye(7)) == pytest.approx(7)
