"""`Progress`: what a long job tells while it runs, and how it hears that it should stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from soundwright.errors import Cancelled


@dataclass
class Progress:
    """Tells `listen(stage, fraction, audio_s)`; raises `Cancelled` from the next tell after `cancel()`.

    `fraction` runs 0 to 1 within a stage; `audio_s` is how many seconds of audio are done.
    `stage_times_s` keeps how long each stage took.
    """

    listen: Callable[[str, float, float], None] | None = None
    stage_times_s: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _stage: str = ""
    _since: float = 0.0

    def __call__(self, stage: str, fraction: float = 0.0, audio_s: float = 0.0) -> None:
        if self._stop.is_set():
            raise Cancelled("cancelled")
        now = time.perf_counter()
        if self._stage:
            self.stage_times_s[self._stage] = self.stage_times_s.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now
        if self.listen:
            self.listen(stage, min(max(fraction, 0.0), 1.0), audio_s)

    def part(self, stage: str, begin: float, end: float, audio_s: float = 0.0) -> Progress:
        """For a part of this job: what it tells is `stage` from `begin` to `end`; both are cancelled at once."""

        def listen(_: str, fraction: float, __: float) -> None:
            self(stage, begin + (end - begin) * fraction, audio_s)

        return Progress(listen, _stop=self._stop)

    def cancel(self) -> None:
        """Ask the job to stop; safe from any thread."""
        self._stop.set()

    def done(self) -> dict[str, float]:
        """Close the last stage and return the seconds each stage took."""
        self("done", 1.0)
        self._stage = ""
        return dict(self.stage_times_s)
