"""Real Chromium, as the system has it, for the pages: what they play is listened to where it goes to the sound card."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_SIDEWAYS = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) <= innerWidth"
# Everything that goes to the sound card goes through an analyser as well; contexts are kept to read their clocks.
WATCH = """
window.contexts = [];
const Plain = window.AudioContext;
window.AudioContext = class extends Plain { constructor(...a) { super(...a); contexts.push(this); } };
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode && to.context instanceof Plain) {
    this.context.ear ??= Object.assign(this.context.createAnalyser(), { fftSize: 2048 });
    connect.call(this, this.context.ear);
  }
  return connect.call(this, to, ...rest);
};
window.loudness = () => {
  const block = new Float32Array(2048);
  contexts[0].ear.getFloatTimeDomainData(block);
  return Math.sqrt(block.reduce((sum, x) => sum + x * x, 0) / block.length);
};
"""


@contextmanager
def running():
    """A browser. One at a time: Playwright's synchronous side runs once in a thread."""
    if not CHROMIUM:
        pytest.skip("no Chromium is installed (Debian: chromium)")
    api = pytest.importorskip("playwright.sync_api")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*flags, "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@contextmanager
def pages(browser):
    """Opens pages of a size, each in a context of its own, that may not complain and may ask nobody but the server."""
    faults, contexts = [], []

    def of(link: str, size=(1280, 900), quiet: bool = True, **more):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        context.set_default_timeout(30_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        host = "/".join(link.split("/")[:3]) + "/"
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if _fault(told.text, told.type, quiet) else None)
        page.on(
            "request", lambda asked: faults.append(asked.url) if not asked.url.startswith((host, "blob:")) else None
        )
        page.goto(link)
        return page

    yield of
    for context in contexts:
        context.close()
    assert not faults, faults


def _fault(text: str, kind: str, quiet: bool) -> bool:
    """Whether a console tells of a fault; where a server refuses or is away, the browser tells of that as well."""
    return kind == "error" and (quiet or not text.startswith("Failed to load resource"))


def until(page, condition: str) -> None:
    """Until it is so: Playwright's own waiting is kept out by the pages' content security policy."""
    for _ in range(1500):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"not within 30 s: {condition}")
