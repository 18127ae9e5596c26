"""Who may use a service: keys, of which only the hashes are kept, one line each: a name and a SHA-256.

A key is 256 random bits, so that a plain hash is as good as a slow one: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sys
from pathlib import Path

from soundwright.errors import BadRequest

PREFIX = "sw-"
LINE = re.compile(r"([A-Za-z0-9_.-]{1,64}) ([0-9a-f]{64})")


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def new(path: Path, name: str) -> str:
    """Make a key for `name`, keep its hash in the file, and return it: it cannot be had again. Raises `BadRequest`."""
    key = PREFIX + secrets.token_urlsafe(32)
    if not LINE.fullmatch(f"{name} {hashed(key)}"):
        raise BadRequest("a key's name is 1 to 64 letters, digits, points, hyphens and underscores")
    known = read(path) if path.exists() else {}
    if name in known:
        raise BadRequest(f"{path} holds a key for {name!r} already: take its line out to make another")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(f"{name} {hashed(key)}\n")
    return key


def read(path: Path) -> dict[str, str]:
    """Hashes by name; lines that begin with # are remarks. Raises `BadRequest` naming the line that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read as a file of keys: {error}") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if not match or match[1] in found:
            raise BadRequest(f"{path}, line {number}: a line is a name of its own and a SHA-256")
        found[match[1]] = match[2]
    return found


class Keys:
    """The keys of a file, read anew when it changes, so that a key that is taken out opens nothing from then on."""

    def __init__(self, path: Path | None) -> None:
        self.path, self._stamp = path, -1
        self._known = read(path) if path else {}

    def owner(self, key: str | None) -> str | None:
        """The name that a key belongs to; "" where no keys are wanted, None for a wrong or missing one."""
        if self.path is None:
            return ""
        self._fresh()
        asked, found = hashed(key or ""), None
        for name, known in self._known.items():  # all of them, so that the time tells nothing
            if hmac.compare_digest(known, asked):
                found = name
        return found

    def _fresh(self) -> None:
        assert self.path is not None
        try:
            stamp = self.path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp, self._known = stamp, read(self.path)
        except (OSError, BadRequest) as error:  # a file that is gone or broken opens nothing
            if self._known:
                print(f"no key is taken any more: {error}", file=sys.stderr, flush=True)
            self._known = {}
