"""Tiled decoding is whole decoding, in bounded memory."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.engines.decode import Tiles, decode, default_tiles
from soundwright.errors import Cancelled
from soundwright.progress import Progress

HOP = 192


@pytest.fixture(scope="module")
def vae():
    import torch
    from diffusers import AutoencoderOobleck

    torch.manual_seed(3)
    return AutoencoderOobleck(
        encoder_hidden_size=8,
        downsampling_ratios=[4, 6, 8],
        channel_multiples=[1, 2, 4],
        decoder_channels=16,
        decoder_input_channels=8,
        audio_channels=2,
        sampling_rate=4800,
    ).eval()


def latents(frames, seed=0):
    import torch

    return torch.randn(1, 8, frames, generator=torch.Generator().manual_seed(seed))


def tiled(vae, z, tiles, tell=None):
    return decode(lambda part: vae.decode(part).sample, z, HOP, tiles, tell or Progress(), 4800)


@pytest.mark.parametrize("frames", [1, 7, 50, 51, 230])
def test_tiles_differ_from_the_whole_by_less_than_60_db(vae, frames):
    import torch

    z = latents(frames)
    with torch.inference_mode():
        whole = vae.decode(z).sample[0].numpy()
    made = tiled(vae, z, Tiles(50, 16))
    assert made.shape == whole.shape == (2, frames * HOP)
    assert np.abs(made - whole).max() <= 1e-3 * np.abs(whole).max()


def test_too_small_a_margin_is_heard(vae):
    """The test above can fail: without context, seams differ."""
    import torch

    z = latents(120)
    with torch.inference_mode():
        whole = vae.decode(z).sample[0].numpy()
    assert np.abs(tiled(vae, z, Tiles(30, 0)) - whole).max() > 1e-2 * np.abs(whole).max()


def test_the_largest_tile_does_not_grow_with_the_length(vae):
    def largest(frames):
        seen = []
        decode(
            lambda z: seen.append(z.shape[-1]) or vae.decode(z).sample,
            latents(frames),
            HOP,
            Tiles(40, 8),
            Progress(),
            4800,
        )
        return max(seen)

    assert largest(400) == largest(1200) == 56


def test_it_stops_between_tiles(vae):
    done = []

    def listen(stage, fraction, audio_s):
        done.append(fraction)
        tell.cancel()

    tell = Progress(listen)
    with pytest.raises(Cancelled):
        tiled(vae, latents(200), Tiles(20, 4), tell)
    assert len(done) == 1


def test_defaults_are_two_seconds_on_a_cpu():
    assert default_tiles("cpu", 25.0) == Tiles(50, 16)
    assert default_tiles("cuda", 25.0).size == 200


def test_nothing_to_decode_is_an_error(vae):
    with pytest.raises(ValueError, match="no latents"):
        tiled(vae, latents(0), Tiles(20, 4))
