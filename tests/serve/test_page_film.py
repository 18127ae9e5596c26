"""The film side of the studio in real Chromium: cues are dragged, rolled, muted, locked and replaced, and what is
rendered is heard to have followed; the picture keeps to the sound."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise

import httpx
import numpy as np
import pytest
import soundfile
from tests.browser import NO_SIDEWAYS
from tests.films import make

from soundwright.audio import Audio
from soundwright.dsp import onsets

RATE, FPS = 48_000, 25
SOUND = "a ball bounces on wood"


@pytest.fixture(scope="module")
def ball(tmp_path_factory):
    return make("bounce", 5, path=tmp_path_factory.mktemp("ball"), rate="25", seconds=4.0)


@pytest.fixture
def studio(open_page, service):
    """Opens the studio at a place."""

    def of(place="#film", **more):
        return open_page(f"{service.address}/{place}", **more)

    return of


@pytest.fixture(scope="module")
def looked(service, ball):
    """The upload of a film that was looked at."""
    import soundwright as sw

    with sw.Client(service.address) as client:
        job = client.submit("cues", video=ball.path, prompt=SOUND).wait()
        return job.told["request"]["video"]


def cue(page, number):
    return page.get_by_role("slider", name=f"Cue {number},")


def at_s(page, number) -> float:
    return float(cue(page, number).get_attribute("aria-valuenow"))


def until(page, condition) -> None:
    """Until it is so, as Python sees it."""
    for _ in range(1000):
        if condition():
            return
        page.wait_for_timeout(30)
    raise AssertionError("not within 30 s")


def render(page, http, before: int):
    """Render, and what came of it: the mix, and its manifest."""
    page.get_by_role("button", name="Render", exact=True).click()
    page.get_by_role("button", name=f"Take {before + 1}", pressed=True).wait_for()
    job = next(job for job in http.get("/v1/jobs").json()["jobs"] if job["verb"] == "soundtrack")
    until(page, lambda: page.locator(".film-editor").get_attribute("data-heard") == job["id"])
    files = {file["role"]: http.get(file["url"]).content for file in job["files"]}
    return soundfile.read(io.BytesIO(files["audio"]))[0].T, json.loads(files["manifest"])


def heard_near(x: np.ndarray, time_s: float) -> float:
    """How far the nearest beginning of a sound is."""
    found = [one.time_s for one in onsets.onsets(Audio(x.astype(np.float32), RATE))]
    return min((abs(one - time_s) for one in found), default=9.0)


def region(facts: dict, number: int) -> slice:
    row = next(row for row in facts["used"]["cues"] if row["number"] == number)
    return slice(max(row["start_frame"] - 480, 0), row["start_frame"] + row["frames"] + 480)


def test_cues_are_edited_and_heard_where_they_went(studio, service, ball, tmp_path):
    soundfile.write(tmp_path / "click.wav", np.pad(0.5 * np.exp(-np.arange(2400) / 150), (4800, 9600)), RATE)
    page = studio()
    page.get_by_label("What is heard in it").fill(SOUND)
    page.get_by_label("Film file").set_input_files(ball.path)
    cue(page, 5).wait_for()
    times = {n: at_s(page, n) for n in range(1, 6)}
    assert all(min(abs(time - true.time_s) for true in ball.events) < 0.03 for time in times.values())
    with httpx.Client(base_url=service.address) as http:
        first, then = render(page, http, 0)
        # cue 2 is dragged to the right, free of what was seen
        box = cue(page, 2).bounding_box()
        page.mouse.move(box["x"] + 6, box["y"] + 12)
        page.mouse.down()
        page.keyboard.down("Alt")
        page.mouse.move(box["x"] + 40, box["y"] + 12, steps=4)
        page.mouse.up()
        page.keyboard.up("Alt")
        moved_s = at_s(page, 2)
        assert 0.05 < moved_s - times[2] < 0.3
        # cue 4 gets another take, cue 3 is replaced, cue 5 is muted
        cue(page, 4).press("r")
        cue(page, 3).click()
        page.get_by_role("button", name="Replace…").click()
        page.get_by_label("Sound file").set_input_files(tmp_path / "click.wav")
        page.get_by_text("Played by the recording click.wav.").wait_for()
        cue(page, 5).click()
        page.get_by_role("button", name="Mute").click()
        assert "muted" in cue(page, 5).get_attribute("aria-valuetext")
        # cue 1 is locked, and stays whatever is tried
        cue(page, 1).press("l")
        cue(page, 1).press("ArrowRight")
        box = cue(page, 1).bounding_box()
        page.mouse.move(box["x"] + 6, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 12, steps=3)
        page.mouse.up()
        assert at_s(page, 1) == times[1]
        assert page.get_by_role("button", name="Another take").is_disabled()
        second, now = render(page, http, 1)
    assert heard_near(second, moved_s) < 0.010
    assert heard_near(second, times[2]) > 0.030
    assert heard_near(first, times[5]) < 0.015
    assert heard_near(second, times[5]) > 0.030
    row = next(row for row in now["used"]["cues"] if row["number"] == 3)
    assert row["engine"] == "recording"
    assert abs(heard_near(second, times[3])) < 0.010
    # all that was not touched is the same; the filter under 20 Hz rings on, softer than 16 bits hold
    touched = np.zeros(first.shape[1], bool)
    for facts, numbers in ((then, (2, 3, 4, 5)), (now, (2, 3, 4))):
        for number in numbers:
            touched[region(facts, number)] = True
    assert 0.1 < touched.mean() < 0.9
    assert np.abs(first - second)[:, ~touched].max() < 1e-3
    assert np.abs(first - second)[:, touched].max() > 0.05
    alone = next(row for row in then["used"]["cues"] if row["number"] == 1)
    assert alone == next(row for row in now["used"]["cues"] if row["number"] == 1)


def test_keys_undo_and_a_reload_in_the_middle(studio, service, looked):
    page = studio(f"#film/{looked}")
    cue(page, 2).wait_for()
    start = at_s(page, 2)
    cue(page, 2).focus()
    for key, pictures in (("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10)):
        page.keyboard.press(key)
        assert at_s(page, 2) == pytest.approx(start + pictures / FPS, abs=2e-4)
    assert page.get_by_label("At (seconds)").input_value() == f"{start + 10 / FPS:.3f}"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.cue") != "2"
    page.keyboard.press("m")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert at_s(page, 2) == pytest.approx(start, abs=1e-4)  # steps that follow each other are one
    page.keyboard.press("Control+Shift+z")
    assert at_s(page, 2) == pytest.approx(start + 10 / FPS, abs=2e-4)
    # a name is text, never markup
    cue(page, 3).click()
    page.get_by_label("Sound", exact=True).fill("<img src=x onerror=alert(1)> knock")
    page.get_by_label("Sound", exact=True).press("Enter")
    assert cue(page, 3).get_attribute("aria-label").endswith("<img src=x onerror=alert(1)> knock")
    # rendering goes on while the page is loaded anew, and what was edited is as it was
    page.get_by_role("button", name="Render", exact=True).click()
    page.get_by_role("listitem").filter(has_text="Take 1").wait_for()
    page.reload()
    page.get_by_role("button", name="Take 1").wait_for()
    assert at_s(page, 2) == pytest.approx(start + 10 / FPS, abs=2e-4)
    # another browser has no draft: it goes on from what was rendered last
    other = studio(f"#film/{looked}")
    cue(other, 2).wait_for()
    assert at_s(other, 2) == pytest.approx(start + 10 / FPS, abs=2e-4)
    # another plan keeps what is locked
    cue(other, 2).press("l")
    other.get_by_label("What is heard in it").fill("knock on wood")
    other.get_by_role("button", name="Plan again").click()
    other.get_by_text("cues planned").wait_for()
    locked = other.locator(".tl-cue.locked")
    assert locked.count() == 1
    assert float(locked.get_attribute("aria-valuenow")) == pytest.approx(start + 10 / FPS, abs=2e-4)
    assert "knock on wood" in other.get_by_role("slider", name="Cue 1,").get_attribute("aria-label")


def test_the_picture_keeps_to_the_sound_and_takes_are_switched_in_place(studio, looked):
    page = studio(f"#film/{looked}")
    cue(page, 1).wait_for()
    page.wait_for_timeout(500)  # by when earlier takes stand there
    takes = page.get_by_role("button", name=re.compile(r"^Take \d"))
    first = takes.count() + 1  # others may have made some of this film
    for number in (first, first + 1):
        page.get_by_role("button", name="New take of all").click()
        page.get_by_role("button", name=f"Take {number}", pressed=True).wait_for()
    page.get_by_role("slider", name="Position in the film").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    drifts, places, heard = [], [], 0.0
    for number in (first, first + 1) * 2:
        page.keyboard.press(str(number))
        page.get_by_role("button", name=f"Take {number}", pressed=True).wait_for()
        for _ in range(8):
            page.wait_for_timeout(60)
            row = page.evaluate(
                """() => { const video = document.querySelector("video"); return [Number(video.dataset.driftMs),
                video.currentTime, Number(document.querySelector(".tl-ruler").getAttribute("aria-valuenow"))]; }"""
            )
            drifts.append(row[0])
            places.append(row[1:])
            heard = max(heard, page.evaluate("loudness()"))
    assert heard > 0.01
    assert places[-1][1] > places[0][1] + 1.0  # it played on through the changes
    assert all(after[1] >= before[1] for before, after in pairwise(places))
    assert np.nanmedian(np.abs(drifts[4:])) < 1000 / FPS
    assert np.median([abs(seen - heard) for seen, heard in places[4:]]) < 1 / FPS
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert "picture 2" in page.locator(".film-clock").inner_text()
    until(page, lambda: abs(page.evaluate("document.querySelector('video').currentTime") - 1 / FPS) < 0.5 / FPS)


def test_a_phone_needs_no_sideways_scroll_and_drags_by_touch(studio, looked):
    page = studio(f"#film/{looked}", size=(390, 844), has_touch=True, is_mobile=True, device_scale_factor=2)
    cue(page, 2).wait_for()
    assert page.evaluate(NO_SIDEWAYS)
    cue(page, 2).scroll_into_view_if_needed()
    before, box = at_s(page, 2), cue(page, 2).bounding_box()
    assert min(box["height"], box["width"]) >= 24
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 8, box["y"] + 12
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 8 * step, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert 0.1 < at_s(page, 2) - before < 1.0
    assert page.get_by_role("heading", name="Cue 2").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(studio, looked, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = studio("#film", color_scheme=scheme)
    page.get_by_role("heading", name="Films that are here").wait_for()
    for place in ("", f"/{looked}"):
        page.goto(f"{page.url.partition('#')[0]}#film{place}")
        if place:
            cue(page, 1).click()
            page.get_by_role("button", name="Mute").wait_for()
        told = axe.run(page).response["violations"]
        assert [one for one in told if one["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="Replace…").click()
    page.get_by_role("heading", name="Replace a sound").wait_for()
    told = axe.run(page).response["violations"]
    assert [one["id"] for one in told if one["impact"] in ("serious", "critical")] == []


def test_what_is_no_film_is_told_and_nothing_is_kept(studio, service, tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"no film at all")
    page = studio("#film", quiet=False)  # a browser tells of every refusal
    page.get_by_label("Film file").set_input_files(tmp_path / "x.mp4")
    page.get_by_text("this is no sound").wait_for()
    assert page.get_by_role("button", name="Choose a film").is_enabled()
