"""Training data for models of sound: chunks of stereo with captions and event curves, made here from what may be used.

`make` fills a folder of shards, `chunks` reads it. Sound models, composed pieces and recordings each have a module.
"""

from soundwright.train.data.making import Recipe, make
from soundwright.train.data.shards import Chunk, chunks

__all__ = ["Chunk", "Recipe", "chunks", "make"]
