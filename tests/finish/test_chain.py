"""Every block of the chain room: streamed equals whole, silence stays silent, any shape, YAML replays."""

from dataclasses import fields

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.dsp import block as blocks
from soundwright.dsp import curve, dynamics, eq, multiband
from soundwright.errors import BadRequest
from soundwright.finish import apply, finish
from soundwright.finish.chain import BLOCKS, Chain

RATE = 48_000
# settings that work hard on the test sound, where the defaults would not
WORKING = {
    "equaliser": eq.Equaliser((eq.Band("bell", 900.0, 6.0, 2.0), eq.Band("high-shelf", 6000.0, -4.0))),
    "curve": curve.Curve((80.0, 1000.0, 8000.0), (4.0, -3.0, 5.0)),
    "gain": eq.Gain(-3.0),
    "compressor": dynamics.Compressor(-40.0, 4.0),
    "expander": dynamics.Expander(-15.0, 3.0),
    "multiband-compressor": multiband.MultibandCompressor(bands=(dynamics.Compressor(-45.0, 3.0),) * 4),
    "dynamic-band": multiband.DynamicBand(1000.0, 1.0, -50.0),
    "chain": Chain((eq.HighPass(30.0, 4), dynamics.Compressor(-30.0), eq.Gain(2.0))),
}
ALL = [pytest.param(WORKING.get(name) or kind(), id=name) for name, kind in BLOCKS.items()]


def sound(frames: int = 30_011, channels: int = 2) -> np.ndarray:
    rng = np.random.default_rng(6)
    swell = 0.05 + np.abs(np.sin(np.arange(frames) / 4_000))
    return (rng.standard_normal((channels, frames)) * 0.4 * swell + 0.3 * np.sin(np.arange(frames) / 60)).astype(
        np.float32
    )


@pytest.mark.parametrize("block", ALL)
def test_streamed_equals_whole(block):
    x = sound()
    whole = blocks.run(block, x, RATE, piece=10**9)
    assert not np.array_equal(whole, x)
    for piece in (333, 4_096):
        assert np.abs(blocks.run(block, x, RATE, piece=piece) - whole).max() < 2e-6


@pytest.mark.parametrize("rate", [8_000, 192_000])
@pytest.mark.parametrize("block", ALL)
def test_silence_stays_silence_and_sound_stays_finite(block, rate):
    assert not blocks.run(block, np.zeros((2, 9_000), np.float32), rate).any()
    assert np.isfinite(blocks.run(block, sound(9_000), rate)).all()


@pytest.mark.parametrize("block", ALL)
@pytest.mark.parametrize("shape", [(1, 0), (1, 1), (2, 3), (6, 700)])
def test_any_shape(block, shape):
    x = np.full(shape, 0.5, np.float32)
    x[:, ::2] = 1e-40  # a denormal
    y = blocks.run(block, x, RATE)
    assert y.shape == shape
    assert np.isfinite(y).all()


@pytest.mark.parametrize("block", ALL)
def test_the_state_is_not_changed_by_a_step(block):
    state = block.start(RATE, 2)
    state, _ = block.step(state, sound(5_000))
    first, again = (block.step(state, sound(6_000))[1] for _ in range(2))
    assert np.array_equal(first, again)


def test_a_chain_of_every_block_is_written_and_replays():
    chain = Chain(tuple(param.values[0] for param in ALL))
    text = chain.to_yaml()
    assert Chain.from_yaml(text) == chain
    audio = Audio(sound(), RATE)
    assert np.array_equal(apply(Chain.from_yaml(text), audio).samples, apply(chain, audio).samples)


def test_the_chain_of_a_report_makes_the_master_again():
    audio = Audio(sound(RATE * 2), RATE)
    for preset in ("music", "podcast", "effect"):
        master, report = finish(audio, preset=preset)
        assert np.array_equal(apply(Chain.from_yaml(report.chain), audio).samples, master.samples)


def test_a_chain_tells_what_each_block_did():
    chain = Chain((eq.Gain(-6.0), dynamics.Compressor(-40.0, 4.0)))
    state, _ = chain.step(chain.start(RATE, 2), sound())
    gain, compressor = chain.told(state)
    assert gain == {"block": "gain", "level_change_db": -6.0}
    assert compressor["most_change_db"] > 3
    assert compressor["level_change_db"] < -3


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_is_documented_and_frozen(name):
    kind = BLOCKS[name]
    assert kind.__doc__
    with pytest.raises(AttributeError):
        setattr(kind(), fields(kind)[0].name, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "no YAML"),
        ("gain: 3", "a list|chain is"),
        ("- compresor: {}", "did you mean compressor"),
        ("- gain: {db: 3}", "gain_db"),
        ("- gain: {gain_db: loud}", "is a number"),
        ("- fades: {law: magic}", "raised-cosine"),
        ("- equaliser: {bands: [{kind: hill, hz: 100}]}", "bell"),
        ("- multiband-compressor: {hz: [100, 50], bands: [{}, {}, {}]}", "rising"),
        ("- high-pass: {order: 3, shape: linkwitz-riley}", "even order"),
    ],
)
def test_a_wrong_chain_is_refused_with_a_reason(text, says):
    with pytest.raises(BadRequest, match=says):
        apply(Chain.from_yaml(text), Audio(sound(100), RATE))
