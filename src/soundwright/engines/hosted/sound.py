"""An API's answer as `Audio` of the asked length, and `Audio` as a file to send."""

from __future__ import annotations

import io

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp.envelopes import fade
from soundwright.engines.hosted.wire import Answer
from soundwright.errors import BadRequest, CannotRun

FADE_S = {"music": 0.5, "effect": 0.02}  # where a sound that goes on is cut off
SLACK_S = 0.1  # what may be missing at the end before it is worth a word: codecs round to their frames


def decoded(answer: Answer, vendor: str) -> Audio:
    """The sound in an answer (WAV, MP3, FLAC, Ogg). Raises `CannotRun` that says what came instead."""
    import soundfile

    try:
        _check_kind(answer, vendor)
        samples, rate = soundfile.read(io.BytesIO(answer.body), dtype="float32", always_2d=True)
        if not len(samples):
            raise CannotRun(f"{vendor} gave an empty sound; try again")
        return Audio(samples.T, rate)
    except (soundfile.LibsndfileError, BadRequest) as error:
        raise CannotRun(f"{vendor} gave an answer that is no sound ({_kind(answer)}); try again") from error


def pcm(answer: Answer, vendor: str, rate: int, duration_s: float) -> Audio:
    """Raw 16-bit little-endian samples; mono or stereo is told by how many there are for `duration_s`."""
    if answer.body[:4] == b"RIFF":
        return decoded(answer, vendor)
    _check_kind(answer, vendor)
    samples = np.frombuffer(answer.body[: len(answer.body) // 2 * 2], "<i2").astype(np.float32) / 32768.0
    channels = 2 if len(samples) > 1.5 * duration_s * rate else 1
    if len(samples) < channels:
        raise CannotRun(f"{vendor} gave an empty sound; try again")
    return Audio(samples[: len(samples) // channels * channels].reshape(-1, channels).T, rate)


def exact(audio: Audio, duration_s: float, verb: str, *, loop: bool = False) -> tuple[Audio, list[str]]:
    """`round(duration_s * rate)` frames of it, faded out where it goes on, and notes on what is missing."""
    frames = round(duration_s * audio.rate)
    if frames >= audio.frames:
        short = frames - audio.frames > SLACK_S * audio.rate
        notes = [f"the API made {audio.duration_s:.1f} s; silence fills the {duration_s:g} s"] if short else []
        return audio.fitted(frames), notes
    cut = audio.fitted(frames)
    return (cut if loop else Audio(fade(cut.samples, cut.rate, out_s=FADE_S.get(verb, FADE_S["effect"])), cut.rate)), []


def wav(audio: Audio) -> bytes:
    """A 16-bit WAV file."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, audio.samples.T, audio.rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _check_kind(answer: Answer, vendor: str) -> None:
    """Raise `CannotRun` for what says itself that it is text."""
    if _kind(answer).startswith(("text/", "application/json")):
        raise CannotRun(f"{vendor} gave an answer that is no sound ({_kind(answer)}); try again")


def _kind(answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return f"{kind or 'of no kind'}, {len(answer.body)} bytes"
