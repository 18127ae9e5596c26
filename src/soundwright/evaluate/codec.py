"""What a lossy codec, or a network trained on its files, leaves in a sound: a low-pass, holes, ringing, lost width.

Frames of 43 ms with half overlap, in bands of about 300 Hz between 1 kHz and the low-pass. An encoder short of bits
leaves bands out from frame to frame: they fall to nothing and come back (holes), and the few lines that it keeps switch
on and off against their neighbours (metallic ringing). Natural sounds fade and start in many bands at once, so what all
bands of a frame do together is taken away first.

It is made for music and other sounds that fill the spectrum. Lone tones that sweep, as birds and crickets sing, look
like lines that a codec switches, and are taken for it.

Conventions: `Audio` or `Stream`; frequencies in Hz, levels in dB. Only frames within 40 dB of the loud ones count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import fft

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest

SIZE_S = 0.0427  # 2048 samples at 48 kHz
BAND_HZ = 300.0
LOWEST_HZ, FLOOR_DB, ACTIVE_DB = 1000.0, -96.0, 40.0
STEEP_DB, TOP = 20.0, 0.93  # lost within 600 Hz: no instrument and no room does that; of half the rate
FALL_DB = 15.0  # by which a band falls against the others, and comes back within four frames, to be a hole
# Warned of: clean pieces and rain of ours stood at no more than 0.0004 holes and 6.9 dB, Opus at 128 kbit/s at 0.008
# and 7.1; MP3 at 64 kbit/s at 0.010 to 0.046 holes and 8.0 to 11.7 dB. Clean highs had 0.26 times the width of the lows
# and more, those of MP3 at 48 kbit/s 0.02 to 0.21.
LOWPASS_HZ, HOLES, RINGING_DB, WIDE, COLLAPSED = 17_200.0, 0.01, 7.4, 0.01, 0.12
PIECE = 128  # frames taken at a time
SHORTEST_S = 1.0


@dataclass(frozen=True)
class Codec:
    """What was measured.

    `bandwidth_hz` is the highest frequency with energy; `lowpass_hz` where it ends in a steep cut, None where it fades.
    `holes` is the share of cells (band, frame) that fall out and come back, `ringing_db` how much single lines above
    4 kHz jump from frame to frame against their band (noise: about 7.5). `width_low` and `width_high` are shares of the
    side in the power under and above 5 kHz; None for other than stereo.
    """

    bandwidth_hz: float
    lowpass_hz: float | None
    lowpass_drop_db: float
    holes: float
    ringing_db: float
    width_low: float | None
    width_high: float | None
    rate_hz: int

    def numbers(self) -> dict[str, Any]:
        return {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(self).items()}


def warnings(heard: Codec) -> list[str]:
    """What a listener should be warned of, in words; nothing for a clean file."""
    found = []
    usual = LOWPASS_HZ if heard.rate_hz >= 40_000 else 0.75 * heard.rate_hz / 2
    if heard.lowpass_hz is not None and heard.lowpass_hz < usual:
        cause = "a low bitrate, or a sound brought up from a lower rate"
        found.append(f"a steep cut at {heard.lowpass_hz / 1000:.1f} kHz, nothing above: {cause}")
    if heard.holes > HOLES:
        found.append(
            f"holes in {100 * heard.holes:.1f} % of the bands: they fall out and come back, as at a low bitrate"
        )
    if heard.ringing_db > RINGING_DB:
        found.append(f"metallic: single lines jump by {heard.ringing_db:.1f} dB from frame to frame")
    low, high = heard.width_low, heard.width_high
    if low is not None and high is not None and low > WIDE and high < COLLAPSED * low:
        found.append(f"the highs are nearly mono (side {_db(high)} dB, the lows {_db(low)} dB)")
    return found


def table(heard: Codec) -> list[tuple[str, str]]:
    """What is told to people: (name, value in words with its unit)."""
    cut = "none" if heard.lowpass_hz is None else f"{heard.lowpass_hz:.0f} Hz, {heard.lowpass_drop_db:.0f} dB"
    sides = [
        (name, share) for name, share in (("lows", heard.width_low), ("highs", heard.width_high)) if share is not None
    ]
    return [
        ("bandwidth", f"{heard.bandwidth_hz:.0f} Hz of {heard.rate_hz / 2:.0f} Hz"),
        ("steep low-pass", cut),
        ("holes", f"{100 * heard.holes:.2f} %"),
        ("ringing", f"{heard.ringing_db:.2f} dB"),
        *((f"side in the {name}", f"{_db(share)} dB") for name, share in sides),
    ]


def _db(share: float) -> str:
    return f"{10 * np.log10(max(share, 1e-9)):.0f}"


@dataclass(eq=False)
class _Heard:
    """Sums that grow with the sound, and nothing else of it."""

    power: np.ndarray
    frames: int = 0
    loudest: float = 0.0
    cells: int = 0
    holes: int = 0
    jumps: float = 0.0
    jumped: int = 0
    side: tuple[float, float] = (0.0, 0.0)
    both: tuple[float, float] = (0.0, 0.0)


def measure(sound: Audio | Stream) -> Codec:
    """Hear a sound of any length once. Raises `BadRequest` for less than a second, or for silence."""
    stream = Stream.of(sound) if isinstance(sound, Audio) else sound
    size = 2 * round(stream.rate * SIZE_S / 2)
    heard = _Heard(np.zeros(size // 2 + 1))
    for spectra in _spectra(stream, size):
        _add(heard, spectra, stream.rate, size)
    if heard.frames * size / 2 < SHORTEST_S * stream.rate:
        raise BadRequest(f"codec artefacts want at least {SHORTEST_S:g} s of sound")
    if not heard.power.any():
        raise BadRequest("the sound is silent")
    hz = np.arange(size // 2 + 1) * stream.rate / size
    bandwidth, lowpass, drop = _edge(hz, heard.power / heard.frames)
    low, high = (side / both if both > 0 else 0.0 for side, both in zip(heard.side, heard.both, strict=True))
    stereo = stream.channels == 2
    return Codec(
        bandwidth_hz=bandwidth,
        lowpass_hz=lowpass,
        lowpass_drop_db=drop,
        holes=heard.holes / max(heard.cells, 1),
        ringing_db=float(np.sqrt(heard.jumps / heard.jumped)) if heard.jumped else 0.0,
        width_low=low if stereo else None,
        width_high=high if stereo else None,
        rate_hz=stream.rate,
    )


def _spectra(stream: Stream, size: int) -> Iterator[np.ndarray]:
    """Spectra `[channels, frames, bins]`; pieces share the frame at which they meet."""
    window = np.hanning(size + 1)[:-1].astype(np.float32) * (2.0 / size)
    hop, held = size // 2, np.zeros((stream.channels, 0), np.float32)
    want = (PIECE - 1) * hop + size
    for block in stream.blocks:
        held = np.concatenate([held, block], axis=1)
        while held.shape[1] >= want:
            yield _framed(held[:, :want], size, window)
            held = held[:, (PIECE - 4) * hop :]  # holes are looked for across the seam
    if held.shape[1] >= 2 * size:
        yield _framed(held, size, window)


def _framed(x: np.ndarray, size: int, window: np.ndarray) -> np.ndarray:
    views = np.lib.stride_tricks.sliding_window_view(x, size, axis=-1)[:, :: size // 2]
    return np.asarray(fft.rfft(views * window, axis=-1))


def _add(heard: _Heard, spectra: np.ndarray, rate: int, size: int) -> None:
    power = np.square(np.abs(spectra)).mean(axis=0)
    total = power.sum(axis=1)
    heard.power += power.sum(axis=0)
    heard.frames += len(power)
    heard.loudest = max(heard.loudest, float(np.percentile(total, 95)))
    active = total > heard.loudest * 10 ** (-ACTIVE_DB / 10)
    if len(spectra) == 2:
        cut = round(5000 * size / rate)
        side = 0.5 * np.square(np.abs(spectra[0] - spectra[1])).sum(axis=0)
        both = np.square(np.abs(spectra)).sum(axis=(0, 1))
        heard.side = (heard.side[0] + float(side[:cut].sum()), heard.side[1] + float(side[cut:].sum()))
        heard.both = (heard.both[0] + float(both[:cut].sum()), heard.both[1] + float(both[cut:].sum()))
    _holes(heard, power, active, rate, size)
    _jumps(heard, power, active, rate, size)


def _holes(heard: _Heard, power: np.ndarray, active: np.ndarray, rate: int, size: int) -> None:
    width = max(round(BAND_HZ * size / rate), 2)
    first = round(LOWEST_HZ * size / rate)
    bands = (power.shape[1] - first) // width
    if bands < 4 or len(power) < 8:
        return
    band = power[:, first : first + bands * width].reshape(len(power), bands, width).mean(axis=2)
    level = 10 * np.log10(band + 1e-14)
    usual = np.percentile(level, 75, axis=0)
    alive = usual > 10 * np.log10(1e-14) + 30
    before = np.max([level[2 - k : len(level) - 2 - k] for k in (1, 2)], axis=0)
    after = np.max([level[2 + k : len(level) - 2 + k or None] for k in (1, 2)], axis=0)
    gap = np.minimum(before, after) - level[2:-2]
    together = np.median(gap[:, alive], axis=1) if alive.any() else np.zeros(len(gap))
    counted = active[2:-2, None] & alive
    heard.cells += int(counted.sum())
    heard.holes += int(((gap - np.maximum(together, 0)[:, None] > FALL_DB) & counted).sum())


def _jumps(heard: _Heard, power: np.ndarray, active: np.ndarray, rate: int, size: int) -> None:
    """Root mean square of the change of each line's level in two frames, less that of its band."""
    first, width = round(4000 * size / rate), max(round(BAND_HZ * size / rate), 2)
    bands = (power.shape[1] - first) // width
    if bands < 2 or len(power) < 4:
        return
    lines = power[:, first : first + bands * width].reshape(len(power), bands, width)
    usual = np.percentile(lines.mean(axis=2), 75, axis=0)
    sounding = (lines.mean(axis=2) > usual * 1e-2) & (usual > 1e-11)
    level = 10 * np.log10(lines + 1e-14)
    change = level[2:] - level[:-2]
    change -= change.mean(axis=2, keepdims=True)
    counted = active[2:, None] & sounding[2:] & sounding[:-2]
    heard.jumps += float(np.square(change).mean(axis=2)[counted].sum())
    heard.jumped += int(counted.sum())


def _edge(hz: np.ndarray, power: np.ndarray) -> tuple[float, float | None, float]:
    """(bandwidth, low-pass or None, dB lost there): levels of 100 Hz, read from the top down."""
    step = max(round(100 / hz[1]), 1)
    count = len(power) // step
    level = 10 * np.log10(power[: count * step].reshape(count, step).mean(axis=1) + 1e-16)
    at = hz[: count * step].reshape(count, step).mean(axis=1)
    least = max(level.max() - 90, FLOOR_DB - 24)
    sounding = np.flatnonzero(level > least)
    bandwidth = float(at[sounding[-1]] + hz[1] * step / 2) if len(sounding) else 0.0
    reach = max(round(600 / (at[1] - at[0])), 2)
    drops = level[:-reach] - level[reach:]
    drops[at[: len(drops)] < 2000] = 0
    # what stands above must stay down, and what stands below must have been there
    above = np.maximum.accumulate(level[::-1])[::-1][reach : reach + len(drops)]
    drops = np.where(above < level[: len(drops)] - STEEP_DB, drops, 0)
    drops[at[: len(drops)] > TOP * hz[-1]] = 0  # there every converter and filter ends
    most = float(drops.max(initial=0.0))
    if most < STEEP_DB:
        return bandwidth, None, most
    first = int(np.flatnonzero(drops >= STEEP_DB)[-1])
    while first > 0 and drops[first - 1] >= STEEP_DB:
        first -= 1
    edge = first + int((level[first : first + reach + 1] < level[first] - 10).argmax())
    return min(bandwidth, float(at[edge])), float(at[edge]), most
