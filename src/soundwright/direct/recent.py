"""Takes that this process made lately, so that a plan with one cue edited is rendered by making that cue.

In memory alone: what lies on a disk outlives the code that made it. A take is known by all that it follows from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from soundwright.engines import Take

MOST_BYTES = 256 * 2**20
LARGEST = 4  # a take larger than this part of it would drive out what it does not need to


class Recent:
    """Takes by key, up to `most_bytes` of samples. What this plan or the one before wanted stays: a plan that is larger
    than what can be kept finds a part of itself again, where the oldest going first would leave it nothing."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self._bytes, self._plan = most_bytes, 0, 0
        self._takes: OrderedDict[Hashable, tuple[int, Take]] = OrderedDict()  # with the plan that wanted it last
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Another plan is rendered from now on."""
        with self._lock:
            self._plan += 1

    def get(self, key: Hashable) -> Take | None:
        with self._lock:
            if key not in self._takes:
                return None
            _, take = self._takes.pop(key)
            self._takes[key] = (self._plan, take)
            return take

    def put(self, key: Hashable, take: Take) -> None:
        size = take.audio.samples.nbytes
        with self._lock:
            if key in self._takes or size > self.most_bytes / LARGEST:
                return
            while self._bytes + size > self.most_bytes:
                oldest, (plan, old) = next(iter(self._takes.items()))
                if plan >= self._plan - 1:
                    return
                del self._takes[oldest]
                self._bytes -= old.audio.samples.nbytes
            self._takes[key] = (self._plan, take)
            self._bytes += size
