"""Content Credentials: a signed statement in the file of what made it (C2PA specification 2.1, by c2pa-python).

The signature holds a hash over the whole file but itself, so it is put in last, and whatever is changed afterwards,
sound or tag, breaks it. Ogg, Opus and AIFF have no place for it that any reader knows.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from soundwright.deliver import certificate
from soundwright.errors import BadRequest, CannotRun

MIMES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
}
UNTRUSTED = "signingCredential.untrusted"  # the file is whole, but the reader does not know who signed


@dataclass(frozen=True)
class Credentials:
    """What a file's credentials say. `state` is "valid", "broken", "absent" or "unsupported" (by the format).

    `failures` are C2PA's codes of what is wrong, without that of an unknown signer, which is `trusted`.
    """

    state: str
    trusted: bool = False
    signer: str = ""
    generator: str = ""
    source_type: str = ""
    failures: tuple[str, ...] = ()


def library() -> ModuleType:
    """c2pa-python. Raises `CannotRun` with the command that installs it."""
    try:
        import c2pa
    except ImportError:
        raise CannotRun("Content Credentials need c2pa-python: pip install 'soundwright[mark]'") from None
    return c2pa


def check(path: Path) -> certificate.Identity:
    """Who will sign `path`. Raises `BadRequest` for a format without credentials or a wrong certificate, `CannotRun`
    for a missing package; all of it before any work is done."""
    if path.suffix.lower() not in MIMES:
        raise BadRequest(f"{path.suffix} files cannot carry Content Credentials; {', '.join(MIMES)} can")
    library()
    return certificate.identity()


def sign(path: Path, *, title: str, agent: dict[str, str], source_type: str, aside: Path) -> None:
    """Sign the file at `path` in place, by way of `aside`.

    `agent` has name and version of what made the sound; `source_type` is IPTC's URI. Raises what `check` raises.
    """
    c2pa, who = library(), certificate.identity()
    made = {"action": "c2pa.created", "digitalSourceType": source_type, "softwareAgent": agent}
    statement = {
        "claim_generator_info": [agent],
        "title": title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}}],
    }
    info = c2pa.C2paSignerInfo(who.algorithm.lower().encode(), who.chain, who.key, None)
    try:
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(json.dumps(statement)) as builder,
            path.open("rb") as source,
            aside.open("w+b") as target,
        ):
            builder.sign(signer, MIMES[path.suffix.lower()], source, target)
    except c2pa.C2paError as error:
        raise CannotRun(f"signing {path.name} failed: {error}") from error
    os.replace(aside, path)


def read(path: Path) -> Credentials:
    """Verify the credentials of a file. Raises `CannotRun` when c2pa-python is missing."""
    mime = MIMES.get(path.suffix.lower())
    if mime is None:
        return Credentials("unsupported")
    c2pa = library()
    try:
        with path.open("rb") as file, c2pa.Reader(mime, file) as reader:
            state, store = reader.get_validation_state(), json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Credentials("absent")
    except c2pa.C2paError as error:
        return Credentials("broken", failures=(str(error),))
    manifest = store["manifests"][store["active_manifest"]]
    results = store.get("validation_results", {}).get("activeManifest", {})
    codes = [failure["code"] for failure in results.get("failure", ())]
    failures = tuple(code for code in codes if code != UNTRUSTED)
    signature = manifest.get("signature_info", {})
    generator = (manifest.get("claim_generator_info") or [{}])[0]
    return Credentials(
        "valid" if state in ("Valid", "Trusted") and not failures else "broken",
        state == "Trusted",
        str(signature.get("common_name") or signature.get("issuer") or ""),
        f"{generator.get('name', '')} {generator.get('version', '')}".strip(),
        _source_type(manifest),
        failures,
    )


def _source_type(manifest: dict[str, Any]) -> str:
    for assertion in manifest.get("assertions", ()):
        if assertion["label"].startswith("c2pa.actions"):
            for action in assertion["data"].get("actions", ()):
                if action.get("digitalSourceType"):
                    return str(action["digitalSourceType"])
    return ""
