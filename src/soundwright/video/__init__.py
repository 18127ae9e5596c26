"""Film: its clock, its pictures and sound on one timeline from the first picture on, and the mux that adds sound.

film(path) tells what is in a file; frames(film) and sound(film) read it; mux(film, out, tracks) writes it anew.
"""

from __future__ import annotations

from soundwright.video.clock import Film, Track, film
from soundwright.video.pictures import frames, resampled
from soundwright.video.soundtrack import sound, stream

__all__ = ["Film", "Track", "film", "frames", "resampled", "sound", "stream"]
