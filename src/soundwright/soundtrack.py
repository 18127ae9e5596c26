"""The way of a film: seen, planned, rendered, mixed, mastered, and put back beside its untouched pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from soundwright import studio
from soundwright.audio import Audio
from soundwright.direct.recorded import Find
from soundwright.direct.recorded import find as recording
from soundwright.errors import BadRequest
from soundwright.plan import cues as documents
from soundwright.plan.cues import CuePlan
from soundwright.progress import Progress
from soundwright.request import CuesRequest, MusicRequest, SoundtrackRequest

if TYPE_CHECKING:
    from soundwright.direct.cues import Tracks
    from soundwright.video.clock import Film
    from soundwright.video.events import Seen
    from soundwright.video.sync import Sync

RATE = 48_000
MUSIC_DB, AMBIENCE_DB = -9.0, 0.0  # under the effects
DUCK_DB = {"music": -10.0, "ambience": -5.0, "effects": -3.0}  # while somebody speaks
LOOK_S, RELEASE_S = 0.15, 0.6
OWN = "film"  # the dialogue that is the film's own sound


@dataclass(frozen=True)
class Sounded:
    """A film's finished sound, `round(duration * 48000)` frames, its stems, its plan and the facts of its manifest."""

    film: Film
    audio: Audio
    stems: dict[str, Audio]
    plan: CuePlan
    facts: dict[str, Any]

    def save(self, out: str | Path, tell: Progress | None = None, *, keep_audio: bool = False, stems: bool = False,
             timelines: tuple[str, ...] = (), sound: str = "", picture: bool = False) -> list[Path]:  # fmt: skip
        """Write the film with its sound, its manifest and its plan; stems, timelines (".otio", ".edl", ".rpp", ".csv"),
        the mix alone (`sound` is its ending) and a picture of it when asked for. All appear, or none. Raises
        `BadRequest`, `CannotRun`.
        """
        from soundwright.deliver import files, manifest
        from soundwright.deliver import stems as parts
        from soundwright.video import mux

        out, tell = Path(out), tell or Progress()
        with files.staged(out.parent) as stage:
            words = {"comment": f"Sound made by a computer with Soundwright {manifest.VERSION}."}
            track = mux.Sound(self.audio, "Soundwright")
            mux.mux(self.film, stage.path(out), [track], tell, keep_audio=keep_audio, words=words)
            said = manifest.build(**self.facts, samples_sha256=manifest.fingerprint(self.audio))
            stage.path(out.with_name(f"{out.name}.json")).write_text(manifest.dumps(said), encoding="utf-8")
            stage.path(out.with_suffix(".plan.yaml")).write_text(documents.write(self.plan), encoding="utf-8")
            if stems or timelines:
                sha256 = manifest.of_file(stage.pairs[0][0], None)["sha256"]
                project = parts.project(self.stems, out, sha256, out.stem, self.facts["measured"]["preset"])
                parts.write(self.stems, out, True, stage, _stem, project)
            if picture:
                from soundwright.deliver import picture as pictures

                stage.path(out.with_suffix(".png")).write_bytes(pictures.of_piece(self.audio, self.facts))
            if sound:
                _stem(out.stem, self.audio, stage.path(out.with_suffix(sound)))
            for ending in timelines:
                _timeline(self, out, stage.path(out.with_suffix(ending)))
            return [place for _, place in stage.pairs]


def _stem(name: str, audio: Audio, path: Path) -> None:
    from soundwright.deliver import encode, manifest, origin, tags, wav

    words = tags.Tags(
        title=name,
        artist="Soundwright",
        comment=f"Made by a computer with Soundwright {manifest.VERSION}.",
        software=f"Soundwright {manifest.VERSION}",
        date=origin.now().strftime("%Y-%m-%d"),
    )
    encode.encode(audio, path, wav.About(words), bits=24 if audio.peak <= 1 else 32)


def _timeline(made: Sounded, out: Path, path: Path) -> None:
    """The stems as clips from the first picture on; that of the effects in pieces, one named after each cue."""
    from soundwright.deliver import stems as parts
    from soundwright.deliver.timeline import RATES, Clip, Timeline, write

    folder = f"{out.stem}.stems"
    clips = []
    for name, file in parts.names(made.stems).items():
        pieces = _pieces(made) if name == "effects" else []
        clips += [
            Clip(label, f"{folder}/{file}", start_s, end_s - start_s, track=name, source_s=start_s)
            for label, start_s, end_s in pieces or [(name, 0.0, made.audio.duration_s)]
        ]
    nearest = min(RATES, key=lambda name: abs(float(RATES[name].exact) - float(made.film.rate)))
    write(Timeline(out.stem, tuple(clips), rate=nearest), path)


def _pieces(made: Sounded) -> list[tuple[str, float, float]]:
    """Label, start and end of each cue in the effects: until it is over or the next begins, so that none is doubled.

    What rings on under a later cue is heard in that one's piece; played together they are the whole stem.
    """
    labels = {cue.number: f"{cue.number} {cue.sound}" for cue in made.plan.cues if cue.layer == "spot"}
    spans = sorted(
        (max(row["start_frame"], 0), row["start_frame"] + row["frames"], labels[row["number"]])
        for row in made.facts["used"].get("cues", [])
        if row["number"] in labels
    )
    pieces, rings = [], 0
    for at, (start, end, label) in enumerate(spans):
        rings = min(max(rings, end), made.audio.frames)
        stop = min(rings, spans[at + 1][0]) if at + 1 < len(spans) else rings
        if stop > start:
            pieces.append((label, start / RATE, stop / RATE))
    return pieces


def plan_film(request: SoundtrackRequest, tell: Progress | None = None) -> tuple[CuePlan, Seen | None]:
    """The cue plan of a request, read from its document or written from what the film shows.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    if request.plan is not None:
        return documents.read(request.plan), None
    fields = set(CuesRequest.model_fields)
    return look(CuesRequest(**request.model_dump(include=fields)), tell or Progress())


def look(request: CuesRequest, tell: Progress) -> tuple[CuePlan, Seen]:
    """A cue plan written from what a film shows, with the locked cues of the plan that came; and what was seen.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    kept = documents.read(request.plan) if request.plan is not None else None
    seen = see(Path(request.video).expanduser(), tell)
    if kept is not None:
        kept = _fitting(kept, seen.film)
    if request.author:
        from soundwright.direct import watch

        return watch.write_cues(
            seen, request.prompt, request.author, request.author_model, tell, seed=request.seed, device=request.device,
            kept=kept,
        ), seen  # fmt: skip
    return documents.write_cues(seen, request.prompt, seed=request.seed, kept=kept), seen


def see(path: Path, tell: Progress) -> Seen:
    """What a film shows. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    from soundwright.video import events
    from soundwright.video.clock import film

    tell("see")
    found = film(path)
    length = max(float(found.duration_s), 1e-3)
    return events.see(found, lambda time_s: tell("see", min(max(time_s / length, 0.0), 1.0), time_s))


def soundtrack(request: SoundtrackRequest, tell: Progress | None = None, find: Find = recording) -> Sounded:
    """A film's sound: planned from what is seen, rendered, mixed and finished; `find` tells where the recordings of
    cues lie. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    from soundwright.dsp import onsets
    from soundwright.finish import finish
    from soundwright.video import sync
    from soundwright.video.clock import film as film_of

    tell = tell or Progress()
    plan, seen = plan_film(request, tell)
    film = seen.film if seen else film_of(Path(request.video).expanduser())
    frames = film.frames_at(RATE)
    plan = _fitting(plan, film)
    if request.cue is not None:
        plan = _again(plan, request.cue, request.seed)
    tracks = _tracks(request, plan, film, seen, tell, find)
    parts = {"effects": tracks.effects.fitted(frames), "ambience": tracks.ambience.fitted(frames)}
    facts: dict[str, Any] = {"used": tracks.used}
    if request.music:
        parts["music"], facts["music_plan"] = _music(request, film, seen, tell)
    if request.dialogue:
        parts["dialogue"] = _speech(request.dialogue, film)
    parts = {name: part for name, part in parts.items() if part.peak > 0 or name == "effects"}
    tell("mix")
    stems = _mixed(parts)
    mix = Audio(np.sum([stem.samples for stem in stems.values()], axis=0), RATE)
    preset = request.preset or ("streaming" if request.music or request.dialogue else None)
    audio, report = finish(mix, "effect", preset=preset, gain_db=request.gain_db)
    measured: Sync = sync.measure(documents.as_events(plan), onsets.onsets(parts["effects"]))
    facts = {
        "task": "soundtrack",
        "title": film.path.stem,
        "request": request.model_dump(mode="json", exclude={"plan"}),
        "plan": documents.write(plan),
        "engine": {"name": request.engine},
        "film": {"pictures": film.pictures, "rate": str(film.rate), "duration_s": float(film.duration_s),
                 "notes": list(film.notes)},
        **facts,
        "measured": report.numbers() | {"gain_db": report.gain_db},  # to the last digit, as it can be asked for again
        "sync": {"lag_ms": None if measured.lag_s is None else round(1000 * measured.lag_s, 2),
                 "spread_ms": round(1000 * measured.spread_s, 2), "pairs": len(measured.pairs), "said": measured.said},
        "stage_times_s": {stage: round(seconds, 3) for stage, seconds in tell.done().items()},
    }  # fmt: skip
    stems = {name: replace(stem, samples=stem.samples * np.float32(10 ** (report.gain_db / 20))) for name, stem in
             stems.items()}  # fmt: skip
    return Sounded(film, audio, stems, plan, facts)


def _tracks(
    request: SoundtrackRequest, plan: CuePlan, film: Film, seen: Seen | None, tell: Progress, find: Find
) -> Tracks:
    """The sound of the plan: cue by cue, or of the whole film where the engine is one that watches it."""
    from soundwright import direct
    from soundwright.direct import cues, whole

    watches = direct.can(request.engine, "soundtrack")
    player = direct.cast(request.engine, "soundtrack" if watches else "effect", 0.0, commercial=request.commercial)
    options = studio.options_of(player, request)
    if not watches:
        if request.takes > 1:
            raise BadRequest(f"there are takes to choose from where an engine watches; {player.card.name} plays cues")
        return cues.render(plan, tell, engine=request.engine, options=options, find=find)
    if any(cue.recording for cue in plan.cues):
        raise BadRequest(f"{player.card.name} makes a film's whole sound at once: it plays no recordings")
    if request.cue is not None:
        raise BadRequest(f"{player.card.name} makes a film's whole sound at once: it has no single cue to make again")
    cuts = [shot.start_s for shot in seen.shots[1:]] if seen else [scene.start_s for scene in plan.scenes[1:]]
    return whole.render(player, plan, film.path, cuts, tell, seed=request.seed, takes=request.takes, options=options)


def _fitting(plan: CuePlan, film: Film) -> CuePlan:
    """The plan of this film. Raises `BadRequest` when it is another's, by more than a tenth of a second."""
    length = float(film.duration_s)
    if abs(plan.duration_s - length) > 0.1:
        raise BadRequest(
            f"the plan lasts {plan.duration_s:g} s and {film.path.name} {length:g} s: it is another film's"
        )
    cues = [cue for cue in plan.cues if cue.at_s < length]
    scenes = [scene for scene in plan.scenes if scene.start_s < length]
    return plan.model_copy(update={"duration_s": length, "cues": cues, "scenes": scenes})


def _again(plan: CuePlan, number: int, seed: int) -> CuePlan:
    if number not in [cue.number for cue in plan.cues]:
        raise BadRequest(f"there is no cue {number} in the plan; it has {len(plan.cues)}")
    cues = [cue.model_copy(update={"seed": seed}) if cue.number == number else cue for cue in plan.cues]
    return plan.model_copy(update={"cues": cues})


def _speech(named: str, film: Film) -> Audio:
    """What is spoken, in the film's length: a file's sound, or the film's own ("film")."""
    from soundwright.deliver import encode
    from soundwright.video import soundtrack as sounds

    if named != OWN:
        heard = encode.read(Path(named).expanduser())
    elif film.tracks:
        heard = sounds.sound(film)
    else:
        raise BadRequest(f"{film.path.name} has no sound of its own to keep as dialogue")
    return heard.stereo().at(RATE).fitted(film.frames_at(RATE))


def _music(request: SoundtrackRequest, film: Film, seen: Seen | None, tell: Progress) -> tuple[Audio, str]:
    """A song of the film's length that follows it; where a plan came instead of a look, it keeps its own form."""
    from soundwright.plan.film import follow

    wanted = MusicRequest(prompt=request.music, seed=request.seed, duration_s=float(film.duration_s))
    plan = studio.plan_music(wanted)
    if seen:
        plan = follow(plan, [shot.start_s for shot in seen.shots[1:]], seen.times_s, seen.motion)
    text = studio.plan_text(plan)
    piece = studio.music(wanted.model_copy(update={"plan": text}), tell, stems=False)
    return piece.audio.stereo().at(RATE).fitted(film.frames_at(RATE)), text


def _mixed(parts: dict[str, Audio]) -> dict[str, Audio]:
    """The parts at their levels, the others lowered while somebody speaks."""
    levels = {"music": MUSIC_DB, "ambience": AMBIENCE_DB}
    gains = {name: np.float32(10 ** (levels.get(name, 0.0) / 20)) for name in parts}
    if "dialogue" not in parts:
        return {name: replace(part, samples=part.samples * gains[name]) for name, part in parts.items()}
    spoken = _spoken(parts["dialogue"])
    return {
        name: replace(part, samples=part.samples * gains[name] * 10 ** (DUCK_DB.get(name, 0.0) / 20 * spoken))
        for name, part in parts.items()
    }


def _spoken(dialogue: Audio) -> np.ndarray:
    """Where somebody speaks, 0 to 1 for each frame: risen `LOOK_S` before, falling in `RELEASE_S` after."""
    from soundwright.dsp.onsets import levels

    level = levels(dialogue)
    loud = (level > max(level.max() - 30.0, -60.0)).astype(np.float32)
    ahead, behind = round(LOOK_S * 1000), round(RELEASE_S * 1000)
    held = np.convolve(loud, np.ones(ahead + behind), "full")[ahead : ahead + len(loud)] > 0
    ramp = np.hanning(2 * ahead + 1)
    smooth = np.convolve(held, ramp / ramp.sum(), "same")
    return np.interp(np.arange(dialogue.frames) / RATE * 1000, np.arange(len(smooth)), smooth).astype(np.float32)
