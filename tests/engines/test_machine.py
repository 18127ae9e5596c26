"""Devices, seeds, strategies, and models kept warm."""

from __future__ import annotations

import pytest

from soundwright.engines import machine
from soundwright.errors import BadRequest, CannotRun


def test_devices_are_checked():
    assert machine.device("cpu") == "cpu"
    with pytest.raises(BadRequest, match="no device 'tpu'"):
        machine.device("tpu")


def test_a_missing_package_names_its_extra():
    with pytest.raises(CannotRun, match=r"pip install 'soundwright\[torch\]'"):
        machine.need("torch", "json", "a_package_that_is_not_there")
    machine.need("torch", "json")


def test_seeds_are_forked():
    import torch

    torch.manual_seed(1)
    before = torch.get_rng_state()
    with machine.seeded(5) as generator:
        one = torch.randn(3, generator=generator), torch.randn(3)
    with machine.seeded(5) as generator:
        same = torch.randn(3, generator=generator), torch.randn(3)
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert torch.equal(before, torch.get_rng_state())


def test_one_model_is_kept_warm():
    loads = []
    for key in ("a", "a", "b", "a"):
        machine.warm((key,), lambda key=key: loads.append(key) or key)
    assert loads == ["a", "b", "a"]
    machine.cool()
    machine.warm(("a",), lambda: loads.append("a"))
    assert loads[-1] == "a"
    assert len(loads) == 4
    machine.cool()


def _load(folder, strategy):
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline

    return machine.pipeline(AceStepPipeline, folder, "cpu", strategy)


def test_strategies_do_what_they_say(tiny_ace):
    import torch

    full, half = _load(tiny_ace["turbo"], "full"), _load(tiny_ace["turbo"], "bf16")
    assert full.transformer.dtype == torch.float32
    assert half.transformer.dtype == torch.bfloat16
    assert half.vae.dtype == torch.float32  # snake activations break in half precision
    small = _load(tiny_ace["turbo"], "int8")
    kinds = {type(layer.weight).__name__ for layer in small.transformer.modules() if isinstance(layer, torch.nn.Linear)}
    assert any("Int8" in kind or "Affine" in kind for kind in kinds), kinds


@pytest.mark.parametrize("strategy", ["offload", "group"])
def test_offload_on_a_cpu_is_refused_not_ignored(tiny_ace, strategy):
    with pytest.raises(CannotRun, match="runs on the CPU"):
        _load(tiny_ace["turbo"], strategy)


def test_an_unknown_strategy_is_refused(tiny_ace):
    with pytest.raises(BadRequest, match="no strategy 'fast'"):
        _load(tiny_ace["turbo"], "fast")
