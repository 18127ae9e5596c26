"""Words of an index by their meaning: how near the words of entries' names are to those of a query, word by word.

The vector of a whole text is the mean of its words, in which one word among five is faint; here each word of a query
looks for the word of a name that is nearest to it ("mallard" finds "duck" whatever stands around), and what each finds
is added up (the late interaction of Khattab and Zaharia 2020, on static vectors).
"""

from __future__ import annotations

import numpy as np

from soundwright.library import words

LEAST = 0.35  # cosine under which two words have nothing to do with each other


class Names:
    """The words of entries' names as numbers, in the order of the entries; grows, and drops, with the index."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0}
        self.vectors = np.zeros((1, 256), np.float32)
        self.of = np.zeros(0, np.int32)  # word numbers, entry after entry
        self.sizes = np.zeros(0, np.int32)

    def grow(self, names: list[str]) -> None:
        """Add the names of new entries."""
        from soundwright.nets.words import embed

        lists = [words.telling(name) or [""] for name in names]
        fresh = list(dict.fromkeys(word for one in lists for word in one if word not in self.known))
        self.known |= {word: len(self.known) + at for at, word in enumerate(fresh)}
        self.vectors = np.concatenate([self.vectors, embed(fresh)])
        self.of = np.concatenate([self.of, np.array([self.known[word] for one in lists for word in one], np.int32)])
        self.sizes = np.concatenate([self.sizes, np.array([len(one) for one in lists], np.int32)])

    def keep(self, mask: np.ndarray) -> None:
        """Drop the entries that a mask leaves out."""
        self.of, self.sizes = self.of[np.repeat(mask, self.sizes)], self.sizes[mask]

    def score(self, terms: tuple[str, ...]) -> np.ndarray:
        """Nearness `[entries]` of names to the words of a query, 0 where no word is near."""
        from soundwright.nets.words import embed

        alike = embed(list(terms)) @ self.vectors.T
        alike[alike < LEAST] = 0.0
        starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        total = np.zeros(len(self.sizes), np.float32)
        for row in alike[alike.any(axis=1)]:
            total += np.maximum.reduceat(row[self.of], starts)
        return total
