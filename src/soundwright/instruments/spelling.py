"""Which vowel a written syllable is sung on."""

from __future__ import annotations

import re

SOUNDS = (  # spelling to vowel, longest first; English, good enough to open the mouth in the right shape
    (r"oo|ou(?!t|nd|r)|ew|ue|ui", "u"),
    (r"ai|ay|ei|a[^aeiou]e$", "e"),
    (r"ee|ea|ie|ey$|y$", "i"),
    (r"i[^aeiou]e$|igh|au|aw|ow|oa", "a"),
    (r"a", "a"),
    (r"o", "o"),
    (r"u", "a"),
    (r"e", "e"),
    (r"i|y", "i"),
)


def vowel_of(syllable: str) -> str:
    """The vowel a, e, i, o or u that carries `syllable`; "" where there is none."""
    word = syllable.lower().strip(" -_.,;:!?\"'")
    return next((vowel for pattern, vowel in SOUNDS if re.search(pattern, word)), "")
