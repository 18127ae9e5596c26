"""`python -m soundwright.cli` is `soundwright`."""

from soundwright.cli import main

main()
