"""The sound models, one module per kind of source."""
