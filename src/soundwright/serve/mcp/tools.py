"""The tools as a table: their names, what a model reads of them, and what each does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.serve import asks, work
from soundwright.serve.mcp import bodies
from soundwright.serve.mcp.folders import Folders

TOLD = ("integrated_lufs", "momentary_max_lufs", "loudness_range_lu", "true_peak_dbtp")


@dataclass(frozen=True)
class House:
    """What the user allows: folders, the longest piece, the engines that may be named (none: all that cost nothing)."""

    folders: Folders
    longest_s: float = 600.0
    engines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A tool: what it takes, what it does (giving the answer's facts, and under "drawn" a picture that is no file), and
    what a model is told of it.

    `alone`: it computes for long, so that one of these runs at a time.
    """

    body: type[BaseModel]
    do: Callable[[House, Any, Progress], dict[str, Any]]
    about: str
    alone: bool = True


def table(house: House) -> dict[str, Tool]:
    """The tools by name."""
    made = {name: bodies.made(name, house.longest_s) for name in bodies.VERBS}
    return {
        "make_music": Tool(made["make_music"], _music, "Make a piece of music from words and write it as a sound file. "
                           "A plan (.plan.yaml) beside it says what was understood and can be edited and played again. "
                           "30 seconds take some seconds."),
        "make_effect": Tool(made["make_effect"], _effect, "Make a sound effect or ambience from words and write it as "
                            "a sound file: one sound, or several in time, level and space."),
        "make_soundtrack": Tool(made["make_soundtrack"], _soundtrack, "Give a film sound: what happens in the pictures "
                                "is seen, planned as cues, and heard when it is seen. Writes the film anew; the "
                                "pictures are copied untouched."),
        "finish": Tool(bodies.Finish, _finish, "Master a sound file made by anything to a loudness and true peak, and "
                       "write it as another file."),
        "meter": Tool(bodies.Meter, _meter, "Measure a sound file: loudness (ITU-R BS.1770), loudness range, true "
                      "peak, stereo correlation, clicks, clipping."),
        "search_library": Tool(bodies.Search, _search, "Find recordings in the user's own library by what they sound "
                               "like in words; gives paths, lengths and licences.", alone=False),
        "list_engines": Tool(bodies.Nothing, _engines, "Who can play, what each can make, and whether what it makes "
                             "may be sold. The built-in ones need nothing.", alone=False),
    }  # fmt: skip


READ_ONLY = ("meter", "search_library", "list_engines")


def _asked(house: House, tool: str, body: Any) -> tuple[Any, dict[str, Any]]:
    """The request of a body, checked before anything is computed, and how it is delivered."""
    verb, values = bodies.VERBS[tool], body.model_dump()
    name = values.pop("name")
    given = {key: values.pop(key) for key in bodies.DELIVERED[tool]}
    values |= {"verb": verb, "preset": values.get("preset") or ""} if "preset" in values else {"verb": verb}
    how = asks.DELIVERIES[verb](**given).model_dump()
    work.check(verb, {**values, "deliver": how}, house.longest_s, house.engines)
    request = asks.request_of(values, house.folders.file)
    return request, how | {"name": name or request.prompt or verb}


def _music(house: House, body: Any, tell: Progress) -> dict[str, Any]:
    from soundwright import studio

    request, how = _asked(house, "make_music", body)
    piece = studio.music(request, tell, stems=how["stems"])
    tell("write")
    place = house.folders.place(how["name"], how["format"])
    paths = piece.save(place, stems=how["stems"], midi=how["midi"], picture=how["picture"], plan=True)
    return _told(paths, piece.facts, piece.audio.duration_s)


def _effect(house: House, body: Any, tell: Progress) -> dict[str, Any]:
    from soundwright import studio
    from soundwright.deliver.files import numbered

    request, how = _asked(house, "make_effect", body)
    pieces = studio.effect(request, tell)
    place, told = house.folders.place(how["name"], how["format"]), []
    for index, piece in enumerate(pieces):
        tell("write", index / len(pieces))
        path = numbered(place, index, len(pieces))
        paths = piece.save(path, stems=how["stems"], picture=how["picture"], plan=True)
        told.append(_told(paths, piece.facts, piece.audio.duration_s))
    return told[0] if len(told) == 1 else {"takes": told}


def _soundtrack(house: House, body: Any, tell: Progress) -> dict[str, Any]:
    from soundwright import soundtrack
    from soundwright.machine import need
    from soundwright.video import clock, mux

    need("video", "av", "cv2")
    request, how = _asked(house, "make_soundtrack", body)
    film = clock.film(Path(request.video))
    if float(film.duration_s) > house.longest_s:
        raise BadRequest(f"{film.path.name} lasts {float(film.duration_s):g} s: more than the {house.longest_s:g} that "
                         "are made at a time here (the user allows more with --longest)")  # fmt: skip
    name = body.name or f"{film.path.stem} with sound"
    mux.check(film, house.folders.out / f"x.{how['format']}")
    made = soundtrack.soundtrack(request, tell, house.folders.file)
    place = house.folders.place(name, how["format"])
    paths = made.save(place, tell, keep_audio=request.keep_audio, stems=how["stems"], picture=how["picture"])
    cues = [{"number": cue.number, "at_s": round(cue.at_s, 3), "sound": cue.sound} for cue in made.plan.cues[:100]]
    return _told(paths, made.facts, made.audio.duration_s) | {"cues": cues, "sync": made.facts["sync"]["said"]}


def _finish(house: House, body: bodies.Finish, tell: Progress) -> dict[str, Any]:
    from soundwright import finishing
    from soundwright.deliver import encode
    from soundwright.finish import presets

    presets.preset(body.preset)
    source = house.folders.file(body.file)
    place = house.folders.place(body.name or f"{source.stem} {body.preset}", body.format)
    encode.check_ending(place)
    paths, facts = finishing.finish(source, place, preset=body.preset, loudness_lufs=body.loudness_lufs,
                                    ceiling_dbtp=body.ceiling_dbtp, picture=body.picture, tell=tell)  # fmt: skip
    numbers = facts["measured"]
    told = {"files": [str(path) for path in paths], "preset": body.preset, **_levels(numbers),
            "steps": [step["block"] for step in numbers["steps"]], "warnings": []}  # fmt: skip
    if not numbers["promise_kept"]:
        told["warnings"] = ["the loudness was not reached, so that the transients stay"]
    return told


def _meter(house: House, body: bodies.Meter, tell: Progress) -> dict[str, Any]:
    from soundwright import finishing

    source = house.folders.file(body.file)
    tell("measure")
    numbers = finishing.meter(source).numbers()
    if body.picture:
        from soundwright.deliver import picture, sketch

        numbers["drawn"] = picture.draw(sketch.of_file(source), source.name)
    return {"file": str(source)} | {
        key: round(value, 3) if isinstance(value, float) else value for key, value in numbers.items()
    } | {"clicks_s": [round(at, 3) for at in numbers["clicks_s"][:50]]}  # fmt: skip


def _search(house: House, body: bodies.Search, tell: Progress) -> dict[str, Any]:
    from soundwright.library import search
    from soundwright.library.store import Store

    facets = search.Facets(body.category, body.min_s, body.max_s, body.loop, commercial=body.commercial)
    found = search.Library(Store()).search(body.words, facets=facets, count=body.count)
    kept = ("path", "duration_s", "shape", "loudness_lufs", "category", "licence", "author", "commercial")
    rows = [{key: value for key, value in asdict(one.entry).items() if key in kept and value not in (None, "")}
            | {"why": one.why} for one in found]  # fmt: skip
    return {"found": rows}


def _engines(house: House, body: bodies.Nothing, tell: Progress) -> dict[str, Any]:
    from soundwright import engines

    names = work.open_engines(house.engines)
    cards = [engines.card(address) for name in names for address in engines.addresses(name)]
    rows = [
        {
            "engine": card.name,
            "makes": list(card.verbs),
            "longest_s": card.longest_s,
            "weights": card.weights or "none needed",
            "licence": card.licence.name,
            "may_be_sold": card.licence.commercial,
            "about": card.about,
        }
        for card in cards
    ]
    return {"engines": rows}


def _told(paths: list[Path], facts: dict[str, Any], duration_s: float) -> dict[str, Any]:
    """What a model is told of a file: where all that belongs to it stands, what it is, and what to watch for."""
    from soundwright import engines

    name = facts["engine"]["name"]
    licence = facts["engine"].get("licence", "")
    sold = engines.card(name).licence.commercial if name != "auto" else None
    return {
        "files": [str(path) for path in paths],
        "duration_s": round(duration_s, 6),
        **_levels(facts["measured"]),
        "seed": facts["request"]["seed"],
        **({"engine": name, "licence": licence, "may_be_sold": sold} if licence else {}),
        "warnings": _warnings(facts),
    }


def _levels(numbers: dict[str, Any]) -> dict[str, float]:
    return {key: round(numbers[key], 2) for key in TOLD if isinstance(numbers.get(key), float)}


def _warnings(facts: dict[str, Any]) -> list[str]:
    """What did not go as asked: notes of the engine and the film, and words of the prompt that moved nothing."""
    used = facts.get("used", {})
    notes = [*used.get("notes", ()), *([used["note"]] if "note" in used else ())]
    notes += facts.get("film", {}).get("notes", ())
    plan = yaml.safe_load(facts["plan"]) if facts.get("plan") else None
    ignored = plan.get("ignored", []) if isinstance(plan, dict) else []
    return [*notes, *([f"not understood and left out: {', '.join(map(str, ignored))}"] if ignored else [])]


def dumps(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, default=str)
