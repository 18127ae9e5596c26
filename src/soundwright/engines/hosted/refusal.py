"""What an API's refusal means, as one line that says what to do. A key is never part of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from soundwright.errors import BadRequest, CannotRun, SoundwrightError

LONGEST = 240  # characters of a vendor's own reason


@dataclass(frozen=True)
class Refusal:
    """A kind of refusal: the statuses and words by which it is known, and the line that tells it."""

    kind: type[SoundwrightError]
    line: str
    statuses: tuple[int, ...] = ()
    words: tuple[str, ...] = ()  # any of them in the reason, with a status from 400 to 499


# In order: words go before statuses, since vendors answer 400 to a wrong key (Google), 401 to an empty account
# (ElevenLabs) and 403 to a prompt that their moderation rejects (Stability).
WORDS = (
    Refusal(CannotRun, "the credit of your {vendor} account is used up ({reason}); add to it there, then run it again",
            words=("quota_exceeded", "payment_required", "insufficient credit", "insufficient balance",
                   "enough credits", "lack sufficient credits")),
    Refusal(BadRequest, "{vendor} refused the prompt: {reason}",
            words=("moderation", "bad_prompt", "bad_composition_plan", "terms of service", "usage guidelines",
                   "safety")),
    Refusal(CannotRun, "{vendor} does not accept the key ({reason}): see that {keys} holds a valid one",
            words=("api key", "api_key", "access token", "credential")),
)  # fmt: skip
STATUSES = (
    Refusal(CannotRun, "{vendor} does not accept the key ({reason}): see that {keys} holds a valid one", (401,)),
    Refusal(CannotRun, "the credit of your {vendor} account is used up ({reason}); add to it there, then run it again",
            (402,)),
    Refusal(CannotRun, "{vendor} does not allow this with your key ({reason}): see {keys} and your plan", (403,)),
    Refusal(CannotRun, "{vendor} knows no such model or project ({reason})", (404,)),
    Refusal(BadRequest, "{vendor} refused the sound: it is too big ({reason})", (413,)),
    Refusal(BadRequest, "{vendor} refused the request: {reason}", (400, 409, 422)),
    Refusal(CannotRun, "{vendor} has no room now ({reason}): tried {tries}; try again later", (429,)),
)  # fmt: skip
OTHER = Refusal(CannotRun, "{vendor} failed with {status} ({reason}): tried {tries}; try again later")


def error(
    status: int, body: bytes, *, vendor: str, keys: str, tries: str, secrets: tuple[str, ...]
) -> SoundwrightError:
    """The error to raise for an answer of `status`; `reason` in it is the vendor's own, shortened."""
    said = reason(body, secrets) or "no reason given"
    low = said.lower()
    by_words = (row for row in WORDS if 400 <= status < 500 and any(word in low for word in row.words))
    by_status = (row for row in STATUSES if status in row.statuses)
    row = next(by_words, None) or next(by_status, OTHER)
    return row.kind(row.line.format(vendor=vendor, keys=keys, tries=tries, status=status, reason=said))


def reason(body: bytes, secrets: tuple[str, ...] = ()) -> str:
    """The reason in an answer's body, in one line of at most `LONGEST` characters, with every secret struck out."""
    text = body[:65_536].decode("utf-8", "replace")
    try:
        said = _found(json.loads(text))
    except ValueError:
        said = "" if "<html" in text.lower() else text
    for secret in secrets:
        said = said.replace(secret, "***")
    said = " ".join(said.split())
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _found(data: Any) -> str:
    """The words of the three vendors' error bodies.

    ElevenLabs: {"detail": {"status", "message"}} or {"detail": [{"loc", "msg"}]}; Stability: {"name", "errors": []};
    Google: {"error": {"status", "message"}}.
    """
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "; ".join(filter(None, map(_found, data)))
    if not isinstance(data, dict):
        return ""
    for key in ("detail", "error"):
        if data.get(key):
            return _found(data[key])
    place = ".".join(map(str, data["loc"])) if isinstance(data.get("loc"), list) else ""
    parts = [place, *(_found(data.get(key)) for key in ("status", "name", "code", "message", "msg", "errors"))]
    return ": ".join(part for part in parts if part)
