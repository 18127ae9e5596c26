"""Tiny checkpoints of the big models, written once for each test process."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # where the tiny checkpoints are written


@pytest.fixture(scope="session", autouse=True)
def _offline():
    """No test reaches a hub, and none takes both cores."""
    import os

    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture
def cancelled_halfway():
    """A function that renders, cancels when half of the steps are done, sees that nothing is told after, and gives the
    fractions of steps that were."""
    from soundwright.errors import Cancelled
    from soundwright.progress import Progress

    def run(render):
        def listen(stage, fraction, audio_s):
            seen.append((stage, fraction))
            if (stage, fraction) == ("denoise", 0.5):
                tell.cancel()

        seen, tell = [], Progress(listen)
        with pytest.raises(Cancelled):
            render(tell)
        assert seen[-1] == ("denoise", 0.5)
        return [fraction for stage, fraction in seen if stage == "denoise"]

    return run


@pytest.fixture(scope="session")
def tiny_ace(tmp_path_factory):
    """Folders of a turbo and a base checkpoint of ACE-Step."""
    tiny = importlib.import_module("tiny_ace_step")
    folder = tmp_path_factory.mktemp("ace-step")
    return {"turbo": tiny.write(folder / "turbo"), "base": tiny.write(folder / "base", turbo=False)}


@pytest.fixture
def tiny_ace_published(_tiny_ace_published, monkeypatch):
    """Folders of a turbo and a base checkpoint of ACE-Step in the makers' layout; base shares turbo's parts."""
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(_tiny_ace_published))
    place = _tiny_ace_published / "ace-step"
    return {"turbo": place / "turbo", "base": place / "base"}


@pytest.fixture(scope="session")
def _tiny_ace_published(tmp_path_factory):
    tiny = importlib.import_module("tiny_ace_step")
    home = tmp_path_factory.mktemp("weights")
    tiny.publish(home / "ace-step" / "turbo", "turbo")
    tiny.publish(home / "ace-step" / "base", "base", alone=True)
    return home


@pytest.fixture(scope="session")
def tiny_stable(tmp_path_factory):
    """A folder with a checkpoint of Stable Audio Open."""
    return importlib.import_module("tiny_stable_audio").write(tmp_path_factory.mktemp("stable-audio") / "open")


@pytest.fixture(scope="session")
def tiny_stable_small(tmp_path_factory):
    """A folder with a checkpoint of Stable Audio Open Small in its makers' layout."""
    return importlib.import_module("tiny_stable_audio").publish_small(tmp_path_factory.mktemp("stable-audio") / "small")


@pytest.fixture(scope="session")
def tiny_tangoflux(tmp_path_factory):
    """A folder with a checkpoint of TangoFlux in its makers' layout."""
    return importlib.import_module("tiny_tangoflux").write(tmp_path_factory.mktemp("tangoflux") / "tangoflux")


@pytest.fixture(scope="session")
def tiny_tango(tmp_path_factory):
    """A folder with a checkpoint of Tango in its makers' layout."""
    return importlib.import_module("tiny_tango").write(tmp_path_factory.mktemp("tango") / "tango")


@pytest.fixture(scope="session")
def tiny_prismaudio(tmp_path_factory):
    """A folder with a checkpoint of PrismAudio in its makers' layout, with its encoders."""
    return importlib.import_module("tiny_prismaudio").write(tmp_path_factory.mktemp("prismaudio") / "prismaudio")


@pytest.fixture(scope="session")
def tiny_audioldm2(tmp_path_factory):
    """Folders of AudioLDM 2 with the same weights: as repositories name its language model, and as diffusers wants."""
    tiny = importlib.import_module("tiny_audioldm2")
    folder = tmp_path_factory.mktemp("audioldm2")
    return {
        "published": tiny.write(folder / "published"),
        "generates": tiny.write(folder / "generates", generates=True),
    }


@pytest.fixture(scope="session")
def tiny_v2a(tmp_path_factory):
    """A folder of AudioLDM with CLIP, CLAP and an untrained mapper."""
    tiny = importlib.import_module("tiny_v2a_mapper")
    folder = tiny.write(tmp_path_factory.mktemp("v2a-mapper") / "s-full-v2")
    tiny.write_mapper(folder, folder / "mapper.safetensors")
    return folder


@pytest.fixture(scope="session")
def tiny_musicgen(tmp_path_factory):
    """Folders of checkpoints of MusicGen: mono, stereo, and both with a melody."""
    tiny = importlib.import_module("tiny_musicgen")
    folder = tmp_path_factory.mktemp("musicgen")
    return {
        "small": tiny.write(folder / "mono"),
        "stereo-small": tiny.write(folder / "stereo", 2),
        "melody": tiny.write(folder / "melody", melody=True),
        "stereo-melody": tiny.write(folder / "stereo-melody", 2, melody=True),
    }


@pytest.fixture(scope="session")
def tiny_stable_3(tmp_path_factory):
    """Folders of Stable Audio 3: diffusers' layout of a post-trained and a base checkpoint, the makers' of two."""
    tiny = importlib.import_module("tiny_stable_audio_3")
    folder = tmp_path_factory.mktemp("stable-audio-3")
    return {
        "medium": tiny.write(folder / "medium"),
        "medium-base": tiny.write(folder / "base", base=True),
        "published": tiny.publish(folder / "published"),
        "small-music": tiny.publish(folder / "small", small=True),
    }
