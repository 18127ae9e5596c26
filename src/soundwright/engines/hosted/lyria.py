"""Google's Lyria: Lyria 2 on Vertex AI (30 s, instrumental), Lyria 3 and 3.5 on the Gemini API (songs with lyrics).

Lyria 2: `POST /v1/projects/P/locations/L/publishers/google/models/lyria-002:predict`, a seed or a count but not both
(cloud.google.com/vertex-ai/generative-ai/docs/model-reference/lyria-music-generation). Lyria 3: `POST
/v1beta/models/M:generateContent` (ai.google.dev/gemini-api/docs/music-generation); it takes no seed, and the length is
a wish in the prompt.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Callable
from typing import Any

from soundwright.audio import Audio
from soundwright.engines.contract import Task
from soundwright.engines.hosted import sections, sound, wire
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import caption
from soundwright.plan.song import SongPlan

VENDOR = "Google"
VERTEX, GEMINI = "https://aiplatform.googleapis.com", "https://generativelanguage.googleapis.com"
TOKEN, PROJECT, KEY = "GOOGLE_ACCESS_TOKEN", "GOOGLE_CLOUD_PROJECT", "GOOGLE_API_KEY"
PLACE = "us-central1"  # unless $GOOGLE_CLOUD_LOCATION says another
SEEDS = 2**31
CLIP, SONG = "lyria-3-clip-preview", "lyria-3.5"
WAV = {"responseModalities": ["AUDIO", "TEXT"], "responseFormat": {"audio": {"mimeType": "audio/wav"}}}
SHAPES = {CLIP: {}, SONG: {"generationConfig": WAV}}  # a clip is always MP3


def predict(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """30 s of instrumental music by Lyria 2, WAV at 48 kHz."""
    plan, seed = _song(task), task.seed % SEEDS
    secret = wire.key(TOKEN, VENDOR)
    project, place = _name(PROJECT, ""), _name("GOOGLE_CLOUD_LOCATION", PLACE)
    host = VERTEX if place == "global" else VERTEX.replace("://", f"://{place}-")
    base = wire.base("SOUNDWRIGHT_VERTEX_URL", host)
    api = wire.Api(VENDOR, base, (TOKEN, PROJECT), {"Authorization": f"Bearer {secret}"}, (secret,))
    instance: dict[str, Any] = {"prompt": caption.caption(plan, task.prompt), "seed": seed}
    if negative := caption.unwanted(plan, task.options.get("negative", "")):
        instance["negative_prompt"] = negative
    path = f"v1/projects/{project}/locations/{place}/publishers/google/models/lyria-002:predict"
    data = _parsed(api.post(path, tell, json={"instances": [instance]}))
    found = _first(data, "predictions")
    coded = found.get("bytesBase64Encoded") or found.get("audioContent")  # as served, as documented
    return _decoded(coded, data), {"model": "lyria-002", "format": "wav", "seed": seed}


def clip(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """30 s by Lyria 3."""
    return _generated(CLIP, task, tell)


def song(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """A song by Lyria 3.5."""
    return _generated(SONG, task, tell)


def _generated(model: str, task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    words = _words(_song(task), task)
    secret = wire.key(KEY, VENDOR)
    base = wire.base("SOUNDWRIGHT_GEMINI_URL", GEMINI)
    api = wire.Api(VENDOR, base, (KEY,), {"x-goog-api-key": secret}, (secret,))
    body = {"contents": [{"parts": [{"text": words}]}], **SHAPES[model]}
    data = _parsed(api.post(f"v1beta/models/{model}:generateContent", tell, json=body))
    parts = (_first(data, "candidates").get("content") or {}).get("parts") or []
    heard = [part["inlineData"] for part in parts if isinstance(part, dict) and part.get("inlineData")]
    audio = _decoded(heard[0].get("data") if heard else None, data)
    return audio, {"model": model, "format": heard[0].get("mimeType", ""), "prompt": words}


def _words(plan: SongPlan, task: Task) -> str:
    """The prompt: what the whole is like, how long, and a line for each section with its time and lyrics."""
    head = [caption.caption(plan, task.prompt), f"Length: {plan.duration_s:g} seconds."]
    head += ["Instrumental only, no vocals."] * sections.instrumental(plan)
    if unwanted := sections.unwanted(plan, ""):
        head.append(f"Without: {', '.join(unwanted)}.")
    rows = []
    for span in sections.spans(plan):
        times = " - ".join(_clock(ms) for ms in (span.start_ms, span.start_ms + span.length_ms))
        rows += [f"[{times}] {span.name}: {', '.join(span.styles)}", *span.lines]
    return "\n".join([*head, "", *rows])


def _clock(ms: int) -> str:
    seconds = round(ms / 1000.0)
    return f"{seconds // 60}:{seconds % 60:02d}"


def _song(task: Task) -> SongPlan:
    if not isinstance(task.plan, SongPlan):
        raise BadRequest("Lyria plays song plans, not effects or edits")
    return task.plan


def _name(variable: str, default: str) -> str:
    """The name in an environment variable, fit for an address. Raises `CannotRun` where there is none."""
    value = os.environ.get(variable, "").strip() or default
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", value):
        raise CannotRun(f"Lyria on Vertex AI wants a name in {variable}, such as my-project")
    return value


def _parsed(answer: wire.Answer) -> dict[str, Any]:
    try:
        data = json.loads(answer.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise CannotRun(f"{VENDOR} gave an answer that is no JSON ({len(answer.body)} bytes); try again")
    return data


def _first(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The first object in a list of the answer, or an empty one."""
    found = data.get(name)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def _decoded(coded: Any, data: dict[str, Any]) -> Audio:
    """The sound in Base64. Raises `BadRequest` where the vendor filtered it out, `CannotRun` where it is none."""
    if not coded:
        blocked = (data.get("promptFeedback") or {}).get("blockReason")
        why = blocked or _first(data, "candidates").get("finishReason") or "no reason given"
        raise BadRequest(f"{VENDOR} made no sound of this prompt ({why}); say it in another way")
    try:
        return sound.decoded(wire.Answer(base64.b64decode(coded, validate=True), {}), VENDOR)
    except (binascii.Error, TypeError, ValueError) as error:
        raise CannotRun(f"{VENDOR} gave an answer that is no sound (no Base64); try again") from error
