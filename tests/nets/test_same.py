"""SAME-S: shapes of any length, and that what it hears is a chunk and its neighbours."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def vae():
    torch = pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    from soundwright.nets import same

    torch.manual_seed(0)
    made = same.chunked(
        chunk=32, kernel=3, patch_size=4, encoder_channels=16, encoder_c_mults=[2], encoder_strides=[16],
        encoder_transformer_depths=[4], latent_dim=8, dim_heads=16,
    )  # fmt: skip
    for parameter in made.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    return made


@pytest.mark.parametrize("frames", [1, 2, 7, 12])
def test_lengths_are_those_of_the_latents(vae, frames):
    import torch

    with torch.inference_mode():
        assert vae.encode(torch.randn(1, 2, frames * 64)).latents.shape == (1, 8, frames)
        assert vae.decode(torch.randn(1, 8, frames)).sample.shape == (1, 2, frames * 64)


def test_a_latent_is_heard_in_its_chunk_and_the_chunks_that_bridge_it(vae):
    """Latent 7 shares a chunk with 6; the moved chunks bridge 5-6 and 7-8; the decoder's convolution reaches one frame
    of 4 samples further on either side."""
    import torch

    z = torch.randn(1, 8, 16)
    other = z.clone()
    other[..., 7] += 1.0
    with torch.inference_mode():
        changed = (vae.decode(z).sample != vae.decode(other).sample).any(dim=(0, 1)).nonzero().flatten()
    assert (int(changed.min()), int(changed.max())) == (5 * 64 - 4, 9 * 64 + 3)


def test_it_repeats_and_has_the_step_of_its_chunks(vae):
    import torch

    z = torch.randn(1, 8, 9)
    with torch.inference_mode():
        assert torch.equal(vae.decode(z).sample, vae.decode(z).sample)
    assert vae.step == 2
