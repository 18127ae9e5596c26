"""Stem projects: a folder of stems and one YAML document that says how they are mixed and mastered.

    title: Slow waltz
    rate: 48000
    duration_s: 30.0
    loop: false
    mix: {file: ../waltz.wav, sha256: 9f2c...}          # what the stems were made with: lags are measured against it
    master: {preset: plain-music}
    stems:
      - {file: cello.wav, gain_db: 0.0, pan: 0.0, mute: false, solo: false, delay_ms: 0.0, chain: []}

A chain is a list of finishing's blocks, as `- compressor: {threshold_db: -18.0, ratio: 2.0}`; the master's own is what
the sum goes through before its preset. `read(write(project)) == project` for every project.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundwright.audio import MAX_RATE, MIN_RATE
from soundwright.errors import BadRequest
from soundwright.finish.chain import Chain
from soundwright.finish.presets import preset
from soundwright.plan.document import flow, line, named, parse, slip, source

NAME = "project.yaml"
KEPT = "project.before.yaml"  # where an edited project goes that new stems take the place of
UNMASTERED = "none"
ENDINGS = (".wav", ".flac", ".aiff", ".aif", ".ogg", ".opus", ".mp3")
MIXES = ("mix", "mixture", "master")  # names by which a folder's own mix is known
HEAD = """\
# A stem project. Edit it, then: soundwright bounce FOLDER
# gain_db, pan (-1 left to 1 right), delay_ms (below 0: earlier); a chain is a list of blocks, such as
# [{high-pass: {hz: 90}}, {compressor: {threshold_db: -18, ratio: 2}}]
"""
Level = Annotated[float, Field(ge=-120, le=24, allow_inf_nan=False)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stem(_Document):
    """One stem: its file beside the project, and how it goes into the mix."""

    file: Annotated[str, Field(min_length=1)]
    gain_db: Level = 0.0
    pan: Annotated[float, Field(ge=-1, le=1)] = 0.0
    mute: bool = False
    solo: bool = False
    delay_ms: Annotated[float, Field(ge=-60_000, le=60_000, allow_inf_nan=False)] = 0.0
    chain: list[Any] = Field(default_factory=list)

    @property
    def name(self) -> str:
        return Path(self.file).stem


class Mix(_Document):
    """The mix that the stems belong to, and its SHA-256 ("": any)."""

    file: str
    sha256: str = ""


class Master(_Document):
    """What the sum goes through: a chain, then a preset of finishing, or "none" to leave it as it is."""

    preset: str = UNMASTERED
    loudness_lufs: Annotated[float, Field(ge=-60, le=0)] | None = None
    ceiling_dbtp: Annotated[float, Field(ge=-20, le=0)] | None = None
    chain: list[Any] = Field(default_factory=list)


class Project(_Document):
    """A whole project; it lasts `round(duration_s * rate)` frames, whatever its stems last."""

    title: str = ""
    rate: Annotated[int, Field(ge=MIN_RATE, le=MAX_RATE)] = 48_000
    duration_s: Annotated[float, Field(gt=0, le=86_400)]
    loop: bool = False
    mix: Mix | None = None
    master: Master = Master()
    stems: Annotated[list[Stem], Field(min_length=1)]

    @property
    def frames(self) -> int:
        return round(self.duration_s * self.rate)

    @property
    def playing(self) -> list[Stem]:
        """The stems that are heard: those with `solo` where there are any, without the muted ones."""
        chosen = [stem for stem in self.stems if stem.solo] or self.stems
        return [stem for stem in chosen if not stem.mute]

    @property
    def edited(self) -> bool:
        """Whether anything in it is a person's: more than the files and what the mix was mastered by."""
        plain = [Stem(file=stem.file) for stem in self.stems]
        return self.stems != plain or self.master != Master(preset=self.master.preset)


def write(project: Project) -> str:
    """The project as YAML, one stem to a line with all that can be set."""
    data = project.model_dump()
    master = {name: value for name, value in data["master"].items() if value is not None}
    lines = [f"{name}: {flow(data[name])}" for name in ("title", "rate", "duration_s", "loop")]
    lines += [f"mix: {flow(data['mix'])}"] if project.mix else []
    lines += [f"master: {flow(master)}", "stems:", *(f"  - {flow(stem)}" for stem in data["stems"])]
    return HEAD + "\n".join(lines) + "\n"


def read(path_or_text: str | Path) -> Project:
    """The project in a file, or in a text of several lines. Raises `BadRequest` naming file, line and field."""
    where, text = source(path_or_text)
    data, lines = parse(text, where)
    kinds = {"stems": Stem, "mix": Mix, "master": Master}
    try:
        project = Project.model_validate(data)
    except ValidationError as error:
        raise slip(error, lines, where, lambda path: Project if len(path) == 1 else kinds[str(path[0])]) from None
    chains = [(("stems", at, "chain"), stem.chain) for at, stem in enumerate(project.stems)]
    for place, entries in ((("master", "chain"), project.master.chain), *chains):
        try:
            Chain.of(entries).start(project.rate, 2)
        except (ValueError, TypeError) as error:  # a number where there should be a word, and the other way round
            raise BadRequest(f"{where} line {line(place, lines)}: {named(place)}: {error}") from None
    if project.master.preset != UNMASTERED:
        try:
            preset(project.master.preset)
        except BadRequest as error:
            at = line(("master", "preset"), lines)
            raise BadRequest(f"{where} line {at}: master.preset: {error}, and {UNMASTERED}") from None
    return project


def delayed(text: str, delays_ms: dict[int, float]) -> str:
    """A project's text with other delays of the stems at these places; every other letter of it stays."""
    import yaml

    root = yaml.compose(text, yaml.SafeLoader)
    stems = next(value for key, value in root.value if key.value == "stems")
    changes = []
    for place, delay_ms in delays_ms.items():
        stem = stems.value[place]
        fields = {key.value: (key, value) for key, value in stem.value}
        if "delay_ms" in fields:
            value = fields["delay_ms"][1]
            changes.append((value.start_mark.index, value.end_mark.index, f"{delay_ms:g}"))
            continue
        key, value = fields["file"]
        between = ", " if stem.flow_style else "\n" + " " * key.start_mark.column
        changes.append((value.end_mark.index, value.end_mark.index, f"{between}delay_ms: {delay_ms:g}"))
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def gathered(folder: Path, mix: Path | None = None) -> Project:
    """A project of the sound files in a folder as they stand.

    The mix is the one named, a file called mix, mixture or master in the folder, or `song.wav` beside `song.stems`.
    The rate is the mix's, or what most stems have; it lasts as long as the mix, or as the longest stem. Raises
    `BadRequest` for a folder without stems, or with what is no sound.
    """
    sounds = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.name[0] != ".")
    if mix is None:
        inside = [path for path in sounds if path.stem.lower() in MIXES]
        beside = [folder.with_suffix(ending) for ending in ENDINGS] if folder.suffix == ".stems" else []
        mix = next((path for path in (*inside, *beside) if path.is_file()), None)
    stems = [path for path in sounds if mix is None or path.resolve() != mix.resolve()]
    if not stems:
        raise BadRequest(f"{folder} holds no stems: put sound files into it ({', '.join(ENDINGS)})")
    heads = {path: _head(path) for path in (stems if mix is None else (mix, *stems))}
    rates = Counter(heads[path][0] for path in stems)
    rate = max(rates, key=lambda each: (rates[each], each)) if mix is None else heads[mix][0]
    longest = max(frames / own for own, frames in heads.values()) if mix is None else heads[mix][1] / rate
    return Project(
        title=folder.name.removesuffix(".stems"),
        rate=rate,
        duration_s=max(round(longest * rate), 1) / rate,
        mix=None if mix is None else Mix(file=_from(folder, mix)),
        master=Master(preset="plain-music"),
        stems=[Stem(file=path.name) for path in stems],
    )


def _head(path: Path) -> tuple[int, int]:
    """Rate and frames of a sound file."""
    import soundfile

    try:
        about = soundfile.info(path)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise BadRequest(f"{path} is not a sound file that can be read ({error})") from error
    return about.samplerate, about.frames


def _from(folder: Path, path: Path) -> str:
    """A path as seen from the folder."""
    import os

    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
