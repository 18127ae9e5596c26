"""A checkpoint of MusicGen loaded: its text encoder, our decoder and codec, and how a piece is played with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from soundwright.audio import Audio
from soundwright.engines import machine
from soundwright.engines.musicgen import tokens
from soundwright.engines.musicgen.chroma import CLASSES, chroma
from soundwright.engines.musicgen.codec import Codec
from soundwright.engines.musicgen.decoder import STRATEGIES, Decoder
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Generator, Tensor


@dataclass(frozen=True)
class Score:
    """What is played: words, the melody that is followed, how strongly the words guide, and how tokens are drawn."""

    text: str
    guidance: float
    generator: Generator
    melody: Audio | None = None
    top_k: int = tokens.TOP_K


@dataclass(frozen=True)
class Player:
    """The parts of a checkpoint. `project_chroma` is there where it follows melodies, of `chroma_length` frames."""

    tokenizer: Any
    text_encoder: Any
    project: Any
    project_chroma: Any
    chroma_length: int
    decoder: Decoder
    codec: Codec

    def frames(self, duration_s: float) -> int:
        """How many frames of tokens cover so many seconds."""
        return math.ceil(duration_s * self.codec.frame_rate - 1e-9)

    def play(self, score: Score, frames: int, known: Tensor | None, tell: Progress) -> Tensor:
        """Tokens `[books, frames]` that begin with the `known` `[books, n]`, played in windows of 30 seconds.

        Every window but the first goes on from the last 12 seconds before it. Progress runs over all of them.
        """
        import torch

        decoder, rate = self.decoder, self.codec.frame_rate
        made = torch.zeros(decoder.books, 0, dtype=torch.long) if known is None else known
        spans = tokens.windows(frames, round(tokens.WINDOW_S * rate), round(tokens.PROMPT_S * rate))
        delay = decoder.books // decoder.channels - 1
        count = _Count(tell, frames - made.shape[1] + delay * len(spans), (frames - made.shape[1]) / rate)
        with torch.inference_mode():
            words = self._words(score.text)
            for start, end in spans:
                columns = tokens.delayed(made[:, start:], end - start, decoder.channels, decoder.pad)
                text, prefix = self._given(words, score, start)
                past = decoder.begin(columns.shape[1], 2 if score.guidance > 1 else 1, text, prefix)
                columns = tokens.fill(columns, self._step(past, score), self._draw(score), count)
                made = torch.cat([made[:, :start], tokens.aligned(columns, decoder.channels)], dim=1)
                del past  # before the next window makes room for its own
        return made

    def _step(self, past: Any, score: Score) -> Callable[[Tensor], Tensor]:
        return lambda new: tokens.guided(self.decoder.step(past, new), score.guidance)

    def _draw(self, score: Score) -> Callable[[Tensor], Tensor]:
        return lambda scores: tokens.draw(scores, score.generator, score.top_k)

    def _words(self, text: str) -> Tensor:
        """What the text encoder makes of words, as wide as the decoder: `[1, words, width]`."""
        asked = self.tokenizer([text], return_tensors="pt").to(self.decoder.device)
        words = self.text_encoder(input_ids=asked.input_ids, attention_mask=asked.attention_mask).last_hidden_state
        return self.project(words) if self.project else words

    def _given(self, words: Tensor, score: Score, start: int) -> tuple[Tensor | None, Tensor | None]:
        """What a window that begins at frame `start` attends to, and what goes before its tokens.

        The row without words has neither words nor melody: zeros, and a melody of C throughout.
        """
        import torch

        if not self.project_chroma:
            return words, None
        none = torch.nn.functional.one_hot(torch.zeros(1, dtype=torch.long), CLASSES).float()
        heard = none if score.melody is None else self._chroma(score.melody, start)
        rows = [self._before(heard, words)]
        if score.guidance > 1:
            rows.append(self._before(none, torch.zeros_like(words)))
        return None, torch.cat(rows)

    def _before(self, heard: Tensor, words: Tensor) -> Tensor:
        """A row's melody `[frames, 12]`, repeated until it is as long as the model wants, and its words after it."""
        import torch

        melody = self.project_chroma(heard[None].to(words.device, words.dtype))
        melody = melody.repeat(1, math.ceil(self.chroma_length / melody.shape[1]), 1)[:, : self.chroma_length]
        return torch.cat([melody, words], dim=1)

    def _chroma(self, melody: Audio, start: int) -> Tensor:
        """The melody from frame `start` of the piece on, beginning anew where it ends: at most a window of it."""
        import torch

        samples = melody.mono().at(self.codec.rate).samples[0]
        count = min(len(samples), round(tokens.WINDOW_S * self.codec.rate))
        turned = samples[(start * self.codec.hop + np.arange(count)) % max(len(samples), 1)]
        return chroma(torch.from_numpy(turned), self.codec.rate)


class _Count:
    """Tells each column of many as progress towards `duration_s` seconds of sound."""

    def __init__(self, tell: Progress, columns: int, duration_s: float) -> None:
        self.tell, self.columns, self.duration_s, self.done = tell, columns, duration_s, 0

    def __call__(self) -> None:
        self.done += 1
        part = min(self.done / self.columns, 1.0)
        self.tell("sample", part, part * self.duration_s)


def load(folder: Path, device: str, strategy: str, *, melody: bool) -> Player:
    """The checkpoint in a folder.

    "full" is float32 throughout; "bf16" has its matrices and its text encoder in bfloat16; "int8" the matrices of the
    decoder in 8 bits. The codec stays in float32. Raises `BadRequest` for no strategy, `CannotRun` for bad weights.
    """
    import torch

    if strategy not in STRATEGIES:
        raise BadRequest(f"musicgen runs with the strategies {', '.join(STRATEGIES)}, not {strategy!r}")
    machine.hush()
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration, MusicgenMelodyForConditionalGeneration

    kind: Any = MusicgenMelodyForConditionalGeneration if melody else MusicgenForConditionalGeneration
    half = torch.float32 if strategy == "full" else torch.bfloat16
    try:
        model = kind.from_pretrained(
            folder, dtype={"": half, "audio_encoder": torch.float32}, local_files_only=True, use_safetensors=True
        ).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    model.requires_grad_(False)
    decoder = Decoder(model.decoder, strategy, device)
    return Player(
        tokenizer,
        model.text_encoder.to(device),
        _moved(model, "enc_to_dec_proj", device),
        _moved(model, "audio_enc_to_dec_proj", device),
        int(model.config.chroma_length) if melody else 0,
        decoder,
        Codec(model.audio_encoder.to(device).float(), decoder.channels),
    )


def _moved(model: Any, name: str, device: str) -> Any:
    """A part that not every checkpoint has."""
    part = getattr(model, name, None)
    return part.to(device) if part is not None else None
