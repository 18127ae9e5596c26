"""Measures of what was made: how a piece is built, what a codec has done to it, how near it comes to other music."""
