"""ElevenLabs: songs by sections (Eleven Music) and sound effects.

Shapes as in the official client (elevenlabs/elevenlabs-python, July 2026): `POST /v1/music` with a composition plan, of
`sections` for music_v1 and of `chunks` for music_v2; `POST /v1/sound-generation`. A seed goes only with a plan, so a
plan is always sent. Raw samples (PCM at 44.1 kHz) want a Pro plan there; without one it is asked again for MP3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from soundwright.audio import Audio
from soundwright.engines.contract import Task
from soundwright.engines.hosted import sections, sound, wire
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan.effect import EffectPlan
from soundwright.plan.song import SongPlan

BASE, VENDOR, KEY = "https://api.elevenlabs.io", "ElevenLabs", "ELEVENLABS_API_KEY"
SHORTEST_MS, LONGEST_MS, MOST_LINES = 3_000, 120_000, 30  # of a section (types/song_section.py)
SEEDS = 2**31
SHORTEST_SOUND_S = 0.5
# The formats in order of preference: PCM wants Pro, 192 kbit/s wants Creator.
FORMATS = {
    "music_v1": ("pcm_44100", "mp3_44100_192", "mp3_44100_128"),
    "music_v2": ("pcm_48000", "mp3_48000_192", "mp3_44100_128"),
    "eleven_text_to_sound_v2": ("pcm_44100", "mp3_44100_192", "mp3_44100_128"),
}


def song_v1(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """A song by music_v1: styles of the whole, and sections with their own."""
    plan, seed = _song(task), task.seed % SEEDS
    wanted, unwanted = _styles(task, plan)
    parts = [
        {
            "section_name": span.name[:100],
            "positive_local_styles": list(span.styles),
            "negative_local_styles": list(span.without),
            "duration_ms": span.length_ms,
            "lines": list(span.lines),
        }
        for span in _spans(plan)
    ]
    whole = {"positive_global_styles": wanted, "negative_global_styles": unwanted, "sections": parts}
    body = {"composition_plan": whole, "model_id": "music_v1", "seed": seed, "respect_sections_durations": True}
    audio, facts = _made("v1/music", body, task.duration_s, tell)
    return audio, facts | {"seed": seed}


def song_v2(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """A song by music_v2: chunks of text, each with its styles and those of the whole."""
    plan, seed = _song(task), task.seed % SEEDS
    wanted, unwanted = _styles(task, plan)
    chunks = [
        {
            "text": "\n".join([f"[{span.name}]", *span.lines]),
            "duration_ms": span.length_ms,
            "positive_styles": list(dict.fromkeys([*wanted, *span.styles])),
            "negative_styles": list(dict.fromkeys([*unwanted, *span.without])),
        }
        for span in _spans(plan)
    ]
    body = {"composition_plan": {"chunks": chunks}, "model_id": "music_v2", "seed": seed}
    audio, facts = _made("v1/music", body, task.duration_s, tell)
    return audio, facts | {"seed": seed}


def effect(task: Task, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """A sound effect of up to 30 s, in a loop where that is asked. It takes no seed: every run is another."""
    if not isinstance(task.plan, EffectPlan):
        raise BadRequest("hosted/elevenlabs-sound makes sound effects, not songs or edits")
    body = {
        "text": sections.effect(task.plan, task.prompt),
        "duration_seconds": max(SHORTEST_SOUND_S, round(task.duration_s, 3)),
        "loop": task.loop,
        "model_id": "eleven_text_to_sound_v2",
    }
    return _made("v1/sound-generation", body, body["duration_seconds"], tell)


def _api() -> wire.Api:
    secret = wire.key(KEY, VENDOR)
    base = wire.base("SOUNDWRIGHT_ELEVENLABS_URL", BASE)
    return wire.Api(VENDOR, base, (KEY,), {"xi-api-key": secret}, (secret,))


def _made(path: str, body: dict[str, Any], duration_s: float, tell: Callable[[], None]) -> tuple[Audio, dict[str, Any]]:
    """The sound, and in which format and under which number it came."""
    form, answer = _asked(_api(), path, body, FORMATS[body["model_id"]], tell)
    kind, rate = form.split("_")[:2]
    if kind == "pcm":
        audio = sound.pcm(answer, VENDOR, int(rate), duration_s)
    else:
        audio = sound.decoded(answer, VENDOR)
    ids = {name: answer.headers[name] for name in ("song-id", "request-id") if name in answer.headers}
    return audio, {"model": body["model_id"], "format": form, **ids}


def _asked(
    api: wire.Api, path: str, body: dict[str, Any], formats: tuple[str, ...], tell: Callable[[], None]
) -> tuple[str, wire.Answer]:
    """The answer in the first of `formats` that the account may have."""
    form, *others = formats
    try:
        return form, api.post(path, tell, params={"output_format": form}, json=body)
    except (BadRequest, CannotRun) as error:
        if not others or not any(word in str(error) for word in ("output_format", form)):
            raise
    return _asked(api, path, body, tuple(others), tell)


def _song(task: Task) -> SongPlan:
    if not isinstance(task.plan, SongPlan):
        raise BadRequest("hosted/elevenlabs-music plays song plans, not effects or edits")
    return task.plan


def _styles(task: Task, plan: SongPlan) -> tuple[list[str], list[str]]:
    """What the whole song should and should not be like."""
    wanted = sections.styles(plan, task.prompt)
    unwanted = sections.unwanted(plan, task.options.get("negative", ""))
    if sections.instrumental(plan):
        wanted, unwanted = [*wanted, "instrumental"], list(dict.fromkeys([*unwanted, "vocals"]))
    return wanted, unwanted


def _spans(plan: SongPlan) -> list[sections.Span]:
    found = sections.spans(plan, shortest_ms=SHORTEST_MS, longest_ms=LONGEST_MS)
    for span in found:
        if len(span.lines) > MOST_LINES:
            raise BadRequest(
                f"the section {span.name} has {len(span.lines)} lines of lyrics; ElevenLabs takes {MOST_LINES}"
            )
    return found
