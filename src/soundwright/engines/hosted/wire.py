"""Requests to an API: keys from the environment, retries that wait longer each time, and a stop that is heard at once.

Tried again is what gave nothing: no connection, 429, and 5xx. A connection that breaks while an answer is awaited is
not, since the vendor may have made the sound, and charged it, already.
"""

from __future__ import annotations

import email.utils
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from soundwright.engines.hosted import refusal
from soundwright.errors import CannotRun, SoundwrightError

TRIES = 5
FIRST_WAIT_S = 1.0  # then 2, 4, 8: 15 s in all
LONGEST_WAIT_S = 60.0  # a Retry-After beyond it is not waited for
CONNECT_S, ANSWER_S = 15.0, 600.0  # ten minutes of music take minutes to be made
POLL_S = 0.2  # how soon a cancelled job ends

sleep = time.sleep


@dataclass(frozen=True)
class Answer:
    """A good answer: its body, and its headers by lower-case name."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Api:
    """One vendor's API. `headers` hold the key; `keys` names the variables it came from."""

    vendor: str
    base: str
    keys: tuple[str, ...]
    headers: dict[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    def post(self, path: str, tell: Callable[[], None], **asked: Any) -> Answer:
        """The answer to a POST of `asked` (httpx's params, json, data, files, headers).

        `tell` is called every `POLL_S` while it waits and may raise `Cancelled`. Raises `BadRequest`, `CannotRun`.
        """
        import httpx

        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would tell every request's address
        asked["headers"] = {**self.headers, **asked.get("headers", {})}
        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        attempt = 0
        while True:
            with httpx.Client(timeout=timeout) as client:
                status, body, headers = self._once(client, path, tell, asked)
            if 200 <= status < 300:
                return Answer(body, headers)
            wait_s = _wait_s(attempt, headers.get("retry-after", ""))
            again = (status == 0 or status == 429 or status >= 500) and wait_s <= LONGEST_WAIT_S
            if not again or attempt == TRIES - 1:
                raise self._error(status, body, attempt + 1)
            _pause(wait_s, tell)
            attempt += 1

    def _once(
        self, client: Any, path: str, tell: Callable[[], None], asked: dict[str, Any]
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status (0: no connection), body and headers of one try, made aside so that `tell` can stop the waiting."""
        import httpx

        done: queue.Queue[Any] = queue.Queue()

        def work() -> None:
            try:
                done.put(client.post(f"{self.base}/{path}", **asked))
            except Exception as error:
                done.put(error)

        tell()
        threading.Thread(target=work, daemon=True).start()  # a daemon: an answer nobody waits for holds no exit up
        got = None
        while got is None:
            try:
                got = done.get(timeout=POLL_S)
            except queue.Empty:
                tell()
        if isinstance(got, (httpx.ConnectError, httpx.ConnectTimeout)):
            return 0, _plain(got, self.secrets).encode(), {}
        if isinstance(got, httpx.TimeoutException):
            raise CannotRun(f"{self.vendor} gave no answer in {ANSWER_S:g} s; see your account whether it was charged")
        if isinstance(got, Exception):
            said = _plain(got, self.secrets)
            raise CannotRun(f"the connection to {self.vendor} broke off ({said}); see your account whether it was "
                            "charged, then run it again") from None  # fmt: skip
        return got.status_code, got.content, {name.lower(): value for name, value in got.headers.items()}

    def _error(self, status: int, body: bytes, count: int) -> SoundwrightError:
        tries = "once" if count == 1 else f"{count} times"
        if status == 0:
            said = body.decode()
            return CannotRun(f"{self.vendor} cannot be reached ({said}): tried {tries}; see your network")
        keys = " and ".join(self.keys)
        return refusal.error(status, body, vendor=self.vendor, keys=keys, tries=tries, secrets=self.secrets)


def key(variable: str, vendor: str) -> str:
    """The secret in an environment variable. Raises `CannotRun` that names the variable, never what is in it."""
    value = os.environ.get(variable, "").strip()
    if not value:
        raise CannotRun(f"{vendor} wants a key of your account there: set {variable} to it")
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise CannotRun(f"{variable} holds no key: there are characters in it that no key has")
    return value


def base(variable: str, default: str) -> str:
    """The address of an API: `default`, or the one in an environment variable (a proxy, a test)."""
    address = (os.environ.get(variable) or default).rstrip("/")
    if not address.startswith(("https://", "http://")):
        raise CannotRun(f"{variable} holds no address: it must begin with https://")
    return address


def _wait_s(attempt: int, retry_after: str) -> float:
    """Seconds before the next try: what the vendor asks for (seconds or a date, RFC 9110 clause 10.2.3), else 2^n."""
    asked_s = 0.0
    try:
        asked_s = float(retry_after)
    except ValueError:
        if moment := email.utils.parsedate_tz(retry_after):
            asked_s = email.utils.mktime_tz(moment) - time.time()
    return max(FIRST_WAIT_S * 2.0**attempt, asked_s)


def _pause(wait_s: float, tell: Callable[[], None]) -> None:
    """Wait, and hear meanwhile whether to stop."""
    steps = max(1, round(wait_s / POLL_S))
    for _ in range(steps):
        tell()
        sleep(wait_s / steps)


def _plain(error: Exception, secrets: tuple[str, ...]) -> str:
    """What an error says, in one line without secrets."""
    said = " ".join(str(error).split()) or type(error).__name__
    for secret in secrets:
        said = said.replace(secret, "***")
    return said
