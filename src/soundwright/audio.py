"""Sound as a value: `Audio` is held whole, `Stream` comes in blocks. Nothing else of sound travels between rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.errors import BadRequest

MIN_RATE, MAX_RATE = 4_000, 384_000


@dataclass(frozen=True, eq=False)
class Audio:
    """Immutable float32 samples `[channels, frames]` at `rate` Hz; full scale is ±1.

    A 1-D array is taken as mono. What is given is copied, unless it is of this form already and closed to writing
    (`samples.flags.writeable = False`). Raises `BadRequest` for another shape, for NaN or Inf, and for a rate outside
    4 to 384 kHz.
    """

    samples: np.ndarray
    rate: int

    def __post_init__(self) -> None:
        samples = self.samples
        if not _closed(samples):
            samples = np.array(samples, dtype=np.float32, ndmin=2, order="C")
        if samples.ndim != 2 or samples.shape[0] == 0:
            raise BadRequest(f"audio wants samples of shape [channels, frames], not {np.shape(self.samples)}")
        if not MIN_RATE <= self.rate <= MAX_RATE:
            raise BadRequest(f"a sample rate of {self.rate} Hz is outside {MIN_RATE} to {MAX_RATE} Hz")
        if not np.isfinite(samples).all():
            raise BadRequest("the audio holds NaN or Inf samples")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate", int(self.rate))

    @property
    def channels(self) -> int:
        return self.samples.shape[0]

    @property
    def frames(self) -> int:
        return self.samples.shape[1]

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate

    @property
    def peak(self) -> float:
        """Largest absolute sample, 0 for empty audio."""
        return float(np.abs(self.samples).max(initial=0.0))

    def mono(self) -> Audio:
        """The mean of the channels, `[1, frames]`."""
        return self if self.channels == 1 else Audio(self.samples.mean(axis=0), self.rate)

    def stereo(self) -> Audio:
        """Two channels: mono is doubled, more than two are folded by mean of the odd and of the even ones."""
        if self.channels == 2:
            return self
        if self.channels == 1:
            return Audio(np.repeat(self.samples, 2, axis=0), self.rate)
        return Audio(np.stack([self.samples[0::2].mean(axis=0), self.samples[1::2].mean(axis=0)]), self.rate)

    def at(self, rate: int) -> Audio:
        """The same sound at another sample rate (soxr, very high quality)."""
        if rate == self.rate:
            return self
        if not MIN_RATE <= rate <= MAX_RATE:
            raise BadRequest(f"a sample rate of {rate} Hz is outside {MIN_RATE} to {MAX_RATE} Hz")
        import soxr

        return Audio(soxr.resample(self.samples.T, self.rate, rate, quality="VHQ").T, rate)

    def fitted(self, frames: int) -> Audio:
        """Exactly `frames` frames: cut at the end, or padded with silence."""
        if frames <= self.frames:
            return Audio(self.samples[:, :frames], self.rate)
        return Audio(np.pad(self.samples, ((0, 0), (0, frames - self.frames))), self.rate)

    def earlier(self, by_s: float) -> Audio:
        """The same length, moved to the front by `by_s` seconds (to the back below 0): what leaves is lost, and
        silence comes in."""
        by = round(by_s * self.rate)
        moved = np.zeros_like(self.samples)
        if 0 <= by < self.frames:
            moved[:, : self.frames - by] = self.samples[:, by:]
        elif -self.frames < by < 0:
            moved[:, -by:] = self.samples[:, :by]
        return Audio(moved, self.rate)

    @classmethod
    def silence(cls, frames: int, rate: int, channels: int = 2) -> Audio:
        return cls(np.zeros((channels, frames), np.float32), rate)

    @classmethod
    def read(cls, path: str | Path) -> Audio:
        """Read a sound file that libsndfile knows (WAV, FLAC, Ogg, Opus, MP3, AIFF ...).

        Raises `BadRequest` when the file is missing, is no sound file, or holds NaN.
        """
        return Stream.read(path).collect()


def _closed(samples: object) -> bool:
    """Whether samples are an `Audio`'s already: of its form, their own, and closed to writing."""
    if not isinstance(samples, np.ndarray) or samples.dtype != np.float32 or samples.ndim != 2:
        return False
    return samples.flags.owndata and samples.flags.c_contiguous and not samples.flags.writeable


@dataclass(frozen=True, eq=False)
class Stream:
    """Sound too long to hold: float32 blocks `[channels, frames]` in order, each used once."""

    rate: int
    channels: int
    blocks: Iterator[np.ndarray]

    @classmethod
    def read(cls, path: str | Path, block: int = 65_536) -> Stream:
        """A sound file that libsndfile knows, opened now and read as the blocks are used.

        Raises `BadRequest` when the file is missing or is no sound file, and, while blocks are used, for NaN, Inf or
        damage.
        """
        import soundfile

        path = Path(path)
        if not path.is_file():
            raise BadRequest(f"there is no file {path}")
        try:
            file = soundfile.SoundFile(path)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise BadRequest(f"{path} is not a sound file that can be read ({error})") from error

        def blocks() -> Iterator[np.ndarray]:
            # soundfile seeks after each block that it reads of a file that can seek, and in an MP3 of a low rate, whose
            # frames lean on those before them, that breaks the sound at every seam
            file.seekable = lambda: False
            with file:
                while True:
                    try:
                        samples = file.read(block, dtype="float32", always_2d=True)
                    except soundfile.LibsndfileError as error:
                        raise BadRequest(f"{path} is damaged and cannot be read to its end ({error})") from error
                    if not len(samples):
                        return
                    if not np.isfinite(samples).all():
                        raise BadRequest(f"{path} holds NaN or Inf samples")
                    yield np.ascontiguousarray(samples.T)

        return cls(file.samplerate, file.channels, blocks())

    @classmethod
    def of(cls, audio: Audio, block: int = 65_536) -> Stream:
        cuts = range(0, audio.frames, block)
        return cls(audio.rate, audio.channels, (audio.samples[:, at : at + block] for at in cuts))

    def at(self, rate: int) -> Stream:
        """The same sound at another sample rate (soxr, very high quality), resampled as it is used."""
        if rate == self.rate:
            return self
        import soxr

        def blocks() -> Iterator[np.ndarray]:
            resampler = soxr.ResampleStream(self.rate, rate, self.channels, "float32", "VHQ")
            for block in self.blocks:
                done = resampler.resample_chunk(np.ascontiguousarray(block.T))
                if len(done):
                    yield done.reshape(-1, self.channels).T
            rest = resampler.resample_chunk(np.zeros((0, self.channels), np.float32), last=True)
            if len(rest):
                yield rest.reshape(-1, self.channels).T

        return Stream(rate, self.channels, blocks())

    def collect(self) -> Audio:
        """All blocks joined to one `Audio`."""
        blocks = list(self.blocks)
        joined = np.concatenate(blocks, axis=1) if blocks else np.zeros((self.channels, 0), np.float32)
        joined.flags.writeable = False
        return Audio(joined, self.rate)
