"""Putting sounds together: scenes, edits, long pieces joined from parts, and how their seams sound."""
