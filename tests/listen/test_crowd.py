"""Fifty raters at once lose no answer, also when the server is killed in the middle and started again."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from tests.listen import serving

RATERS = 50


async def _patiently(client: httpx.AsyncClient, method: str, url: str, **more) -> httpx.Response:
    """As the page does: again and again until the server answers."""
    for _ in range(300):
        try:
            answer = await client.request(method, url, **more)
            if answer.status_code < 500:
                return answer
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the server stayed away")


async def _rater(client: httpx.AsyncClient, link: str, number: int, told: dict, enough: asyncio.Event) -> None:
    rng = np.random.default_rng(number)
    session = (await _patiently(client, "GET", f"{link}/session")).json()
    for trial in session["trials"]:
        for name in (trial["reference"], *trial["stimuli"]):
            if rng.uniform() < 0.1:  # a few of the sounds, so that the test moves no hundreds of megabytes
                assert (await _patiently(client, "GET", f"{link}/sound/{name}.wav")).status_code == 200
        for stimulus in trial["stimuli"]:
            value = int(rng.integers(101))
            body = {"trial": trial["trial"], "stimulus": stimulus, "value": value}
            assert (await _patiently(client, "POST", f"{link}/answer", json=body)).status_code == 200
            told[stimulus] = value
            if len(told) > 150:
                enough.set()
        body = {"trial": trial["trial"], "elapsed_ms": 1000}
        assert (await _patiently(client, "POST", f"{link}/done", json=body)).status_code == 200


async def _crowd(test, links: list[str], port: int, process) -> tuple[dict[str, int], object, dict[str, float]]:
    told: dict[str, int] = {}
    enough = asyncio.Event()
    async with httpx.AsyncClient(timeout=10, limits=httpx.Limits(max_connections=RATERS)) as client:
        crowd = asyncio.gather(*(_rater(client, link, n, told, enough) for n, link in enumerate(links)))
        await asyncio.wait([asyncio.ensure_future(enough.wait()), crowd], return_when=asyncio.FIRST_COMPLETED)
        process.kill()
        process.communicate()
        assert not crowd.done()  # it was killed in the middle
        process, _ = await asyncio.to_thread(serving.start, test, port)
        await crowd
        found: dict[str, float] = {}
        for link in links:
            session = (await _patiently(client, "GET", f"{link}/session")).json()
            assert all(trial["done"] for trial in session["trials"])
            for trial in session["trials"]:
                found |= trial["answers"]
    return told, process, found


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_fifty_raters_and_a_killed_server(lab, tmp_path):
    for name in ("original", "ours", "theirs"):
        shutil.copytree(lab / name, tmp_path / name)
    test = tmp_path / "mushra.yaml"
    test.write_text((lab / "mushra.yaml").read_text("utf-8").partition("training:")[0], "utf-8")
    process, base = serving.start(test)
    try:
        links = serving.invite(test, RATERS, base)
        assert len(set(links)) == RATERS
        with ThreadPoolExecutor(1) as aside:  # where no browser's loop runs
            crowd = _crowd(test, links, urlsplit(base).port, process)
            told, process, found = aside.submit(asyncio.run, crowd).result()
    finally:
        process.kill()
        process.communicate()
    assert len(told) == RATERS * 2 * 5
    assert found == told
    rows = sqlite3.connect(tmp_path / "mushra.answers.db").execute("SELECT count(*) FROM listen_ratings").fetchone()
    assert rows == (len(told),)
    assert sqlite3.connect(tmp_path / "mushra.answers.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
