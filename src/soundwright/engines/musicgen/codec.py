"""EnCodec for MusicGen: tokens to sound in bounded memory, and sound to tokens.

Its decoder is a convolution, an LSTM and a staircase of convolutions that goes up to the sample rate. The LSTM
remembers everything, so it is carried through in stretches, its state handed on; the staircase hears less than three
frames to either side (`REACH`), so it is climbed in tiles. Both give what one pass over the whole gives, but for
rounding.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from soundwright.engines import decode
from soundwright.errors import CannotRun
from soundwright.progress import Progress

if TYPE_CHECKING:
    from torch import Tensor

REACH = 4  # frames: that of the first convolution is 3, that of all later ones 1.3 with MusicGen's ratios 8, 5, 4, 4
STRETCH = 500  # frames through the LSTM at a time
TILE_S = {"cpu": 2.0}  # of sound decoded at a time; elsewhere eight


class Codec:
    """A mono `EncodecModel`, which hears the channels of a stereo checkpoint one by one."""

    def __init__(self, network: Any, channels: int) -> None:
        from transformers.models.encodec.modeling_encodec import EncodecLSTM

        self.network, self.channels = network, channels
        config = network.config
        self.rate, self.hop = int(config.sampling_rate), int(config.hop_length)
        self.frame_rate = self.rate / self.hop
        layers = list(network.decoder.layers)
        found = [at for at, layer in enumerate(layers) if isinstance(layer, EncodecLSTM)]
        if found != [1] or config.norm_type != "weight_norm" or config.normalize or config.chunk_length_s:
            raise CannotRun("the audio encoder of these weights is not that of MusicGen")
        self._first, self._lstm, self._stairs = layers[0], layers[1].lstm, layers[2:]
        self._device = next(network.parameters()).device

    def facts(self, books: int) -> dict[str, float]:
        """What the manifest says of sound from `books` codebooks, all channels together. Training has fixed how many
        the decoder plays, so there is no bitrate to choose: 2.2 kbit/s in mono and 4.4 in stereo of the published."""
        bits = books * math.log2(self.network.config.codebook_size)
        return {"codebooks": books, "kbit_s": round(bits * self.frame_rate / 1000, 3), "rate": self.rate}

    def decode(self, tokens: Tensor, tell: Progress) -> np.ndarray:
        """Tokens `[books, frames]` as samples `[channels, frames * hop]`."""
        import torch

        size = round(TILE_S.get(self._device.type, 8.0) * self.frame_rate)
        with torch.inference_mode():
            hidden = torch.cat([self._hidden(tokens[channel :: self.channels]) for channel in range(self.channels)])
            width = hidden.shape[1]
            flat = hidden.reshape(1, -1, hidden.shape[-1])  # the channels lie one after the other, in one row

            def climb(part: Tensor) -> Tensor:
                part = part.view(self.channels, width, -1)
                for layer in self._stairs:
                    part = layer(part)
                return part.view(1, self.channels, -1)

            return decode.decode(climb, flat, self.hop, decode.Tiles(size, 2 * REACH), tell, self.rate)

    def _hidden(self, tokens: Tensor) -> Tensor:
        """What the LSTM gives for one channel's tokens `[books, frames]`: `[1, width, frames]`."""
        import torch

        frames, state, kept = tokens.shape[1], None, []
        for start in range(0, frames, STRETCH):
            end = min(start + STRETCH, frames)
            first, last = max(start - REACH, 0), min(end + REACH, frames)
            x = self.network.quantizer.decode(tokens[:, None, first:last].to(self._device))
            x = self._first(x)[..., start - first : end - first].permute(2, 0, 1)
            out, state = self._lstm(x, state)
            kept.append((out + x).permute(1, 2, 0))
        return torch.cat(kept, dim=-1)

    def encode(self, samples: np.ndarray) -> Tensor:
        """Samples `[channels, frames * hop]` as tokens `[books, frames]`, those of the channels taking turns."""
        import torch

        with torch.inference_mode():
            x = torch.from_numpy(np.array(samples, np.float32)).to(self._device)[:, None]
            codes = torch.cat([self.network.encode(row[None]).audio_codes[0] for row in x])
        return codes.transpose(0, 1).flatten(0, 1).cpu()
