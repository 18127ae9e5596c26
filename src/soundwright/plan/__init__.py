"""Plans as documents a person can read and edit, and their authors. Nothing here makes sound."""
