"""What the test films show: families of scenes by name, and those that are kept for the last examination."""

from __future__ import annotations

from tests.films import actors

FAMILIES = {
    "bounce": actors.bounce,
    "decay": actors.decay,
    "drop": actors.drop,
    "strike": actors.strike,
    "rapid": actors.rapid,
    "step": actors.step,
    "swing": actors.swing,
    "slam": actors.slam,
    "slide": actors.slide,
    "kick": actors.kick,
    "shatter": actors.shatter,
    "collide": actors.collide,
    "clap": actors.clap,
    "flash": actors.flash,
    "lamp": actors.lamp,
    "appear": actors.appear,
    "burst": actors.burst,
    "two": actors.cast(actors.bounce, actors.strike),
    "nothing": actors.nothing,
}
HELD_OUT = ("decay", "collide", "clap", "burst")  # nothing was fitted or looked at on these
OPEN = tuple(name for name in FAMILIES if name not in HELD_OUT)
