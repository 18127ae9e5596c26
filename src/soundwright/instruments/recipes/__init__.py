"""Recipes: `VOICES` says how an instrument's tone or phrase is made, `FINISH` what acts on its whole part."""
