"""The music side of the studio in real Chromium: a plan edited, takes made and compared, a section played anew."""

from __future__ import annotations

import hashlib
import io
import queue
import socket
import threading
import zipfile
from contextlib import ExitStack, contextmanager

import httpx
import numpy as np
import pytest
import soundfile
from tests.browser import NO_SIDEWAYS, until
from tests.serve.conftest import settings

import soundwright as sw
from soundwright.serve import keys
from soundwright.serve.app import app
from soundwright.serve.page import page

HOSTILE = 'slow piano <img src=x onerror="window.hacked=1">'
PLAN = """title: Two rooms <script>window.hacked=1</script>
duration_s: 6.0
tempo_bpm: 120
key: A minor
parts: {piano: {instrument: felt piano, role: chords}, bass: {instrument: upright bass, role: bass}}
sections:
  - {name: verse, bars: 1, energy: 0.4, chords: [Am]}
  - {name: "<b>chorus</b>", bars: 1, energy: 0.8, chords: [F]}
"""
FOCUSED = """(() => {
  const one = document.activeElement;
  return (one?.getAttribute("aria-label") || one?.labels?.[0]?.textContent || one?.textContent || "").trim();
})()"""
PLACE = "[...document.querySelectorAll('.clocks')].find((one) => one.offsetParent).textContent"


@pytest.fixture(scope="module")
def client(service):
    with sw.Client(service.address) as client:
        yield client


@pytest.fixture(scope="module")
def song(client):
    """A song of two sections with stems, and one of them played anew: what many pages show."""
    job = client.submit("music", prompt="two rooms", plan=PLAN, deliver={"stems": True}).wait()
    client.submit("repaint", source=job.id, section="2", seed=5).wait()
    return job


def newest(client, verb="music"):
    return next(job for job in client.jobs(limit=5) if job.told["verb"] == verb)


def samples(service, job) -> np.ndarray:
    file = next(file for file in job.files if file["role"] == "audio")
    return soundfile.read(io.BytesIO(httpx.get(f"{service.address}{file['url']}").content), dtype="int32")[0]


def clock(page) -> float:
    minutes, seconds = page.evaluate(PLACE).split("/")[0].strip().split(":")
    return 60 * int(minutes) + float(seconds)


def take(page, number: int):
    return page.locator(".music .take").nth(number - 1)


def test_from_words_to_a_section_played_anew(service, client, open_page):
    page = open_page(service.address, quiet=False)  # a browser tells of what is refused
    page.get_by_label("What do you want to hear?").fill(HOSTILE)
    page.get_by_label("Length in seconds").fill("8")
    page.get_by_label("Stems", exact=True).uncheck()
    page.get_by_role("button", name="Plan first").click()
    rows = page.locator(".section")
    rows.first.wait_for()
    assert page.get_by_text("not rendered yet").is_visible()
    first = rows.first.get_by_label("Name").input_value()
    page.get_by_role("button", name=f"Copy: {first}").click()
    rows.nth(1).get_by_label("Bars").fill("1")
    rows.nth(1).get_by_label("Name").fill("<i>coda</i>")
    rows.nth(1).get_by_label("Chords").fill("Hm")  # no chord
    rows.nth(1).get_by_label("Chords").press("Tab")
    rows.nth(1).get_by_role("alert").get_by_text("Hm").wait_for()
    page.get_by_role("button", name="Render the plan").click()  # is not sent while it is wrong
    rows.nth(1).get_by_label("Chords").fill("Dm")
    rows.nth(1).get_by_label("Chords").press("Tab")
    until(page, "![...document.querySelectorAll('.wrong-words')].some((one) => one.offsetParent)")
    page.get_by_role("button", name="Render the plan").click()
    page.get_by_role("heading", name="Measured").wait_for()
    whole = newest(client)
    assert whole.told["request"]["prompt"] == HOSTILE
    assert page.evaluate("document.querySelectorAll('main img, main script, main i').length") == 0
    assert not page.evaluate("window.hacked")
    # an edit of one section, which alone is played anew
    rows.nth(1).get_by_label("Chords").fill("F")
    rows.nth(1).get_by_label("Chords").press("Tab")
    page.get_by_text("edited since take 1").wait_for()
    page.get_by_role("button", name="Play <i>coda</i> anew").click()
    take(page, 2).wait_for()
    assert "coda" in take(page, 2).inner_text()
    anew = newest(client, "repaint").wait()
    assert anew.told["request"]["source"] == whole.id
    old, new = samples(service, whole), samples(service, anew)
    edge = round(float(rows.nth(1).locator(".when").inner_text().split()[0]) * 48_000)
    edge = max(edge - 4800, 0)  # the page rounds to tenths
    assert old.shape == new.shape
    assert (old[:edge] == new[:edge]).all()
    assert not (old[edge:] == new[edge:]).all()
    page.get_by_text("of take 2", exact=True).wait_for()
    # who makes bars longer renders the whole
    rows.nth(0).get_by_label("Bars").fill(str(int(rows.nth(0).get_by_label("Bars").input_value()) + 1))
    rows.nth(0).get_by_label("Bars").press("Tab")
    assert page.get_by_role("button", name=f"Play {first} anew").is_disabled()
    page.get_by_role("button", name="Back to the take's plan").click()
    assert page.get_by_role("button", name=f"Play {first} anew").is_enabled()


def test_takes_are_heard_at_the_same_place_and_stems_are_mixed(service, client, song, open_page):
    page = open_page(f"{service.address}/#music/{song.id}")
    take(page, 2).wait_for()
    page.get_by_role("heading", name="Measured").wait_for()
    assert page.title() == "Music · Soundwright"
    assert page.locator("h1:visible").inner_text() == "Two rooms <script>window.hacked=1</script>"
    until(page, "document.querySelector('.music .wave > div')?.shadowRoot.querySelectorAll('canvas').length > 0")
    until(page, "document.querySelectorAll('.music .spectrum canvas').length > 0")
    page.locator("h1:visible").click()
    page.keyboard.press(" ")
    until(page, "loudness() > 0.003")
    until(page, f"!{PLACE}.startsWith('0:00.')")  # a second on
    page.keyboard.press("2")
    until(page, "document.querySelectorAll('.music .take')[1].getAttribute('aria-pressed') === 'true'")
    before = clock(page)
    page.keyboard.press("1")
    assert 0 <= clock(page) - before < 1.5
    page.get_by_role("button", name="Repeat verse").click()
    page.wait_for_timeout(2300)
    assert clock(page) < 2.05
    assert page.get_by_role("button", name="Pause").is_visible()
    page.get_by_role("button", name="Repeat verse").click()
    page.locator("h1:visible").click()
    page.keyboard.press(" ")
    stopped = clock(page)
    page.keyboard.press("ArrowRight")
    assert clock(page) == pytest.approx(min(stopped + 5, 6), abs=0.11)
    page.keyboard.press("Home")
    assert clock(page) == 0
    page.get_by_role("button", name="Open the stems").click()
    page.get_by_role("button", name="Mute piano").wait_for()
    names = page.locator(".strips .name").all_inner_texts()
    assert {"piano", "bass"} <= set(names)
    page.locator("h1:visible").click()
    page.keyboard.press(" ")
    until(page, "loudness() > 0.003")
    for name in names:
        page.get_by_role("button", name=f"Mute {name}").click()
    until(page, "loudness() < 1e-5")
    page.get_by_role("button", name="Mute bass").click()
    until(page, "loudness() > 0.001")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download everything").click()
    archive = zipfile.ZipFile(coming.value.path())
    assert archive.testzip() is None
    found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert found == {file["name"]: file["sha256"] for file in song.files}
    with page.expect_download() as coming:
        page.get_by_role("button", name="Sound .wav").click()
    assert coming.value.suggested_filename.endswith(".wav")


def test_a_reload_goes_on_and_a_job_is_cancelled(service, client, open_page):
    page = open_page(service.address)
    page.get_by_label("What do you want to hear?").fill("slow choir of the reload")
    page.get_by_label("Length in seconds").fill("60")
    page.get_by_role("button", name="Make song").click()
    page.get_by_role("progressbar").wait_for()
    page.reload()
    page.get_by_role("progressbar").wait_for()
    assert page.get_by_label("What do you want to hear?").input_value() == "slow choir of the reload"
    page.get_by_role("link", name="Jobs").click()
    row = page.locator("li.job").first
    row.get_by_text("slow choir of the reload").wait_for()
    row.get_by_role("button", name="Cancel").click()
    row.get_by_text("cancelled").wait_for()
    assert newest(client).state == "cancelled"
    row.get_by_role("button", name="Forget slow choir of the reload").click()
    until(page, "!document.querySelector('li.job')?.textContent.includes('of the reload')")
    assert "reload" not in str([job.told["request"] for job in client.jobs(limit=5)])


def tab_to(page, name: str) -> None:
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    raise AssertionError(f"no {name} is reached by Tab; the last is {page.evaluate(FOCUSED)!r}")


def test_the_keyboard_alone_is_enough(service, client, open_page):
    page = open_page(service.address)
    tab_to(page, "To the content")
    page.keyboard.press("Enter")
    tab_to(page, "What do you want to hear?")
    page.keyboard.type("felt piano by keys")
    tab_to(page, "Length in seconds")
    page.keyboard.press("Control+a")
    page.keyboard.type("5")
    tab_to(page, "Plan first")
    page.keyboard.press("Enter")
    page.locator(".section").first.wait_for()
    tab_to(page, "Energy")
    page.keyboard.press("End")
    until(page, "document.querySelector('.section output').textContent === '100'")
    tab_to(page, "Render the plan")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Measured").wait_for()
    assert newest(client).told["request"]["prompt"] == "felt piano by keys"
    page.keyboard.press("?") if page.evaluate("document.activeElement.tagName") != "INPUT" else None
    page.get_by_role("dialog", name="Keys").wait_for()
    page.keyboard.press("Enter")  # closes it
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(" ")
    until(page, "loudness() > 0.003")
    assert page.get_by_role("button", name="Pause").is_visible()
    tab_to(page, "Position")
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.keyboard.press("End")
    assert page.get_by_role("slider", name="Position").get_attribute("aria-valuetext").startswith("5.0 of 5.0")


def test_a_phone_needs_no_sideways_scroll(service, song, open_page):
    page = open_page(f"{service.address}/#music/{song.id}", (390, 844), has_touch=True, is_mobile=True)
    page.get_by_role("heading", name="Measured").wait_for()
    assert page.evaluate(NO_SIDEWAYS)
    page.get_by_role("button", name="Words and settings").tap()
    page.get_by_role("button", name="Make song").wait_for()
    page.locator(".section summary").first.tap()
    assert page.evaluate(NO_SIDEWAYS)
    small = "[...document.querySelectorAll('button, a')].filter((one) => one.offsetHeight && one.offsetHeight < 30)"
    assert page.evaluate(f"{small}.map((one) => one.textContent)") == ["To the content"][:0]
    for tab in ("effect", "jobs", "music"):
        page.goto(f"{service.address}/#{tab}")
        page.locator(f"section.{tab}").wait_for()
        assert page.evaluate(NO_SIDEWAYS), tab


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_serious_fault(service, song, open_page, colours):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(
        f"{service.address}/#music/{song.id}", color_scheme=colours, bypass_csp=True
    )  # axe has styles of its own
    page.get_by_role("heading", name="Measured").wait_for()
    page.get_by_role("button", name="Open the stems").wait_for()
    page.locator(".section summary").first.click()
    for place in ("", "#jobs", "#effect", "#music"):
        if place:
            page.goto(f"{service.address}/{place}")
            page.locator(f"section.{place[1:]}").wait_for()
        found = axe.run(page).response["violations"]
        grave = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found
                 if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert grave == [], place


@contextmanager
def here(settings):
    """A service in a thread, without workers, with its page."""
    with ExitStack() as stack:
        ready = queue.Queue()

        def stands() -> None:
            import uvicorn

            with socket.create_server(("127.0.0.1", 0)) as taken:
                server = uvicorn.Server(uvicorn.Config(app(settings, page()), log_level="warning"))
                ready.put((f"http://127.0.0.1:{taken.getsockname()[1]}", server))
                server.run(sockets=[taken])

        thread = threading.Thread(target=stands)
        thread.start()
        address, server = ready.get(timeout=30)
        stack.callback(thread.join, 30)
        stack.callback(setattr, server, "should_exit", True)
        yield address


def test_a_service_that_wants_keys_asks_for_one(tmp_path, open_page):
    key = keys.new(tmp_path / "keys", "ann")
    with here(settings(tmp_path, keys=tmp_path / "keys")) as address:
        opened = open_page(address, quiet=False)  # a browser tells of what is refused
        dialog = opened.get_by_role("dialog", name="Key of the service")
        dialog.wait_for()
        opened.get_by_label("Key", exact=True).fill("sw-wrong")
        opened.keyboard.press("Enter")
        opened.get_by_text("That key opens nothing here").wait_for()
        opened.get_by_label("Key", exact=True).fill(key)
        opened.keyboard.press("Enter")
        dialog.wait_for(state="hidden")
        opened.get_by_label("What do you want to hear?").fill("rain of keys")
        opened.get_by_role("button", name="Make song").click()
        opened.get_by_text("Waiting").wait_for()
        assert not opened.evaluate("Object.values(localStorage).join().includes('sw-')")
        opened.reload()  # the tab still has the key
        opened.get_by_text("Waiting").wait_for()
        assert not dialog.is_visible()
        opened.goto("about:blank")  # lets its line go
