"""What a sound file says of itself, and whether it is true: manifest, tags, broadcast fields, signature, watermark.

Each part of the answer has a state: "ok", "absent", "changed" (something but the sound is not as it was delivered),
"broken" (the sound is not, or a field is wrong), "untrusted" (whole, but signed by somebody unknown) or "unknown"
(cannot be told here, and why).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soundwright.audio import Audio
from soundwright.deliver import aac, credentials, encode, manifest, tags, watermark, wav, wav_chunks
from soundwright.dsp import loudness, peak
from soundwright.dsp.units import decibels
from soundwright.errors import BadRequest, CannotRun

NEAR_LU, NEAR_DB = 0.2, 0.2  # how far a loudness or peak field may be from what is measured
DISCLOSED = ("made by a computer", "algorithmicmedia", "compositesynthetic")


@dataclass(frozen=True)
class Finding:
    """One part of the answer: its state, a sentence, and the facts it rests on."""

    state: str
    says: str
    facts: dict[str, Any] = field(default_factory=dict)


def inspect(path: Path) -> dict[str, Finding]:
    """All findings about a sound file by part; one so damaged that it does not decode is still looked at.

    Raises `BadRequest` when it is missing, or neither decodes nor has the ending of a sound file.
    """
    try:
        audio = encode.read(path)
    except BadRequest:
        if not path.is_file() or path.suffix.lower() not in encode.FORMATS:
            raise
        audio = None
    return {name: look(path, audio) for name, look in LOOKS.items()}


def _manifest(path: Path, audio: Audio | None) -> Finding:
    beside = path.with_name(f"{path.name}.json")
    if not beside.is_file():
        return Finding("absent", f"no manifest {beside.name} beside the file")
    try:
        then = manifest.read(beside)
    except BadRequest as error:
        return Finding("broken", str(error))
    said = then.get("delivered", {})
    facts = {
        "engine": then.get("engine", {}).get("name"),
        "seed": then.get("request", {}).get("seed"),
        "soundwright": then["soundwright"],
        "watermarks": said.get("watermarks", []),
        "signed_by": said.get("signed_by", ""),
    }
    if "sha256" not in said:
        return Finding("unknown", "the manifest holds no hash of the file", facts)
    now = manifest.of_file(path, audio)
    if now["samples_sha256"] is None:
        return Finding("broken", "the file is damaged: its sound does not decode", facts)
    if now["sha256"] == said["sha256"]:
        return Finding("ok", "every byte is as it was delivered", facts)
    if now["samples_sha256"] == said["samples_sha256"]:
        return Finding("changed", "the samples are as they were delivered; tags or marks were changed since", facts)
    return Finding("broken", "the sound is not the one that was delivered: its samples differ", facts)


def _tags(path: Path, audio: Audio | None) -> Finding:
    try:
        found = read_tags(path)
    except (BadRequest, RuntimeError) as error:
        return Finding("broken", f"the tags cannot be read: {error}")
    if not found:
        return Finding("absent", "the file has no tags")
    if any(sign in text.lower() for text in found.values() for sign in DISCLOSED):
        return Finding("ok", "the tags say that a computer made it", found)
    return Finding("absent", "the tags do not say who or what made it", found)


def read_tags(path: Path) -> dict[str, str]:
    """The words in a file, by the names its container has for them."""
    ending = path.suffix.lower()
    if ending in (".m4a", ".mp4", ".mov"):
        return aac.read(path)[1]
    if ending == ".mp3":
        return tags.head(path)[1]
    if ending == ".wav":
        about = wav.read_about(path)
        return about.get("info", {}) | ({"ixml": about["ixml"]} if "ixml" in about else {})
    import soundfile

    with soundfile.SoundFile(path) as file:
        return {name: text for name, text in file.copy_metadata().items() if text}


def _broadcast(path: Path, audio: Audio | None) -> Finding:
    with path.open("rb") as file:
        if file.read(4) not in (b"RIFF", b"RF64"):
            return Finding("absent", "only WAV files have broadcast fields")
    try:
        about = wav.read_about(path)
    except BadRequest as error:
        return Finding("broken", str(error))
    if "bext" not in about:
        return Finding("absent", "the file has no bext chunk")
    said = about["bext"]
    facts = {**said, "cues": about.get("cues", []), "loops": about.get("loops", [])}
    if audio is None:
        return Finding("unknown", "the sound does not decode, so its fields cannot be compared", facts)
    wrong = _differences(said, audio)
    if wrong:
        return Finding("broken", f"{'; '.join(wrong)}", facts)
    known = [key for key in wav_chunks.LOUDNESS if said[key] is not None]
    return Finding("ok", "its loudness fields agree with the sound" if known else "its loudness is left open", facts)


def _differences(said: dict[str, Any], audio: Audio) -> list[str]:
    """Where the fields of bext and the sound do not agree."""
    measured: dict[str, float] = {}
    if audio.frames:
        measured["true_peak_dbtp"] = float(decibels(peak.true_peak(audio.samples, audio.rate)))
        with suppress(BadRequest):  # a layout that loudness is not defined for: the peak is all there is to compare
            measured |= vars(loudness.measure(audio.samples, audio.rate))
    return [
        f"{key} is given as {said[key]:.2f} and measured as {value:.2f}"
        for key, value in measured.items()
        if said.get(key) is not None and not abs(value - said[key]) <= (NEAR_DB if "peak" in key else NEAR_LU)
    ]


def _credentials(path: Path, audio: Audio | None) -> Finding:
    try:
        found = credentials.read(path)
    except CannotRun as error:
        return Finding("unknown", str(error))
    facts = {key: value for key, value in vars(found).items() if value not in ("", ())}
    signer = found.signer or "somebody who is not named"
    if found.state == "valid":
        how = "" if found.trusted else "; no authority known here vouches for that certificate"
        return Finding("ok" if found.trusted else "untrusted", f"whole as {signer} signed it{how}", facts)
    codes = ", ".join(found.failures)
    sentences = {
        "broken": f"the file was changed after {signer} signed it, or its signature is damaged: {codes}",
        "absent": "the file carries no Content Credentials",
        "unsupported": f"{path.suffix} files cannot carry Content Credentials",
    }
    return Finding("broken" if found.state == "broken" else "absent", sentences[found.state], facts)


def _watermark(path: Path, audio: Audio | None) -> Finding:
    if audio is None:
        return Finding("unknown", "the sound does not decode, so nothing can be heard in it")
    found = watermark.detect(audio)
    own = found["patchwork"]
    facts = dict(found)
    hint = ""
    if "perth" not in found:
        hint = " (perth's detector is not installed: pip install 'soundwright[mark]')"
    elif found["perth"]["marked"]:
        hint = "; perth's detector says marked, as it does of much music that is not"
    if own["marked"]:
        return Finding("ok", f"our watermark is in the sound, {own['z']} standard deviations over chance{hint}", facts)
    return Finding("absent", f"our watermark is not heard{hint}", facts)


LOOKS: dict[str, Callable[[Path, Audio | None], Finding]] = {
    "manifest": _manifest,
    "tags": _tags,
    "broadcast": _broadcast,
    "credentials": _credentials,
    "watermark": _watermark,
}


def dumps(findings: dict[str, Finding]) -> str:
    """The findings as one JSON object."""
    return json.dumps({name: vars(finding) for name, finding in findings.items()}, ensure_ascii=False, default=str)
