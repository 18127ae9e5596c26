"""A finished piece and the one function that writes it: whatever door it leaves by, it leaves marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.deliver import encode, files, manifest


@dataclass(frozen=True)
class Piece:
    """Finished audio with everything that belongs to it.

    `stems` carry the master's gain and sum to the mix before its limiter; `plan` is YAML; `extras` are by-products
    of the engine by ending ("mid", "lrc"); `facts` become the manifest.
    """

    audio: Audio
    plan: str
    stems: dict[str, Audio] = field(default_factory=dict)
    extras: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def manifest(self) -> dict[str, Any]:
        return manifest.build(**self.facts, samples_sha256=manifest.fingerprint(self.audio))

    def save(
        self,
        path: str | Path,
        *,
        bits: int = 24,
        stems: bool = False,
        midi: bool = False,
        plan: bool = False,
        picture: bool = False,
    ) -> list[Path]:
        """Write the sound file and its manifest, and what else is asked for; returns the paths written.

        Beside `song.wav` stand `song.wav.json`, `song.stems/NAME.wav`, `song.mid`, `song.lrc` (when there are
        lyrics), `song.plan.yaml` and `song.png`. All of them appear, or none. Raises `BadRequest` for an ending that
        cannot be written or a folder that may not be, `CannotRun` when the disk is full.
        """
        path = Path(path)
        encode.check_ending(path)
        marks = {
            "title": str(self.facts.get("title", path.stem)),
            "software": f"Soundwright {manifest.VERSION}",
            "comment": self._mark(),
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        }
        with files.staged(path.parent) as stage:
            encode.encode(self.audio, stage.path(path), ending=path.suffix, bits=bits, tags=marks)
            for name, audio in self.stems.items() if stems else ():
                place = path.parent / f"{path.stem}.stems" / f"{files.slug(name)}.wav"
                encode.encode(audio, stage.path(place), bits=bits, tags={**marks, "title": name})
            for ending, content in self.extras.items():
                if midi or ending != "mid":
                    stage.path(path.with_suffix(f".{ending}")).write_bytes(content)
            if plan:
                stage.path(path.with_suffix(".plan.yaml")).write_text(self.plan, encoding="utf-8")
            if picture:
                from soundwright.deliver import picture as pictures

                stage.path(path.with_suffix(".png")).write_bytes(pictures.draw(self.audio, marks["title"]))
            beside = path.with_name(f"{path.name}.json")
            stage.path(beside).write_text(manifest.dumps({**self.manifest, "marks": marks}), encoding="utf-8")
            return [place for _, place in stage.pairs]

    def _mark(self) -> str:
        engine, seed = self.facts.get("engine", {}).get("name", "?"), self.facts.get("request", {}).get("seed", 0)
        return f"Made by a computer with Soundwright: engine {engine}, seed {seed}. See the manifest beside this file."
