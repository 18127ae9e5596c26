"""Putting sounds together: scenes, crossfades, long form, mixing."""
