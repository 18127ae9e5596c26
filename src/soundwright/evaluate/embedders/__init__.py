"""What turns sound into vectors, by name. A row is an address: nothing is imported or loaded when they are listed.

An embedder is a class with a `rate` and `embed(audio) -> [frames, dim]`; `audio` comes at that rate. Those of a joint
space with text have `embed_text(texts) -> [n, dim]`, taggers `logits(audio) -> [windows, classes]`.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from soundwright import weights
from soundwright.audio import Audio
from soundwright.errors import BadRequest, CannotRun
from soundwright.evaluate.embedders.licences import LICENCES, Licence
from soundwright.evaluate.result import versions
from soundwright.progress import Progress


class Embedder(Protocol):
    """One way to turn sound into vectors."""

    rate: int

    def embed(self, audio: Audio) -> np.ndarray:
        """`[frames, dim]` of a sound at `rate`."""
        ...


@runtime_checkable
class Tagger(Protocol):
    """An embedder that also says what it hears."""

    def logits(self, audio: Audio) -> np.ndarray:
        """`[windows, classes]` of a sound at its rate, before any softmax or sigmoid."""
        ...


@runtime_checkable
class Joint(Protocol):
    """An embedder whose space holds texts as well."""

    def embed_text(self, texts: list[str]) -> np.ndarray:
        """`[n, dim]`."""
        ...


@dataclass(frozen=True)
class Row:
    """An embedder's address `module:Class`, dimensions, rate, and where its weights live.

    `options` go to its class. `version` rises whenever its numbers change. `file` is the name of weights that lie at an
    address `url` instead of in a `repository`, `sha256` the beginning of their hash where their maker tells it.
    """

    address: str
    about: str
    dim: int
    rate: int
    repository: str = ""
    url: str = ""
    file: str = ""
    sha256: str = ""
    version: int = 1
    options: dict[str, Any] = field(default_factory=dict)
    gives: tuple[str, ...] = ()  # "tags", "text"


NETS = ("nets/vggish.py", "nets/cnn14.py", "nets/pocket_features.py", "nets/pocket_codec.py", "nets/pocket_codec.npz")
ALSO = ("audio.py", "dsp/spectra.py", *NETS)  # what embedders hear with
PICKLES = ("pytorch_model.bin",)  # read as tensors alone, where a repository holds no safetensors
_HERE = "soundwright.evaluate.embedders"
_CLAP, _SPEECH = f"{_HERE}.clap:Clap", f"{_HERE}.speech:Speech"
_ZENODO = "https://zenodo.org/record"
TABLE = {
    "logmel": Row(f"{_HERE}.logmel:LogMel", "log-mel and modulation statistics, no weights", 88, 32_000),
    "pocket": Row(f"{_HERE}.pocket:PocketEmbedder", "statistics of the pocket codec's latents", 256, 48_000),
    "clap-music-speech": Row(_CLAP, "LAION CLAP, music and speech", 512, 48_000,
                             "laion/larger_clap_music_and_speech", gives=("text",)),
    "clap-music": Row(_CLAP, "LAION CLAP, music", 512, 48_000, "laion/larger_clap_music", gives=("text",)),
    "clap-general": Row(_CLAP, "LAION CLAP, music, speech and sounds", 512, 48_000,
                        "laion/larger_clap_general", gives=("text",)),
    "clap-unfused": Row(_CLAP, "LAION CLAP 630k, sounds", 512, 48_000, "laion/clap-htsat-unfused", gives=("text",)),
    "clap-fused": Row(_CLAP, "LAION CLAP 630k, fused", 512, 48_000, "laion/clap-htsat-fused", gives=("text",)),
    "encodec-24k": Row(f"{_HERE}.codecs:Encodec", "EnCodec's latents before quantisation, mono", 128, 24_000,
                       "facebook/encodec_24khz"),
    "encodec-48k": Row(f"{_HERE}.codecs:Encodec", "EnCodec's latents before quantisation, stereo", 128, 48_000,
                       "facebook/encodec_48khz"),
    "dac-44k": Row(f"{_HERE}.codecs:Dac", "Descript codec's latents before quantisation", 1024, 44_100,
                   "descript/dac_44khz"),
    "ast": Row(f"{_HERE}.ast:Ast", "Audio Spectrogram Transformer, 527 AudioSet classes", 768, 16_000,
               "MIT/ast-finetuned-audioset-10-10-0.4593", gives=("tags",)),
    "wav2vec2": Row(_SPEECH, "wav 2 vec 2.0 base, last layer", 768, 16_000, "facebook/wav2vec2-base-960h"),
    "hubert": Row(_SPEECH, "HuBERT base, last layer", 768, 16_000, "facebook/hubert-base-ls960"),
    "wavlm": Row(_SPEECH, "WavLM base, last layer", 768, 16_000, "microsoft/wavlm-base"),
    "vggish": Row(f"{_HERE}.vggish:Vggish", "VGGish, before its PCA", 128, 16_000,
                  url="https://github.com/harritaylor/torchvggish/releases/download/v0.1/vggish-10086976.pth",
                  file="vggish-10086976.pth", sha256="10086976"),
    "cnn14": Row(f"{_HERE}.cnn14:Cnn14", "PANNs CNN14, 527 AudioSet classes", 2048, 32_000,
                 url=f"{_ZENODO}/3987831/files/Cnn14_mAP%3D0.431.pth", file="Cnn14_mAP=0.431.pth", gives=("tags",)),
    "cnn14-16k": Row(f"{_HERE}.cnn14:Cnn14", "PANNs CNN14 at 16 kHz, as audioldm_eval uses it", 2048, 16_000,
                     url=f"{_ZENODO}/3987831/files/Cnn14_16k_mAP%3D0.438.pth",
                     file="Cnn14_16k_mAP=0.438.pth", gives=("tags",)),
}  # fmt: skip


def licence(name: str) -> Licence | None:
    """Under what an embedder's weights and its makers' code may be used; None where it has no weights."""
    return LICENCES[name] if needs_weights(name) else None


def row(name: str) -> Row:
    """The facts of an embedder. Raises `BadRequest` that names the nearest one."""
    if name not in TABLE:
        near = difflib.get_close_matches(name, TABLE, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(TABLE)}"
        raise BadRequest(f"there is no embedder {name!r}; {hint}")
    return TABLE[name]


def giving(what: str) -> list[str]:
    """The embedders that give "tags" or "text"."""
    return [name for name, one in TABLE.items() if what in one.gives]


def needs_weights(name: str) -> bool:
    one = row(name)
    return bool(one.repository or one.url)


def here(name: str) -> bool:
    """Whether an embedder could work now, by its weights."""
    one = row(name)
    if not needs_weights(name) or (weights.home() / _folder(name)).is_dir():
        return True
    return bool(one.repository) and weights.in_hub_cache(one.repository) is not None


def pull(name: str, tell: Progress) -> Path:
    """The folder of an embedder's weights, fetched where it is not here yet. Raises `BadRequest`, `CannotRun`."""
    from soundwright import hub

    one = row(name)
    if not needs_weights(name):
        raise BadRequest(f"the embedder {name} has no weights to pull")
    source = hub.File(one.url, one.file, one.sha256) if one.url else hub.Source(one.repository, takes=PICKLES)
    return hub.pull(weights.home() / _folder(name), [source], tell)


def _folder(name: str) -> str:
    return f"evaluate/{name}"


@dataclass(frozen=True, eq=False)
class Loaded:
    """An embedder ready to work, and all that its numbers depend on."""

    name: str
    embedder: Embedder
    version: int
    weights: dict[str, str]
    key: str  # of the cache

    @property
    def rate(self) -> int:
        return self.embedder.rate


def load(name: str, folder: str | Path | None = None, device: str | None = None) -> Loaded:
    """An embedder with its weights from `folder`, or from where they were pulled to.

    Raises `BadRequest` for no such name, `CannotRun` with the command that gets what is missing.
    """
    one = row(name)
    module, kind = one.address.split(":")
    hashes: dict[str, str] = {}
    given = dict(one.options)
    if needs_weights(name):
        found = weights.find(_folder(name), one.repository, f"soundwright evaluate pull {name}", folder)
        if one.file and not (found / one.file).is_file():
            raise CannotRun(f"{found} lacks {one.file}: soundwright evaluate pull {name}")
        given |= {"folder": found, "device": device, "rate": one.rate} | ({"file": one.file} if one.file else {})
        from soundwright.machine import need

        need("torch", "torch", *(("transformers",) if one.repository else ()))
    code = importlib.import_module(module)
    embedder = getattr(code, kind)(**given)
    if needs_weights(name):
        hashes = weights.facts(given["folder"])["sha256"]
    packages = ["soxr"] + (["torch"] if hashes else []) + (["transformers"] if one.repository else [])
    depends = [name, one.version, sorted(hashes.items()), _code(), sorted(versions(*packages).items())]
    key = hashlib.sha256(repr(depends).encode()).hexdigest()[:16]
    return Loaded(name, embedder, one.version, hashes, f"{name}-{one.version}-{key}")


def _code() -> str:
    """The hash of all text of ours that numbers come from: what other code made is not taken from the cache."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *(here.parents[1] / name for name in ALSO)]
    return hashlib.sha256("".join(map(weights.sha256, files)).encode()).hexdigest()
