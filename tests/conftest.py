"""Shared by all tests: where a skip counts as a failure, it becomes one; databases of either kind; a browser."""

from __future__ import annotations

import importlib.util
import os
import re

import pytest
from tests import browser
from tests.postgres import cluster, empty

from soundwright.errors import CannotRun

HEAVY = ("torch", "transformers", "diffusers")  # that a fresh clone is tested without


def lacking(error: BaseException) -> str:
    """The heavy package that is not installed, where that is why a test failed; "" otherwise."""
    missing = [name for name in HEAVY if importlib.util.find_spec(name) is None]
    wanted = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if isinstance(error, CannotRun) and (said := re.match(r"this needs ([\w, ]+): pip install", str(error))):
        return next((name for name in said[1].split(", ") if name in missing), "")
    return next((name for name in missing if wanted.partition(".")[0] == name), "")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.excinfo and (lacks := lacking(call.excinfo.value)):
        report.outcome, report.longrepr = "skipped", (str(item.path), item.location[1] or 0, f"Skipped: wants {lacks}")
    if report.skipped and os.environ.get("SOUNDWRIGHT_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be skipped: {report.longrepr}"


@pytest.fixture(scope="session")
def postgres():
    """The address of a PostgreSQL server that lives as long as the tests."""
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.db'}"
    return empty(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, for as long as the tests last."""
    with browser.running() as running:
        yield running


@pytest.fixture
def open_page(chromium):
    """Opens pages (see `browser.pages`)."""
    with browser.pages(chromium) as of:
        yield of
