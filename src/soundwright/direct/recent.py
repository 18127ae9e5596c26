"""Takes that this process made lately, so that a plan with one cue edited is rendered by making that cue.

In memory alone: what lies on a disk outlives the code that made it. A take is known by all that it follows from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from soundwright.engines import Take

MOST_BYTES = 192 * 2**20
LARGEST = 4  # a take larger than this part of it would drive out what it does not need to


class Recent:
    """Takes by key, up to `most_bytes` of samples; the one that was not wanted for the longest time goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self._bytes = most_bytes, 0
        self._takes: OrderedDict[Hashable, Take] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Take | None:
        with self._lock:
            if key in self._takes:
                self._takes.move_to_end(key)
            return self._takes.get(key)

    def put(self, key: Hashable, take: Take) -> None:
        if take.audio.samples.nbytes > self.most_bytes / LARGEST:
            return
        with self._lock:
            if key not in self._takes:
                self._takes[key] = take
                self._bytes += take.audio.samples.nbytes
            while self._bytes > self.most_bytes:
                self._bytes -= self._takes.popitem(last=False)[1].audio.samples.nbytes
