"""The memory plan: sensible at every tier, monotone, and clear when nothing fits."""

from __future__ import annotations

import pytest

from soundwright import engines
from soundwright.engines import memory
from soundwright.engines.memory import GB, MB
from soundwright.errors import BadRequest, CannotRun

TIERS_GB = (4, 6, 8, 12, 16, 20, 24, 80)


def parts(address):
    return engines.card(address).checkpoint.parts_m


def chosen(address, gb, seconds=180.0, device="cuda"):
    return memory.choose(address, parts(address), seconds, device, gb * GB)[0].strategy


@pytest.mark.parametrize(
    ("address", "device"), [("ace-step/turbo", "cuda"), ("ace-step/xl-turbo", "cuda"), ("ace-step/turbo", "cpu")]
)
def test_more_memory_never_chooses_a_later_strategy(address, device):
    order = [need.strategy for need in memory.needs(parts(address), memory.shape_of(address), 180.0, device)]
    places = []
    for gb in TIERS_GB:
        try:
            places.append(order.index(chosen(address, gb, device=device)))
        except CannotRun:
            assert not places  # once something fits, it fits for ever
    assert places == sorted(places, reverse=True)
    assert places[-1] == 0


def test_small_cards_offload_and_large_ones_do_not():
    assert chosen("ace-step/turbo", 5) in ("offload", "group", "int8")
    assert chosen("ace-step/turbo", 12) == "bf16"
    assert chosen("ace-step/xl-turbo", 8) in ("offload", "group", "int8")
    assert chosen("ace-step/xl-turbo", 24) == "bf16"


def test_a_need_grows_with_length_and_batch():
    shape, count = memory.shape_of("ace-step/xl-base"), parts("ace-step/xl-base")
    run = [memory.needs(count, shape, s, "cpu", b)[0].run for s, b in ((10, 1), (60, 1), (60, 2), (600, 2))]
    assert run == sorted(run)
    assert len(set(run)) == 4


def test_weights_are_counted_from_the_files(tiny_ace):
    from diffusers import AceStepTransformer1DModel

    model = AceStepTransformer1DModel.from_pretrained(tiny_ace["turbo"] / "transformer")
    assert memory.parts(tiny_ace["turbo"])["transformer"] * 1e6 == sum(p.numel() for p in model.state_dict().values())


def test_when_nothing_fits_the_advice_says_what_would():
    with pytest.raises(CannotRun, match=r"up to \d+ s fit"):
        memory.choose("ace-step/xl-turbo", parts("ace-step/xl-turbo"), 600.0, "cpu", 12.5 * GB)
    with pytest.raises(CannotRun, match="smaller checkpoint"):
        memory.choose("ace-step/xl-turbo", parts("ace-step/xl-turbo"), 10.0, "cpu", 1 * GB)


@pytest.mark.parametrize(
    ("text", "size"), [("8GB", 8 * GB), ("512 MB", 512 * MB), ("7.5 GiB", 7.5 * GB), ("6g", 6 * GB)]
)
def test_budgets_are_read(text, size):
    assert memory.budget("cpu", text) == size


@pytest.mark.parametrize("text", ["lots", "-3GB", "0GB", "8", "GB", "8TB"])
def test_nonsense_is_no_budget(text):
    with pytest.raises(BadRequest, match="write it like 8GB"):
        memory.budget("cpu", text)


def test_free_memory_is_measured():
    assert 0.1 * GB < memory.budget("cpu") < 10_000 * GB
