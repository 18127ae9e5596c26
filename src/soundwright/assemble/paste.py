"""Edits keep their source: outside the edited spans every sample is the source's own, bit for bit.

What a model makes of an edit has gone through its codec as a whole: its gain and fine structure differ everywhere. Here
only the asked spans are taken from it, at the gain by which its context agrees with the source's, and the seams are
cross-faded inside the spans.
"""

from __future__ import annotations

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import crossfade
from soundwright.dsp.units import decibels, gain

SEAM_S = 0.03  # long enough to hide a change of phase, short enough to lie inside a beat
CONTEXT_S = 2.0  # how much of the kept sound beside a span its gain is matched to
MOST_DB = 12.0
CEILING_DBTP = -1.0  # of what is made anew: a model may well go over full scale


def paste(source: Audio, made: Audio, spans: list[tuple[float, float]], *, left_s: float = 0.0) -> Audio:
    """`source` with the `spans` (seconds of the result) taken from `made`, which is as long as the result.

    `left_s` of the result lie before the source begins, and it may go on beyond the source's end; both must be covered
    by spans. The result has the source's rate and channels.
    """
    from soundwright.dsp.limiter import limit

    made = alike(made, source)
    lead = round(left_s * source.rate)
    frames = made.frames
    kept = np.zeros((source.channels, frames), np.float32)
    stop = min(frames, lead + source.frames)
    kept[:, lead:stop] = source.samples[:, : stop - lead]
    result = kept.copy()
    ceiling_dbtp = max(CEILING_DBTP, float(decibels(source.peak)))  # a source that is louder may be met
    for start_s, end_s in spans:
        start, end = round(start_s * source.rate), min(round(end_s * source.rate), frames)
        if end <= start:
            continue
        new = made.samples[:, start:end] * _gain(kept, made.samples, start, end, lead, stop, source.rate)
        new = limit(new, source.rate, ceiling_dbtp)
        seam = min(round(SEAM_S * source.rate), (end - start) // 2)
        if start > lead:  # the source is heard before the span
            new = _joined(_beyond(kept[:, :start], kept[:, start : min(start + seam, stop)], seam), new)
        if end < stop:  # and after it
            back = kept[:, max(end - seam, lead) : end][:, ::-1]
            new = _joined(_beyond(kept[:, end:][:, ::-1], back, seam), new[:, ::-1])[:, ::-1]
        result[:, start:end] = np.clip(new, *(gain(ceiling_dbtp) * np.array([-1.0, 1.0])))  # where a seam adds up
    return Audio(result, source.rate)


def lay(canvas: Audio, made: Audio, span: tuple[float, float]) -> Audio:
    """`canvas` with one span (seconds) of `made`, of the same shape, at matching gain and without a seam.

    For edits in several steps, each of which hears those before it; `paste` makes the seams at the end.
    """
    start, end = (min(round(second * canvas.rate), canvas.frames) for second in span)
    result = canvas.samples.copy()
    factor = _gain(canvas.samples, made.samples, start, end, 0, canvas.frames, canvas.rate)
    result[:, start:end] = made.samples[:, start:end] * factor
    return Audio(result, canvas.rate)


def placed(source: Audio, left_s: float, duration_s: float, rate: int) -> Audio:
    """`source` where it lies in the result, stereo at a model's rate, with silence where there is nothing yet."""
    sound = source.stereo().at(rate)
    lead = np.zeros((2, round(left_s * rate)), np.float32)
    return Audio(np.concatenate([lead, sound.samples], axis=1), rate).fitted(round(duration_s * rate))


def alike(made: Audio, source: Audio) -> Audio:
    """`made` at the rate and with the channels of `source`."""
    made = made.at(source.rate)
    if made.channels == source.channels:
        return made
    if source.channels == 1:
        return made.mono()
    pair = made.stereo().samples
    return Audio(np.stack([pair[channel % 2] for channel in range(source.channels)]), source.rate)


def _gain(kept: np.ndarray, made: np.ndarray, start: int, end: int, lead: int, stop: int, rate: int) -> np.float32:
    """The factor by which the made sound's context beside a span agrees with the kept one's; 1 for silence."""
    reach = round(CONTEXT_S * rate)
    beside = np.r_[max(lead, start - reach) : start, end : min(stop, end + reach)]
    ours, theirs = (float(np.sqrt(np.mean(np.square(x[:, beside], dtype=np.float64)))) if beside.size else 0.0
                    for x in (kept, made))  # fmt: skip
    if ours < 1e-5 or theirs < 1e-5:
        return np.float32(1)
    limit = 10 ** (MOST_DB / 20)
    return np.float32(np.clip(ours / theirs, 1 / limit, limit))


def _beyond(before: np.ndarray, inside: np.ndarray, frames: int) -> np.ndarray:
    """The `frames` of kept sound that fade out in a span; where it has ended, it is mirrored about its last frame."""
    if inside.shape[1] >= frames:
        return inside[:, :frames]
    past = np.concatenate([before, inside], axis=1)
    return np.concatenate([inside, crossfade.continued(past, frames - inside.shape[1])], axis=1)


def _joined(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """`new` whose beginning is faded in over `old`: equal gain where they agree, equal power where they do not."""
    n = old.shape[1]
    return np.concatenate([crossfade.cross(old, new[:, :n]), new[:, n:]], axis=1)
