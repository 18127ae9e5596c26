"""Shared by all tests: where a skip counts as a failure, it becomes one; databases of either kind; a browser."""

from __future__ import annotations

import os

import pytest
from tests import browser
from tests.postgres import cluster, empty


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
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
