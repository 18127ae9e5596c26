"""Measures that can be trusted: of sets of sounds, of sound against words, of sound against picture."""
