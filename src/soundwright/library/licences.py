"""Licences of recordings as they are written in tags, side files and folders, and whether each may be sold.

Facts from the licences' own texts: creativecommons.org/licenses, opensource.org, spdx.org/licenses. What is not in the
table stays unknown: it is told, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """A licence's name, and whether what is made of the recording may be sold (None: it does not say)."""

    name: str
    commercial: bool | None


# The first pattern that is met decides: narrower ones stand first.
TABLE = (
    (r"non[- ]?commercial|\bby[- ]nc\b|\bcc[- ]nc\b|attribution[- ]non", Terms("CC-BY-NC", False)),
    (r"sampling ?(?:\+|plus)", Terms("CC-Sampling+", False)),  # advertising is forbidden: not free to sell
    (r"personal use|private use|not for (?:sale|resale|commercial)", Terms("personal use", False)),
    (r"editorial use", Terms("editorial use", False)),
    (r"\bcc[- ]?0\b|cc zero|creative commons zero|publicdomain/zero", Terms("CC0-1.0", True)),
    (r"public[- ]domain|\bpdm\b|publicdomain/mark", Terms("public domain", True)),
    (r"\b(?:cc[- ])?by[- ]sa\b|attribution[- ]share", Terms("CC-BY-SA", True)),
    (r"\b(?:cc[- ])by\b|creative commons attribution|licenses/by/", Terms("CC-BY", True)),
    (r"royalty[- ]free", Terms("royalty-free", True)),
    (r"\bapache\b.{0,20}licen[cs]e|apache-2", Terms("Apache-2.0", True)),
    (r"\bmit licen[cs]e|\bmit\b$|permission is hereby granted, free of charge", Terms("MIT", True)),
    (r"\bbsd\b", Terms("BSD", True)),
    (r"\bl?gpl|gnu (?:lesser |affero )?general public", Terms("GPL", True)),
    (r"all rights reserved", Terms("all rights reserved", False)),
)


def read(text: str) -> Terms | None:
    """The terms that a text names, or None where it names none that is known."""
    flat = " ".join(text.lower().split())
    return next((terms for pattern, terms in TABLE if re.search(pattern, flat)), None)
