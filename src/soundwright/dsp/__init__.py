"""Signal processing as pure functions on arrays: time is the last axis, `rate` is in Hz, levels are in dB.

Modules are imported by name (`from soundwright.dsp import filters`), so that one costs nothing to the other.
"""
