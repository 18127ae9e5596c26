"""A model behind any OpenAI-compatible address (Ollama, vLLM, a vendor's). Pictures go there, and nowhere else."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from typing import Any

import numpy as np

from soundwright.direct.watch.conversation import SCHEMA, Message, Speaker
from soundwright.engines.hosted.wire import Api
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

KEY = "SOUNDWRIGHT_AUTHOR_KEY"


def speaker(address: str, model: str, tell: Progress) -> Speaker:
    """The `model` at `address` (like http://localhost:11434/v1); a key is taken from `$SOUNDWRIGHT_AUTHOR_KEY`.

    Raises `BadRequest`; what it returns raises `CannotRun` when nothing answers.
    """
    api = _api(address)
    if not model:
        raise BadRequest("name the model that looks at the film: --author-model qwen2.5vl:7b")

    def speak(messages: list[Message]) -> str:
        return _answer(api, model, [_row(message) for message in messages], tell)

    return Speaker(f"{model} at {address}", speak)


def _api(address: str) -> Api:
    if not re.match(r"https?://[^/]", address):
        raise BadRequest(
            f"{address!r} is no address; it begins with http:// or https://, like http://localhost:11434/v1"
        )
    key = os.environ.get(KEY, "").strip()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Api(address.rstrip("/"), address.rstrip("/"), (KEY,), headers, (key,) if key else ())


def _row(message: Message) -> dict[str, Any]:
    if not message.pictures:
        return {"role": message.role, "content": message.text}
    shown = [{"type": "image_url", "image_url": {"url": _jpeg(picture)}} for picture in message.pictures]
    return {"role": message.role, "content": [{"type": "text", "text": message.text}, *shown]}


def _jpeg(picture: np.ndarray) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _answer(api: Api, model: str, messages: list[dict[str, Any]], tell: Progress) -> str:
    """What the model says; asked for the schema, and without it where the address does not know schemas."""
    asked: dict[str, Any] = {"model": model, "messages": messages, "temperature": 0, "seed": 0}
    form = {"type": "json_schema", "json_schema": {"name": "cue_plan", "schema": SCHEMA}}
    try:
        answer = api.post("chat/completions", lambda: tell("watch"), json={**asked, "response_format": form})
    except BadRequest:
        answer = api.post("chat/completions", lambda: tell("watch"), json=asked)
    try:
        return str(json.loads(answer.body)["choices"][0]["message"]["content"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise CannotRun(
            f"{api.vendor} does not answer as OpenAI's chat completions do; is the address right?"
        ) from error
