"""A finished piece and the one function that writes it: whatever door it leaves by, it leaves marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.deliver import encode, files, manifest, markers, origin, tags, wav
from soundwright.deliver import stems as parts
from soundwright.deliver.marks import Marks
from soundwright.dsp import loudness, peak
from soundwright.dsp.units import decibels
from soundwright.errors import BadRequest


@dataclass(frozen=True)
class Piece:
    """Finished audio with everything that belongs to it.

    `stems` carry the master's gain and sum to the mix before its limiter; `plan` is YAML; `extras` are by-products
    of the engine by ending ("mid", "lrc"); `facts` become the manifest; `markers` are named places for editors (None:
    those of the plan).
    """

    audio: Audio
    plan: str
    stems: dict[str, Audio] = field(default_factory=dict)
    extras: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    markers: Sequence[wav.Marker] | None = None

    @property
    def manifest(self) -> dict[str, Any]:
        return manifest.build(**self.facts, samples_sha256=manifest.fingerprint(self.audio))

    @property
    def loop(self) -> bool:
        """Whether its end meets its beginning."""
        return bool(self.facts.get("request", {}).get("loop")) or markers.loops(self.plan)

    @property
    def source_type(self) -> str:
        """IPTC's term for how it came about; "" for what came from elsewhere and was only mixed or finished here."""
        return origin.source_type(self.facts)

    def save(
        self,
        path: str | Path,
        *,
        bits: int = 24,
        kbps: int | None = None,
        stems: parts.How = False,
        midi: bool = False,
        plan: bool = False,
        picture: bool = False,
        peaks: bool = False,
        start_s: float = 0.0,
        sign: bool = False,
        watermark: bool | str = False,
    ) -> list[Path]:
        """Write the sound file and its manifest, and what else is asked for; returns the paths written.

        Beside `song.wav` stand `song.wav.json`, `song.stems/NAME.wav` with their project (see `assemble.project`;
        `stems="zip"`: `song.stems.zip`), `song.mid`,
        `song.lrc` (when there are lyrics), `song.plan.yaml`, `song.png` and `song.peaks.json`. All of them appear, or
        none. `start_s` is where the piece stands on a timeline (bext TimeReference), `kbps` a constant rate of an MP3.

        Words in the file and the manifest always say that a computer made it. `watermark` puts marks into the sound
        (True: all kinds, or the name of one), the mix and each stem; `sign` adds Content Credentials to them, last.
        Raises `BadRequest` for a format that cannot be written or signed or a folder that may not be, `CannotRun`
        when the disk is full or a package is missing.
        """
        path = Path(path)
        encode.check_ending(path)
        encode.check(path, self.audio.rate, self.audio.channels, bits, kbps)
        now = origin.now()
        words = self._tags(path.stem, now)
        marks = Marks.of(path, watermark, sign, bool(self.source_type))
        with files.staged(path.parent) as stage:
            aside = stage.path(path)
            audio = marks.into(self.audio, self._ceiling, self.loop)
            about = self._about(words, start_s, now, None if audio is self.audio else _measured(audio))
            delivered = encode.encode(audio, aside, about, bits=bits, ceiling_dbtp=self._ceiling, kbps=kbps)
            marks.sign(aside, path, words, stage)
            said = {**delivered.numbers(), **manifest.of_file(aside, delivered.decoded or encode.read(aside))}
            part = partial(self._write_part, about=about, bits=bits, marks=marks, stage=stage)
            preset = str(self.facts.get("measured", {}).get("preset", ""))
            project = parts.project(self.stems, path, said["sha256"], words.title, preset, loop=self.loop)
            parts.write(self.stems, path, stems, stage, part, project)
            self._write_documents(path, stage, midi=midi, plan=plan, picture=picture, peaks=peaks)
            said |= {"watermarks": list(marks.kinds), "signed_by": marks.signer}
            facts = {**self.manifest, "marks": asdict(words), "delivered": {"file": path.name, **said}}
            stage.path(path.with_name(f"{path.name}.json")).write_text(manifest.dumps(facts), encoding="utf-8")
            return [place for _, place in stage.pairs]

    def _write_part(
        self, name: str, audio: Audio, path: Path, *, about: wav.About, bits: int, marks: Marks, stage: files.Stage
    ) -> None:
        """One stem as WAV: the piece's words under its own name, at the piece's place in time, marked as the mix is.

        Nothing limits a stem, so one that goes over full scale is written as floats.
        """
        marked = marks.into(audio, self._ceiling, self.loop)
        own = replace(about, tags=replace(about.tags, title=name), measured={})
        encode.encode(marked, path, own, bits=bits if marked.peak <= 1 else 32)
        marks.sign(path, path, own.tags, stage)

    def _write_documents(
        self, path: Path, stage: files.Stage, *, midi: bool, plan: bool, picture: bool, peaks: bool
    ) -> None:
        for ending, content in self.extras.items():
            if midi or ending != "mid":
                stage.path(path.with_suffix(f".{ending}")).write_bytes(content)
        if plan:
            stage.path(path.with_suffix(".plan.yaml")).write_text(self.plan, encoding="utf-8")
        if picture:
            from soundwright.deliver import picture as pictures

            facts = {"title": path.stem, "plan": self.plan, **self.facts}
            stage.path(path.with_suffix(".png")).write_bytes(pictures.of_piece(self.audio, facts))
        if peaks:
            from soundwright.deliver import peaks as outline

            stage.path(path.with_suffix(".peaks.json")).write_text(outline.dumps(self.audio), encoding="utf-8")

    @property
    def _ceiling(self) -> float:
        return float(self.facts.get("measured", {}).get("ceiling_dbtp", encode.CEILING_DBTP))

    def _tags(self, title: str, now: datetime) -> tags.Tags:
        return origin.words(self.facts, title, now)

    def _about(self, words: tags.Tags, start_s: float, now: datetime, measured: dict[str, float] | None) -> wav.About:
        places = markers.of_plan(self.plan) if self.markers is None else self.markers
        return wav.About(
            tags=words,
            measured=measured or self.facts.get("measured") or _measured(self.audio),
            start_s=start_s,
            markers=places,
            loop=self.loop,
            reference=manifest.fingerprint(self.audio)[:32],
            time=now.strftime("%H:%M:%S"),
        )


def _measured(audio: Audio) -> dict[str, float]:
    """Loudness for the file's chunks, of a piece without measures; none for layouts that it is not defined for."""
    try:
        heard = asdict(loudness.measure(audio.samples, audio.rate))
    except BadRequest:
        return {}
    return heard | {"true_peak_dbtp": float(decibels(peak.true_peak(audio.samples, audio.rate)))}
