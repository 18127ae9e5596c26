"""Measures of what was made, each with its doubts: how a piece is built, what a codec has done to it, how near a set of
sounds comes to another, to words, and to what is seen."""
