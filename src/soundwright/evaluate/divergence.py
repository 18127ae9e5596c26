"""What a tagger hears: Kullback-Leibler divergence of its distributions, and the Inception Score.

Conventions
-----------
KL(p‖q) = sum p ln(p / q), in nats. Papers print both directions under one name, so both are always given here:
`kl_ref_gen` is KL(reference‖generated), as audiocraft, audioldm_eval and av-benchmark compute it; `kl_gen_ref` is
KL(generated‖reference), as stable-audio-metrics does. Distributions are softmax over the tagger's logits (mean over the
windows of a clip), taken in the log domain, without the 1e-6 that some add inside the logarithm.

Clips are paired by name; sets whose names do not meet are compared by their mean distributions, which is another,
smaller number, named `kl_of_means_...`.
"""

from __future__ import annotations

import numpy as np

from soundwright.errors import BadRequest


def kl(p: np.ndarray, q: np.ndarray, *, eps: float = 0.0) -> np.ndarray:
    """KL(p‖q) along the last axis; infinite where q misses what p has.

    `eps` is added to q inside the logarithm, to repeat published figures. Raises `BadRequest` for what is no
    distribution.
    """
    p, q = (np.asarray(one, np.float64) for one in (p, q))
    for one in (p, q):
        if one.ndim < 1 or (one < 0).any() or not np.allclose(one.sum(axis=-1), 1.0, atol=1e-4):
            raise BadRequest("a distribution has no negative value and sums to 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log(p) - np.log(q + eps)), 0.0)
    return terms.sum(axis=-1)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities along the last axis, in float64."""
    logits = np.asarray(logits, np.float64)
    if not np.isfinite(logits).all():
        raise BadRequest("the tagger gave NaN or Inf")
    moved = logits - logits.max(axis=-1, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=-1, keepdims=True))


def kl_of_logits(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """KL(softmax p‖softmax q) along the last axis: finite for any finite logits."""
    log_p, log_q = log_softmax(p), log_softmax(q)
    return (np.exp(log_p) * (log_p - log_q)).sum(axis=-1)


def paired(reference: np.ndarray, generated: np.ndarray) -> dict[str, np.ndarray]:
    """Both directions for each pair of rows of logits `[clips, classes]`, in nats."""
    return {"kl_ref_gen": kl_of_logits(reference, generated), "kl_gen_ref": kl_of_logits(generated, reference)}


def of_means(reference: np.ndarray, generated: np.ndarray) -> dict[str, float]:
    """Both directions between the mean distributions of two sets of logits `[clips, classes]`, in nats."""
    p, q = (np.exp(log_softmax(one)).mean(axis=0) for one in (reference, generated))
    return {"kl_of_means_ref_gen": float(kl(p, q)), "kl_of_means_gen_ref": float(kl(q, p))}


def inception_score(logits: np.ndarray) -> float:
    """exp of the mean KL from each clip's distribution to the mean of all: 1 for clips that all sound alike, at most
    the number of classes (Salimans et al. 2016, arXiv 1606.03498)."""
    log_p = log_softmax(logits)
    p = np.exp(log_p)
    mean = np.log(np.maximum(p.mean(axis=0), np.finfo(float).tiny))
    return float(np.exp((p * (log_p - mean)).sum(axis=1).mean()))
