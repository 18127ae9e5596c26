"""MusicGen's tokens: the delay between its codebooks, how they are drawn, and windows that go on from each other.

A second of sound is 50 frames; each frame has one token from each codebook, the coarse one first. A codebook is heard
one column later than that before it (Copet et al. 2023, "Simple and Controllable Music Generation", section 2.2,
"delay"), so that `frames` frames of `n` codebooks lie in `frames + n` columns, the first of which is the start token.
In stereo the codebooks of left and right take turns, and each pair is delayed together. How many codebooks there are is
fixed by the language model; the codec's bitrate follows from it, and there is nothing to choose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

FREE = -1  # a place whose token is to be drawn
WINDOW_S, PROMPT_S = 30.0, 12.0  # what the model was trained to oversee, and how much of it a next window goes on from
TOP_K = 250  # published default of sampling


def delayed(known: Tensor, frames: int, channels: int, pad: int) -> Tensor:
    """The columns `[books, frames + delay]` in which `frames` frames lie, those after `known` `[books, n]` `FREE`."""
    import torch

    books = known.shape[0]
    columns = torch.full((books, frames + books // channels), pad, dtype=torch.long)
    for book in range(books):
        first = book // channels + 1
        columns[book, first : first + frames] = FREE
        columns[book, first : first + known.shape[1]] = known[book]
    return columns


def aligned(columns: Tensor, channels: int) -> Tensor:
    """Frames `[books, frames]` out of the columns that `delayed` made of them."""
    import torch

    books = columns.shape[0]
    frames = columns.shape[1] - books // channels
    return torch.stack([row[book // channels + 1 :][:frames] for book, row in enumerate(columns)])


def fill(
    columns: Tensor, step: Callable[[Tensor], Tensor], draw: Callable[[Tensor], Tensor], each: Callable[[], None]
) -> Tensor:
    """`columns` `[books, n]` with every `FREE` place drawn, one column after the other.

    `step` maps the columns that are new to it to the scores of the next; `draw` maps scores to one token a book;
    `each` is called after every column.
    """
    import torch

    columns = columns.clone()
    heard, begin = 0, int((columns[0] == FREE).nonzero()[0])
    for at in range(begin, columns.shape[1]):
        drawn = draw(step(columns[:, heard:at])).to(columns.device)
        columns[:, at] = torch.where(columns[:, at] == FREE, drawn, columns[:, at])
        heard = at
        each()
    return columns


def guided(scores: Tensor, guidance: float) -> Tensor:
    """Scores `[books, vocabulary]` of one row, or of two under guidance: without words, and so much towards with."""
    if scores.shape[0] == 1:
        return scores[0]
    return scores[1] + (scores[0] - scores[1]) * guidance


def draw(scores: Tensor, generator: Generator, top_k: int = TOP_K) -> Tensor:
    """One token for each row of scores `[books, vocabulary]`, among its `top_k` best, at temperature 1.

    Drawn on the CPU, so that every device draws the same of the same scores. `top_k` 1 takes the best, without a draw.
    """
    import torch

    scores = scores.float().cpu()
    if top_k == 1:
        return scores.argmax(dim=-1)
    least = torch.topk(scores, min(top_k, scores.shape[-1])).values[:, -1:]
    chances = torch.softmax(scores.masked_fill(scores < least, -torch.inf), dim=-1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]


def windows(frames: int, window: int, prompt: int) -> list[tuple[int, int]]:
    """Spans of at most `window` frames that cover `frames`, each beginning `prompt` frames before the last one ends."""
    spans = [(0, min(frames, window))]
    while spans[-1][1] < frames:
        start = spans[-1][1] - prompt
        spans.append((start, min(frames, start + window)))
    return spans
