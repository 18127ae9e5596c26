"""The page in real Chromium: it plays what it should, sample by sample, and a rater comes through by keys and mouse."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.browser import NO_SIDEWAYS, until
from tests.listen import serving

from soundwright.listen import document, stimuli
from soundwright.listen.session import Session
from soundwright.listen.store import Store
from soundwright.progress import Progress

RATE = 48_000


@pytest.fixture
def lab_of(lab, tmp_path):
    """Of a kind: its document in a folder of its own, so that answers of no other test are there."""

    def of(kind: str) -> Path:
        for name in ("original", "ours", "theirs"):
            shutil.copytree(lab / name, tmp_path / name, dirs_exist_ok=True)
        return Path(shutil.copy(lab / f"{kind}.yaml", tmp_path / f"{kind}.yaml"))

    return of


def _store(test: Path) -> Store:
    from soundwright.database import Database

    return Store(Database(f"sqlite:///{test.with_suffix('.answers.db')}"), document.read(test).test.title)


def _begin(page, name: str = "Begin") -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def _heard(page) -> None:
    """Until the sound that plays was heard for long enough to be judged."""
    page.locator('.pick.heard[aria-pressed="true"]').wait_for()


def test_a_mushra_by_keys_and_mouse_with_a_reload(lab_of, open_page):
    test = lab_of("mushra")
    with serving.here(test) as (base, store):
        [link] = [f"{base}/r/{token}" for token in store.invite(1)]
        page = open_page(link)
        _begin(page)
        assert page.get_by_text("Practice: not counted").is_visible()
        assert page.locator("h1").inner_text() == "How good is each sound beside the reference?"
        assert page.title() == "A test of <i>mushra</i>"  # a name is text, never markup
        # training, by the keyboard alone
        page.keyboard.press("r")
        until(page, "loudness() > 0.01")
        _heard(page)
        for key, presses in (("1", 3), ("2", 1), ("3", 0), ("4", 2), ("5", 4)):
            page.keyboard.press(key)
            for _ in range(presses):
                page.keyboard.press("PageUp")
            page.keyboard.press("ArrowUp")
            _heard(page)
        assert [o.inner_text() for o in page.locator("output").all()] == ["81", "61", "51", "71", "91"]
        page.keyboard.press("Enter")
        # the first trial, by the mouse
        page.get_by_text("1 of 2", exact=True).wait_for()
        assert page.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"
        page.get_by_role("button", name="Next").click(force=True)  # it says what is lacking
        assert page.get_by_text("Still to rate: 5 sounds").is_visible()
        for number in (1, 2, 3):
            page.get_by_role("button", name=f"Play sound {number}").click()
            slider = page.get_by_role("slider", name=f"Rating of sound {number}")
            box = slider.bounding_box()
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.2 * number))
            _heard(page)
        page.get_by_text("Saved", exact=True).wait_for()
        before = [o.inner_text() for o in page.locator("output").all()]
        assert before[3:] == ["\N{EN DASH}"] * 2
        assert all(abs(int(value) - (100 - 20 * n)) <= 3 for n, value in enumerate(before[:3], 1))
        # a reload in the middle: nothing is lost, the order is the same
        page.reload()
        _begin(page, "Go on")
        assert [o.inner_text() for o in page.locator("output").all()] == before
        assert page.get_by_text("Still to rate: 4, 5").is_visible()
        for number in (4, 5):
            page.keyboard.press(str(number))
            page.keyboard.press("End")
            _heard(page)
        page.keyboard.press("Enter")
        page.get_by_text("2 of 2", exact=True).wait_for()
        page.keyboard.press("r")
        _heard(page)
        for number in range(1, 5):
            page.keyboard.press(str(number))
            page.keyboard.press("Home")
            _heard(page)
        page.get_by_role("slider", name="Rating of sound 5").press("Home")  # rated, but never heard
        assert page.get_by_role("status").get_by_text("Still to hear: 5").is_visible()
        page.keyboard.press("Enter")
        assert page.get_by_text("2 of 2", exact=True).is_visible()
        page.keyboard.press("5")
        _heard(page)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you").wait_for()
    ratings = store.ratings()
    own = Session(document.read(test).test, store.secret, ratings[0].rater)
    [training, first, second] = own.trials.values()
    found = {(rating.trial, rating.condition): rating.value for rating in ratings}
    assert [found[training.key, name] for name in training.conditions] == [81, 61, 51, 71, 91]
    assert [found[first.key, name] for name in first.conditions] == [*map(float, before[:3]), 100, 100]
    assert [found[second.key, name] for name in second.conditions] == [0] * 5
    assert all(rating.done for rating in ratings)


def test_two_raters_at_once_and_a_server_that_goes_away(lab_of, open_page):
    test = lab_of("pair")
    process, base = serving.start(test)
    try:
        links = serving.invite(test, 2, base)
        # a browser tells of a server that is away
        pages = [open_page(link, quiet=False) for link in links]
        for page in pages:
            _begin(page)
            page.keyboard.press("a")
        for page in pages:
            for key in "bra":
                page.keyboard.press(key)
                _heard(page)
            page.keyboard.press("1")
            page.get_by_text("Saved", exact=True).wait_for()
        process.kill()
        process.communicate()
        pages[0].keyboard.press("2")
        pages[0].get_by_text("Not saved yet").wait_for()
        assert pages[0].evaluate("Object.values(localStorage).some((kept) => kept.includes('stimulus'))")
        process, _ = serving.start(test, int(base.rpartition(":")[2]))
        pages[0].get_by_text("Saved", exact=True).wait_for()
        for page in pages:
            page.keyboard.press("Enter")
            page.get_by_text("1 of 2", exact=True).wait_for()
    finally:
        process.kill()
        process.communicate()
    store = _store(test)
    [one, two] = store.ratings()
    read = document.read(test).test
    for rating, place in ((one, 1), (two, 0)):
        trial = next(iter(Session(read, store.secret, rating.rater).trials.values()))
        assert rating.condition == trial.conditions[place]


def test_a_phone_needs_no_sideways_scroll(lab_of, open_page):
    for kind in document.KINDS:
        with serving.here(lab_of(kind)) as (base, store):
            [token] = store.invite(1)
            page = open_page(f"{base}/r/{token}", (375, 667), has_touch=True, is_mobile=True)
            page.get_by_role("button", name="Begin").wait_for()
            assert page.evaluate(NO_SIDEWAYS), kind
            _begin(page)
            assert page.evaluate(NO_SIDEWAYS), kind
            assert page.evaluate(SMALL) == [], kind  # all is large enough for a finger
            assert page.evaluate(UNNAMED) == 0, kind
            page.close()


SMALL = """[...document.querySelectorAll("button, label.choice")]
  .filter((one) => one.offsetHeight < 40).map((one) => one.textContent)"""
UNNAMED = """[...document.querySelectorAll("input")].filter((one) => !one.labels.length && !one.ariaLabel).length"""


def test_a_mean_opinion_score_wants_the_whole_sound(lab_of, open_page):
    test = lab_of("acr")
    with serving.here(test) as (base, store):
        [link] = [f"{base}/r/{token}" for token in store.invite(1)]
        page = open_page(link)
        _begin(page)
        assert page.get_by_text("Listen to the whole sound").is_visible()
        words = [label.inner_text().split()[0] for label in page.locator("label.choice").all()]
        assert words == ["Excellent", "Good", "Fair", "Poor", "Bad"]
        page.keyboard.press(" ")
        clock = page.evaluate("contexts[0].currentTime")
        until(page, "loudness() > 0.01")
        page.get_by_role("status").get_by_text("Choose a grade").wait_for()
        page.get_by_role("button", name="Play", exact=True).wait_for()  # it ended by itself
        assert 1.1 < page.evaluate("contexts[0].currentTime") - clock < 5  # and took as long as it lasts
        assert page.evaluate("contexts[0].sampleRate") == RATE
        page.keyboard.press("4")
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("Listen to the whole sound").wait_for()  # the next one
    [rating] = store.ratings()
    assert rating.value == 4
    assert rating.elapsed_ms > 1000


# What the page's own player gives when it is rendered: the names it has, and at which frames it moves to which.
RENDER = """
async ([names, base, moves, frames, begin, loop]) => {
  const { Player } = await import("/page/player.js");
  const context = new OfflineAudioContext(2, frames, 48000);
  const load = async (name) => {
    const answer = await fetch(`${base}/sound/${name}.wav`);
    return context.decodeAudioData(await answer.arrayBuffer());
  };
  const buffers = new Map();
  for (const name of names) buffers.set(name, await load(name));
  const player = new Player(context, buffers);
  if (loop) player.region = loop;
  player.play(0, begin);
  for (const [name, frame] of moves) player.switchTo(name, frame / 48000);
  const made = await context.startRendering();
  const bytes = new Uint8Array(new Float32Array([...made.getChannelData(0), ...made.getChannelData(1)]).buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
"""


def test_moving_between_sounds_is_exact_to_the_sample(lab_of, open_page):
    """Rendered by the browser, the page's graph gives the very samples: the same place, no gap, no mix."""
    test = lab_of("mushra")
    with serving.here(test) as (base, store):
        [link] = [f"{base}/r/{token}" for token in store.invite(1)]
        page = open_page(link)
        _begin(page)
        token = link.rpartition("/")[2]
        read = document.read(test)
        own = Session(read.test, store.secret, token[:16])
        trial = next(iter(own.trials.values()))
        names = [own.sound(trial, str(place)) for place in range(len(trial.conditions))]
        made = stimuli.prepare(read, Progress())
        sounds = [
            soundfile.read(made.table[trial.phase, trial.item, name].file, dtype="float32", always_2d=True)[0].T
            for name in trial.conditions
        ]

        def render(moves, frames, begin=0, loop=None) -> np.ndarray:
            text = page.evaluate(RENDER, [names, link, moves, frames, begin, loop])
            return np.frombuffer(base64.b64decode(text), np.float32).reshape(2, -1)

        length = sounds[0].shape[1]
        cuts = [
            (0, 0),
            (2, 4801),
            (4, 4931),
            (1, 20_003),
            (3, 44_444),
            (0, length + 777),
        ]  # odd places, one short, a loop
        found = render([(names[at], frame) for at, frame in cuts[1:]], length + 5000)
        whole = np.stack([np.concatenate([sound, sound], axis=1)[:, : length + 5000] for sound in sounds])
        expected = np.empty_like(found)
        for (at, frame), end in zip(cuts, [frame for _, frame in cuts[1:]] + [length + 5000], strict=True):
            expected[:, frame:end] = whole[at][:, frame:end]
        np.testing.assert_array_equal(found, expected)
        # from the middle: the same samples after a rise of 5 ms
        found = render([(names[1], 3000)], 6000, begin=10_000)
        np.testing.assert_array_equal(found[:, 241:3000], sounds[0][:, 10_241:13_000])
        np.testing.assert_array_equal(found[:, 3000:6000], sounds[1][:, 13_000:16_000])
        assert np.all(np.abs(found[:, :240]) <= np.abs(sounds[0][:, 10_000:10_240]) + 1e-6)
        # a loop of 600 ms, faded by raised cosines of 5 ms at both ends
        first, last = 7001, 35_801
        slope = (0.5 - 0.5 * np.cos(np.pi * (np.arange(240) + 0.5) / 240)).astype(np.float32)
        cut = sounds[0][:, first:last].copy()
        cut[:, :240] *= slope
        cut[:, -240:] *= slope[::-1]
        found = render([], 3 * (last - first), begin=first, loop=[first, last])
        np.testing.assert_allclose(found, np.tile(cut, 3), atol=1e-7)


def test_a_loop_is_never_shorter_than_half_a_second(lab_of, open_page):
    test = lab_of("mushra")
    with serving.here(test) as (base, store):
        [link] = [f"{base}/r/{token}" for token in store.invite(1)]
        page = open_page(link)
        _begin(page)
        regions = page.evaluate(
            """async () => {
              const { Player } = await import("/page/player.js");
              const context = new OfflineAudioContext(1, 48000, 48000);
              const player = new Player(context, new Map([["a", context.createBuffer(1, 57600, 48000)]]));
              return [[0.3, 0.4], [0, 1.2], [1.1, 1.2], [-1, 9], [0.9, 0.1]].map(([from, to]) => {
                player.setLoop(from, to);
                return player.region;
              });
            }"""
        )
        assert regions == [[14400, 38400], [0, 57600], [33600, 57600], [0, 57600], [33600, 57600]]
        # and on the page itself: the stretch is marked, the place stays in it while it plays on
        page.keyboard.press("r")
        page.keyboard.press("]")
        place, seen = page.get_by_role("slider", name="Place in the sound"), []
        for wanted in ("> 0.35", "< 0.15", "> 0.35"):  # it went round
            until(page, f"Number(document.querySelector('.place').value) {wanted}")
            seen.append(float(place.input_value()))
        assert max(seen) <= 0.52


def test_dark_and_light_can_be_read(lab_of, open_page):
    """WCAG: at least 4.5 between text and what is behind it, 3 for the ring of the focus."""
    test = lab_of("abx")
    with serving.here(test) as (base, store):
        for token, scheme in zip(store.invite(2), ("light", "dark"), strict=True):
            page = open_page(f"{base}/r/{token}", color_scheme=scheme)
            _begin(page)
            colours = page.evaluate(
                """() => {
                  const paint = document.createElement("canvas").getContext("2d");
                  const of = (name) => {
                    paint.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
                    return paint.fillStyle;
                  };
                  const names = "ground card ink quiet accent on-accent soft warm warm-soft fill".split(" ");
                  return Object.fromEntries(names.map((n) => [n, of(`--${n}`)]));
                }"""
            )
            pairs = [("ink", "ground"), ("ink", "card"), ("ink", "fill"), ("quiet", "card"), ("quiet", "ground")]
            pairs += [("quiet", "fill"), ("accent", "card"), ("on-accent", "accent"), ("accent", "soft")]
            pairs += [("warm", "warm-soft"), ("warm", "ground"), ("warm", "card"), ("accent", "ground")]
            for text, behind in pairs:
                assert _contrast(colours[text], colours[behind]) >= 4.5, (scheme, text, behind)


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
