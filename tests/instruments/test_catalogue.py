"""The table: names, facts, and that reading it costs nothing."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from soundwright import instruments
from soundwright.errors import BadRequest
from soundwright.instruments.catalogue import ALIASES

NAMES = list(instruments.table())


def test_there_are_enough():
    kits = [name for name, row in instruments.table().items() if row.is_kit]
    assert len(kits) >= 4
    assert len(NAMES) - len(kits) >= 36


def test_reading_the_table_loads_nothing_heavy():
    code = (
        "import sys; from soundwright import instruments; instruments.table(); instruments.find('grand piano'); "
        "print([m for m in ('numpy', 'scipy', 'soundfile') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_facts_hold_together(name):
    row = instruments.find(name)
    assert row.name == name
    assert 0 <= instruments.gm_program(name) <= 127
    assert 0 <= row.low < row.high <= 127
    assert -1 <= row.pan <= 1
    assert 0 <= row.width <= 1
    recipe = importlib.import_module(f"soundwright.instruments.recipes.{row.recipe}")
    assert name in recipe.VOICES


def test_recipes_have_no_orphans():
    for recipe in {row.recipe for row in instruments.table().values()}:
        module = importlib.import_module(f"soundwright.instruments.recipes.{recipe}")
        assert {*module.VOICES, *module.FINISH} <= set(NAMES)


def test_other_names_lead_to_instruments():
    assert {instruments.find(alias).name for alias in ALIASES} <= set(NAMES)
    assert instruments.find("Grand_Piano").name == "grand piano"


def test_a_typo_is_answered_with_the_nearest():
    with pytest.raises(BadRequest, match="did you mean violin"):
        instruments.find("violn")
    with pytest.raises(BadRequest, match="there are grand piano"):
        instruments.find("zzzzqqqq")
