"""Recipes: each module holds `VOICES` (instrument name to how a tone or phrase is made) and `FINISH` (what acts on the whole part)."""
