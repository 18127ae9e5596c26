"""The nodes as ComfyUI treats them: a folder imported by its path, mappings, inputs by their types, torch tensors."""

from __future__ import annotations

import importlib.util
import inspect
import json
import subprocess
import sys
import types

import numpy as np
import pytest
from typer.testing import CliRunner

from soundwright.cli import app
from soundwright.errors import BadRequest

torch = pytest.importorskip("torch")

RATE = 48_000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The folder that the command writes, imported as ComfyUI imports what is in custom_nodes: by its path, under a
    name that is the path itself, without being a package of anything."""
    home = tmp_path_factory.mktemp("ComfyUI.app")
    (home / "custom_nodes").mkdir()
    said = CliRunner().invoke(app, ["comfyui", "--install", str(home)])
    assert said.exit_code == 0, said.output
    [folder] = (home / "custom_nodes").iterdir()
    assert [path.name for path in folder.iterdir()] == ["__init__.py"]
    name = str(folder).replace(".", "_x_")
    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


class Interrupted(Exception):
    pass


@pytest.fixture
def comfy(monkeypatch):
    """The two modules of ComfyUI that nodes may ask: they count, and interrupt at a given step."""
    state = types.SimpleNamespace(bar=[], asked=0, stop_at=None)

    class ProgressBar:
        def __init__(self, total, node_id=None):
            self.total = total

        def update_absolute(self, value, total=None, preview=None):
            assert 0 <= value <= (total or self.total)
            state.bar.append(value)

    def throw():
        state.asked += 1
        if state.stop_at is not None and state.asked >= state.stop_at:
            raise Interrupted

    modules = {"comfy": types.ModuleType("comfy"), "comfy.utils": types.ModuleType("comfy.utils"),
               "comfy.model_management": types.ModuleType("comfy.model_management")}  # fmt: skip
    modules["comfy.utils"].ProgressBar = ProgressBar  # type: ignore[attr-defined]
    modules["comfy.model_management"].throw_exception_if_processing_interrupted = throw  # type: ignore[attr-defined]
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    return state


def node(loaded, name: str, **inputs):
    """What the executor does: an object of the class, its FUNCTION, by name; a dict's "result" where it is one."""
    kind = loaded.NODE_CLASS_MAPPINGS[name]
    given = getattr(kind(), kind.FUNCTION)(**inputs)
    result = given["result"] if isinstance(given, dict) else given
    assert len(result) == len(kind.RETURN_TYPES)
    return result


def tone(seconds: float = 1.0, channels: int = 2, level: float = 0.1, batch: int = 1) -> dict:
    x = level * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)
    waveform = torch.tensor(np.tile(x, (batch, channels, 1)), dtype=torch.float32)
    return {"waveform": waveform, "sample_rate": RATE}


def test_every_node_keeps_the_conventions(loaded):
    assert set(loaded.NODE_CLASS_MAPPINGS) == set(loaded.NODE_DISPLAY_NAME_MAPPINGS)
    for kind in loaded.NODE_CLASS_MAPPINGS.values():
        inputs = kind.INPUT_TYPES()
        offered = {**inputs["required"], **inputs.get("optional", {})}
        taken = inspect.signature(getattr(kind, kind.FUNCTION)).parameters
        assert set(offered) == set(taken) - {"self"}
        assert all(taken[name].default is not inspect.Parameter.empty for name in inputs.get("optional", {}))
        assert len(kind.RETURN_NAMES) == len(kind.RETURN_TYPES)
        assert kind.CATEGORY
        for name, (wanted, *more) in offered.items():
            assert isinstance(wanted, list) or wanted in ("STRING", "INT", "FLOAT", "BOOLEAN", "AUDIO", "IMAGE"), name
            if isinstance(wanted, list):
                assert more[0]["default"] in wanted
        if "seed" in offered:
            assert offered["seed"][1]["control_after_generate"] is True
        assert not hasattr(kind, "IS_CHANGED")  # inputs alone decide, so what was made is kept


def test_music_has_the_length_and_the_seed_decides(loaded, comfy):
    asked = {"prompt": "solo piano", "duration": 2.5, "seed": 4}
    first, plan = node(loaded, "SoundwrightMusic", **asked)
    assert first["waveform"].shape == (1, 2, 2.5 * RATE)
    assert first["waveform"].dtype == torch.float32
    assert first["sample_rate"] == RATE
    assert comfy.bar[-1] == 1000
    assert torch.equal(first["waveform"], node(loaded, "SoundwrightMusic", **asked)[0]["waveform"])
    assert not torch.equal(first["waveform"], node(loaded, "SoundwrightMusic", **{**asked, "seed": 5})[0]["waveform"])
    played, _ = node(loaded, "SoundwrightMusic", prompt="", duration=30.0, seed=4, plan=plan)
    assert torch.equal(first["waveform"], played["waveform"])


def test_variations_come_as_one_batch(loaded):
    audio, _ = node(loaded, "SoundwrightEffect", prompt="a dog barks", duration=0.0, seed=0, variations=3)
    assert audio["waveform"].shape[:2] == (3, 2)
    assert not torch.equal(audio["waveform"][0], audio["waveform"][1])
    exact, _ = node(loaded, "SoundwrightEffect", prompt="rain", duration=0.7, seed=0)
    assert exact["waveform"].shape[-1] == round(0.7 * RATE)


@pytest.mark.parametrize(
    ("frames", "fps", "colours", "samples"),
    [
        (48, 23.976, 3, round(48 * 1001 / 24000 * RATE)),
        (1, 24.0, 3, 2000),
        (20, 12.5, 1, round(20 / 12.5 * RATE)),
        (30, 29.97, 4, round(30 * 1001 / 30000 * RATE)),
    ],
)
def test_pictures_get_sound_of_exactly_their_length(frames, fps, colours, samples, loaded):
    images = torch.zeros(frames, 91, 161, colours)
    images[frames // 2 :] = 0.5
    audio, plan = node(loaded, "SoundwrightSoundtrack", images=images, fps=fps, prompt="rain", seed=0)
    assert audio["waveform"].shape == (1, 2, samples)
    assert audio["waveform"].abs().max() > 0.01
    assert "rain" in plan


def test_what_happens_in_the_pictures_is_heard_then(loaded):
    """A ball that falls for a second and is thrown back by the floor."""
    y = [10 + min(60, round(60 * (t / 30) ** 2)) if t <= 30 else 70 - round(25 * np.sin(np.pi * (t - 30) / 30))
         for t in range(60)]  # fmt: skip
    images = torch.full((60, 90, 160, 3), 0.2)
    for t, at in enumerate(y):
        images[t, at : at + 12, 74:86] = torch.tensor([0.9, 0.5, 0.2])
    audio, plan = node(
        loaded, "SoundwrightSoundtrack", images=images, fps=30.0, prompt="a ball bounces on wood", seed=0
    )
    assert "at_s" in plan
    x = audio["waveform"][0].abs().amax(0).numpy()
    heard_s = int(np.argmax(x > 0.2 * x.max())) / RATE
    assert heard_s == pytest.approx(1.0, abs=0.05)  # the ball is at the floor in picture 30


def test_speech_stays_and_the_rest_is_lowered_under_it(loaded):
    images = torch.zeros(48, 90, 160, 3)
    asked = {"images": images, "fps": 24.0, "prompt": "rain", "seed": 0}
    spoken = tone(2.0, channels=1)
    spoken["waveform"][..., :RATE] = 0
    alone, _ = node(loaded, "SoundwrightSoundtrack", **asked)
    both, _ = node(loaded, "SoundwrightSoundtrack", **asked, dialogue=spoken)
    assert both["waveform"].shape == alone["waveform"].shape
    spectrum = np.abs(np.fft.rfft(both["waveform"][0, 0, RATE:].numpy()))
    assert int(np.argmax(spectrum)) == 1000


def test_each_of_a_batch_is_mastered_and_measured_by_itself(loaded):
    batch = tone(2.0, batch=3)
    batch["waveform"][1] *= 0.1
    batch["waveform"][2] = 0
    mastered, said = node(loaded, "SoundwrightFinish", audio=batch, preset="broadcast")
    assert mastered["waveform"].shape == batch["waveform"].shape
    assert len(json.loads(said)) == 3
    reports, loudness, peaks, _ = node(loaded, "SoundwrightMeter", audio=mastered)
    assert loudness[:2] == pytest.approx([-23, -23], abs=0.5)
    assert loudness[2] == peaks[2] == -np.inf
    assert json.loads(reports[2])["integrated_lufs"] is None
    louder, _ = node(loaded, "SoundwrightFinish", audio=batch, preset="broadcast", loudness=-18.0)
    assert node(loaded, "SoundwrightMeter", audio=louder)[1][0] == pytest.approx(-18, abs=0.5)


def test_pictures_come_as_images(loaded):
    song, plan = node(loaded, "SoundwrightMusic", prompt="solo piano", duration=4.0, seed=0)
    [image] = node(loaded, "SoundwrightPicture", audio=song, title="a song", plan=plan)
    assert image.shape[0] == 1
    assert image.shape[-1] == 3
    assert 0 <= image.min() < image.max() <= 1
    [plain] = node(loaded, "SoundwrightPicture", audio=tone(batch=2))
    assert plain.shape[0] == 2
    assert plain.shape[1] < image.shape[1]  # no lane of sections


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_tensors_of_any_precision_are_taken(kind, loaded):
    audio = tone()
    audio["waveform"] = audio["waveform"].to(kind)
    _, loudness, _, _ = node(loaded, "SoundwrightMeter", audio=audio)
    assert loudness == pytest.approx([-20], abs=0.1)  # BS.1770: a stereo tone of 1 kHz at -20 dBFS


def test_an_interruption_comes_through_and_nothing_stays(loaded, comfy, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    comfy.stop_at = 2
    for name, inputs in {
        "SoundwrightMusic": {"prompt": "piano", "duration": 60.0, "seed": 0},
        "SoundwrightSoundtrack": {"images": torch.zeros(24, 90, 160, 3), "fps": 24.0, "prompt": "rain", "seed": 0},
        "SoundwrightFinish": {"audio": tone(batch=3), "preset": "music"},
    }.items():
        comfy.asked = 0
        with pytest.raises(Interrupted):
            node(loaded, name, **inputs)
    assert list(tmp_path.iterdir()) == []


def test_odd_input_is_told_in_one_line(loaded):
    images = torch.zeros(4, 90, 160, 3)
    for name, inputs, said in (
        ("SoundwrightMusic", {"prompt": " ", "duration": 5.0, "seed": 0}, "prompt is empty"),
        ("SoundwrightMusic", {"prompt": "", "duration": 5.0, "seed": 0, "plan": "no: plan\nat: all"}, "plan"),
        ("SoundwrightSoundtrack", {"images": images, "fps": 0.0, "prompt": "x", "seed": 0}, "pictures a second"),
        ("SoundwrightSoundtrack", {"images": images[:0], "fps": 24.0, "prompt": "x", "seed": 0}, "IMAGE has the shape"),
        ("SoundwrightFinish", {"audio": {"waveform": torch.zeros(3), "sample_rate": 1}, "preset": "music"}, "AUDIO"),
        ("SoundwrightFinish", {"audio": None, "preset": "music"}, "AUDIO"),
        ("SoundwrightMeter", {"audio": {"waveform": torch.full((1, 2, 9), np.nan), "sample_rate": RATE}}, "NaN"),
    ):
        with pytest.raises(BadRequest, match=said) as told:
            node(loaded, name, **inputs)
        assert "\n" not in str(told.value)


def test_a_folder_that_is_not_comfyui_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="custom_nodes"):
        app(["comfyui", "--install", str(tmp_path)], standalone_mode=False)
    (tmp_path / "custom_nodes").mkdir()
    for _ in range(2):  # again is the same
        app(["comfyui", "--install", str(tmp_path / "custom_nodes")], standalone_mode=False)
    assert [path.name for path in (tmp_path / "custom_nodes").iterdir()] == ["soundwright_nodes"]


def test_loading_the_nodes_loads_no_torch():
    code = "import sys, soundwright.comfyui as c; [k.INPUT_TYPES() for k in c.NODE_CLASS_MAPPINGS.values()]; "
    done = subprocess.run(
        [sys.executable, "-c", code + "print('torch' in sys.modules)"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False", done.stderr
