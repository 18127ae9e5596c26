"""Stable Audio Open past its window of 47 seconds: one denoising of the whole, heard through windows that overlap.

At every step the transformer answers for each window, and where windows overlap their answers are averaged (see
`assemble.windows`), so they agree before there is any sound. Each window is told where in the piece it begins and how
long the whole piece is, as the model was trained on stretches of longer recordings (timing conditioning, Evans et al.
2024, arXiv 2402.04825; the published configuration goes up to 512 seconds).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from soundwright.assemble import windows
from soundwright.assemble.windows import Windows

if TYPE_CHECKING:
    from torch import Tensor

LONGEST_S = 512.0  # the most that its timing conditioning can say
OVERLAP = 0.25  # of a window


def plan(pipe: Any, duration_s: float, margin: int) -> Windows:
    """The windows of a piece, in latent frames: one of the model's size, or as many as cover it and a `margin`."""
    size = int(pipe.transformer.config.sample_size)
    frames = math.ceil(duration_s * pipe.vae.config.sampling_rate / pipe.vae.hop_length)
    return windows.plan(size if frames <= size else frames + margin, size, round(OVERLAP * size))


@contextmanager
def widened(pipe: Any, of: Windows, duration_s: float) -> Iterator[None]:
    """Inside, the pipeline's transformer answers for latents `[n, channels, of.length]`, window by window."""
    import torch

    network, device = pipe.transformer, pipe._execution_device
    frame_s = pipe.vae.hop_length / pipe.vae.config.sampling_rate
    with torch.inference_mode():  # before the first step: an offloaded network would make room for another at each
        times = [pipe.encode_duration(start * frame_s, duration_s, device, False, 1) for start in of.starts]
    kept, own = network.forward, "forward" in vars(network)

    def forward(latents: Tensor, step: Any, **told: Any) -> tuple[Tensor]:
        heard, rotary = told.pop("encoder_hidden_states"), told.pop("rotary_embedding")
        told.pop("global_hidden_states")
        silent = heard[:, -2:].abs().amax((1, 2), keepdim=True) == 0  # a row without words is told no times either

        def predict(part: Tensor, window: int) -> Tensor:
            begin, end = (one.to(heard.dtype) for one in times[window])
            both = torch.cat([begin, end], dim=1).masked_fill(silent, 0.0)
            return kept(
                part,
                step,
                encoder_hidden_states=torch.cat([heard[:, :-2], both], dim=1),
                global_hidden_states=torch.cat([begin, end], dim=2).expand(len(heard), -1, -1),
                rotary_embedding=tuple(one[: part.shape[-1] + 1] for one in rotary),  # one place is the times' own
                **told,
            )[0]

        return (windows.average(predict, latents, of),)

    network.forward = forward
    try:
        yield
    finally:
        if own:
            network.forward = kept
        else:
            del network.forward
