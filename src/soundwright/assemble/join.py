"""Parts that overlap joined into one long piece, without a click, a step or a stumble at the seams.

Each part begins on its planned frame: the lengths of those before it, less their overlaps. So the whole has the planned
length, to the frame, whatever is done at the seams. At each of them the new part is moved by at most half a beat until
it agrees with what sounds (`align`), begins with its loudness and balance (`settle`), and is faded in by the law that
their correlation asks for (`dsp.crossfade`).

`join` takes all parts at once. `Joiner` takes them one by one, as any block of `dsp` takes samples, and hands on what
is finished: it holds one part, and the seconds before the next seam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from soundwright.assemble import align
from soundwright.assemble.settle import Settling, settled
from soundwright.audio import Audio, Stream
from soundwright.dsp import crossfade, envelopes
from soundwright.errors import BadRequest

LAG_S = 0.05  # how far a part may move where no beat is known
COMPARED_S, BAR = 2.0, 4  # so much of either part for loudness and balance; in bars of so many beats where one is known
SAME = 0.99  # correlation from which the overlap itself is compared, be it short: both play the same
BUTT_S = 0.01  # parts that only touch: the earlier one is mirrored so far past its end, and faded out
END_S = 0.02  # the fade where moving the last part has cut off its end or left it short


@dataclass(frozen=True)
class Seam:
    """What was done at a seam: `at_s` is the middle of the fade, `lag_ms` how late the new part was (and is no more),
    `correlation` that of the two sounds in the fade, `gain_db` and `tilt_db` what the new part began with."""

    at_s: float
    fade_ms: float
    lag_ms: float
    correlation: float
    gain_db: float
    tilt_db: float
    law: str

    @property
    def span_s(self) -> tuple[float, float]:
        """From where the fade begins to where it ends, in seconds of the whole."""
        return self.at_s - self.fade_ms / 2000, self.at_s + self.fade_ms / 2000


@dataclass(frozen=True, eq=False)
class Joined:
    audio: Audio
    seams: tuple[Seam, ...]


@dataclass(frozen=True, eq=False)
class JoinState:
    """How many parts are in, how many frames are out, the last of them, and the sound that waits for the next seam."""

    rate: int
    number: int
    out: int
    context: np.ndarray
    tail: np.ndarray
    seams: tuple[Seam, ...] = ()


@dataclass(frozen=True)
class Joiner:
    """Joins `len(overlaps_s) + 1` parts; `overlaps_s[k]` is how long parts k and k + 1 sound together.

    With `beat_s` a part may move by half a beat (else by 50 ms, or `most_lag_s`), and fades end on a beat where one is
    near: beats lie at `phase_s` of the whole and every `beat_s` after. A fade is `fade_s` long or as the overlap, in
    whose middle it lies. A part moves by no more than a third of the overlaps on its two sides.
    """

    overlaps_s: tuple[float, ...]
    beat_s: float | None = None
    phase_s: float = 0.0
    most_lag_s: float | None = None
    fade_s: float = 1.0
    settling: Settling = field(default_factory=Settling)

    def __post_init__(self) -> None:
        times = {"overlaps": self.overlaps_s, "a beat": (self.beat_s or 1.0,), "a fade": (self.fade_s,),
                 "the largest lag": (self.most_lag_s or 0.0,)}  # fmt: skip
        for name, values in times.items():
            if not np.isfinite(values).all() or min(values, default=0.0) < 0:
                raise BadRequest(f"{name} of {', '.join(f'{v:g}' for v in values)} s: joining wants 0 s or more")

    def start(self, rate: int, channels: int) -> JoinState:
        nothing = np.zeros((channels, 0), np.float32)
        return JoinState(rate, 0, 0, nothing, nothing)

    def step(self, state: JoinState, part: np.ndarray) -> tuple[JoinState, np.ndarray]:
        """Take in a part `[channels, frames]`; gives what lies before the next seam.

        Raises `BadRequest` for a part too many, of other channels, with NaN or shorter than its overlaps.
        """
        part, before, after = self._checked(state, part)
        n, seams = part.shape[1], state.seams
        if state.number:
            part, seam = self._met(state, part, before, after)
            seams = (*seams, seam)
            if state.number == len(self.overlaps_s):
                part = _ended(part, n, state.rate)
        done, tail = part[:, : n - after], part[:, n - after : n].copy()
        context = np.concatenate([state.context, done], axis=1)[:, -self._compared(state.rate) :].copy()
        return JoinState(state.rate, state.number + 1, state.out + done.shape[1], context, tail, seams), done

    def flush(self, state: JoinState) -> np.ndarray:
        """What still waits for a part that did not come; nothing when all have."""
        return state.tail

    def _checked(self, state: JoinState, part: np.ndarray) -> tuple[np.ndarray, int, int]:
        """The part, and the frames by which it overlaps those before and after it."""
        number, last = state.number, len(self.overlaps_s)
        if number > last:
            raise BadRequest(f"{number + 1} parts or more have {number} overlaps or more, not {last}")
        if part.ndim != 2 or len(part) != len(state.tail):
            raise BadRequest(f"part {number + 1} has the shape {part.shape}; wanted are {len(state.tail)} channels")
        if not np.isfinite(part).all():
            raise BadRequest(f"part {number + 1} holds NaN or Inf samples")
        before = round(self.overlaps_s[number - 1] * state.rate) if number else 0
        after = round(self.overlaps_s[number] * state.rate) if number < last else 0
        if part.shape[1] < before + after:
            raise BadRequest(
                f"part {number + 1} lasts {part.shape[1] / state.rate:g} s, less than the "
                f"{(before + after) / state.rate:g} s by which its neighbours overlap it"
            )
        return np.asarray(part, np.float32), before, after

    def _met(self, state: JoinState, part: np.ndarray, before: int, after: int) -> tuple[np.ndarray, Seam]:
        """The part where it belongs, from its planned frame on, and faded in over what sounds there."""
        rate, tail = state.rate, state.tail
        if not before:
            tail = crossfade.continued(state.context, round(BUTT_S * rate))[:, : part.shape[1]]
        lag = align.lag(tail, part, rate, self._most_lag(state, before, after))
        part = part[:, lag:] if lag > 0 else np.pad(part, ((0, 0), (-lag, 0)))
        first, last = max(-lag, 0), min(tail.shape[1], part.shape[1])
        begin, end = self._fade(first, last, state)
        own, reference = self._alike(state, part, tail, slice(first, last), before)
        part, gain_db, tilt_db = settled(part, own, reference, end, rate, self.settling)
        fading = slice(begin, end)
        r = crossfade.correlation(tail[:, fading], part[:, fading])
        part = np.concatenate(
            [tail[:, :begin], crossfade.cross(tail[:, fading], part[:, fading], r), part[:, end:]], axis=1
        )
        at_s = (state.out + (begin + end) / 2) / rate
        fade_ms, lag_ms = (end - begin) * 1000 / rate, lag * 1000 / rate
        return part, Seam(at_s, fade_ms, lag_ms, round(r, 4), round(gain_db, 3), round(tilt_db, 3), _law(r))

    def _most_lag(self, state: JoinState, before: int, after: int) -> int:
        """In frames; what follows must still be met by a part that has moved forward."""
        asked = self.beat_s / 2 if self.most_lag_s is None and self.beat_s else self.most_lag_s
        room = before if state.number == len(self.overlaps_s) else min(before, after)
        return min(round((LAG_S if asked is None else asked) * state.rate), room // 3)

    def _fade(self, first: int, last: int, state: JoinState) -> tuple[int, int]:
        """Where between two frames from the planned beginning on the fade lies: in the middle, or up to a beat."""
        length = min(last - first, round(self.fade_s * state.rate))
        end = (first + last + length) // 2
        if self.beat_s:
            beat, phase = self.beat_s * state.rate, self.phase_s * state.rate - state.out
            on_beat = round(phase + round((end - phase) / beat) * beat)
            end = on_beat if first + length <= on_beat <= last else end
        return end - length, end

    def _compared(self, rate: int) -> int:
        """Frames of either part that are compared: whole bars, so that the same hits are in both."""
        bar_s = BAR * self.beat_s if self.beat_s else COMPARED_S
        return max(round(max(round(COMPARED_S / bar_s), 1) * bar_s * rate), 1)

    def _alike(
        self, state: JoinState, part: np.ndarray, tail: np.ndarray, both: slice, before: int
    ) -> tuple[slice, np.ndarray]:
        """The part's own frames that tell its loudness, and the sound that they are held against."""
        frames = self._compared(state.rate)
        if before and crossfade.correlation(tail[:, both], part[:, both]) >= SAME:
            return both, tail[:, both]
        heard = np.concatenate([state.context, tail], axis=1) if before else state.context
        return slice(both.start, both.start + frames), heard[:, -frames:]


def join(parts: Sequence[Audio], overlaps_s: float | Sequence[float], **how: Any) -> Joined:
    """All `parts` in one, each overlapping the one before it by `overlaps_s`, one for all seams or one for each.

    `how` are the fields of `Joiner`. The result has the first part's rate, the most channels that any part has, and
    exactly the frames of all parts less those of the overlaps. Raises `BadRequest`, see `Joiner`.
    """
    if not parts:
        raise BadRequest("there are no parts to join")
    overlaps = (overlaps_s,) * (len(parts) - 1) if isinstance(overlaps_s, int | float) else tuple(overlaps_s)
    if len(overlaps) != len(parts) - 1:
        raise BadRequest(f"{len(parts)} parts have {len(parts) - 1} overlaps, not {len(overlaps)}")
    seams: list[Seam] = []
    channels = max(part.channels for part in parts)
    audio = join_stream(Joiner(overlaps, **how), parts, parts[0].rate, channels, seams.append).collect()
    return Joined(audio, tuple(seams))


def join_stream(
    joiner: Joiner, parts: Iterable[Audio], rate: int, channels: int, tell: Callable[[Seam], Any] = lambda seam: None
) -> Stream:
    """A piece of any length from parts that are made as they are needed; each seam is told of when it is made."""

    def blocks() -> Iterator[np.ndarray]:
        state = joiner.start(rate, channels)
        for part in parts:
            told = len(state.seams)
            state, done = joiner.step(state, _like(part, rate, channels))
            for seam in state.seams[told:]:
                tell(seam)
            yield done
        rest = joiner.flush(state)
        if rest.shape[1]:
            yield rest

    return Stream(rate, channels, blocks())


def _like(part: Audio, rate: int, channels: int) -> np.ndarray:
    """A part at the piece's rate; mono is given to all channels."""
    samples = part.at(rate).samples
    return np.repeat(samples, channels, axis=0) if part.channels == 1 else samples


def _ended(part: np.ndarray, frames: int, rate: int) -> np.ndarray:
    """The last part at its planned length: where it was moved, its new end is faded."""
    if part.shape[1] == frames:
        return part
    part = envelopes.fade(part[:, :frames], rate, out_s=END_S)
    return np.pad(part, ((0, 0), (0, frames - part.shape[1])))


def _law(correlation: float) -> str:
    """The fades' law in words; between the two named ones it is the general one."""
    return "equal gain" if correlation > 0.95 else "equal power" if abs(correlation) < 0.05 else "by correlation"
