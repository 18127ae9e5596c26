"""Recipes that train our own models. Nothing but the command line imports this room."""
