"""The marks that a delivery was asked for: checked before any work, put in where their order wants them.

First the watermark, into the sound; then true peak and encoding; the signature last, since it seals all that is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from soundwright.audio import Audio
from soundwright.deliver import files, tags
from soundwright.errors import BadRequest


@dataclass(frozen=True)
class Marks:
    """Kinds of watermark to put in, and who signs ("" for nobody)."""

    kinds: tuple[str, ...] = ()
    signer: str = ""

    @classmethod
    def of(cls, path: Path, watermark: bool | str, sign: bool, made_here: bool = True) -> Marks:
        """What is asked for, where it can be had: raises `BadRequest` or `CannotRun` where not."""
        kinds: tuple[str, ...] = ()
        if watermark:
            from soundwright.deliver import watermark as marker

            kinds = marker.kinds(watermark)
        if not sign:
            return cls(kinds)
        if not made_here:
            raise BadRequest(
                "only what an engine made here can be signed as its creation, not a file that was mastered"
            )
        from soundwright.deliver import credentials

        self_made = credentials.check(path).self_made
        return cls(kinds, "self-made certificate" if self_made else "certificate of SOUNDWRIGHT_CERT")

    def into(self, audio: Audio, ceiling_dbtp: float, loop: bool) -> Audio:
        """The audio with the watermarks, or itself."""
        if not self.kinds:
            return audio
        from soundwright.deliver import watermark as marker

        return marker.apply(audio, self.kinds, ceiling_dbtp=ceiling_dbtp, loop=loop)

    def sign(self, aside: Path, place: Path, words: tags.Tags, stage: files.Stage) -> None:
        """Sign the file at `aside`, which will stand at `place`, if that was asked for."""
        if self.signer:
            from soundwright.deliver import credentials

            name, _, version = words.software.partition(" ")
            agent = {"name": name, "version": version}
            target = stage.scratch(place.with_name(f"signed.{place.name}"))
            credentials.sign(aside, title=words.title, agent=agent, source_type=words.source_type, aside=target)
