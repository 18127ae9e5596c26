"""The page: one file, whole, with what was measured and what makes it doubtful; no file name is taken as markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import soundfile
from tests.evaluate import tiny_models

from soundwright.errors import BadRequest, CannotRun
from soundwright.evaluate import charts, report
from soundwright.progress import Progress


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("SOUNDWRIGHT_DEVICE", "cpu")


def folders(tmp_path, count=10):
    for number, name in enumerate(("ref", "gen")):
        (tmp_path / name).mkdir()
        for at in range(count):
            x = 0.1 * np.random.default_rng([number, at]).standard_normal(24_000)
            soundfile.write(tmp_path / name / f"<b>{at}.wav", x, 16_000)
    return tmp_path / "ref", tmp_path / "gen"


class Page(HTMLParser):
    """Counts tags and sees that all that were opened are closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.count, self.sources = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_one_self_contained_page(tmp_path):
    tiny_models.ast(tmp_path / "weights" / "evaluate" / "ast")
    ref, gen = folders(tmp_path)
    place = tmp_path / "out" / "report.html"
    results = report.write(ref, gen, place, ["logmel", "ast"], Progress(), draws=5)
    assert [result.metric for result in results] == ["fad", "kad", "spread", "fad", "kad", "spread", "kl"]
    text = place.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert page.count["svg"] == 6
    assert page.count["img"] == 12
    assert "b" not in page.count  # none from a file's name
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert "http" not in re.sub(r'"data:[^"]*"', "", text)
    told = json.loads(re.search(r'id="results">(.*?)</script>', text, re.S)[1])
    assert told == [json.loads(json.dumps(result.flat())) for result in results]
    assert f"{results[0].values['fad']:.5g}" in text
    assert "want 880 and more" in text
    assert list((tmp_path / "out").iterdir()) == [place]


def test_what_cannot_be_done_leaves_no_file(tmp_path):
    ref, gen = folders(tmp_path, 1)
    place = tmp_path / "report.html"
    with pytest.raises(CannotRun, match="evaluate pull ast"):
        report.write(ref, gen, place, ["logmel", "ast"], Progress())
    with pytest.raises(BadRequest):
        report.write(ref, tmp_path / "none", place, ["logmel"], Progress())
    assert not place.exists()


def test_a_page_of_one_clip_each(tmp_path):
    ref, gen = folders(tmp_path, 1)
    report.write(ref, gen, tmp_path / "report.html", ["logmel"], Progress(), draws=5)
    assert Page((tmp_path / "report.html").read_text(encoding="utf-8")).count["img"] == 1


def test_charts_keep_their_marks_inside():
    drawn = charts.points([("a", [0, 1, 2], [5, -3, 9]), ("b & c", [4], [2])], "x", "y")
    places = [(float(x), float(y)) for x, y in re.findall(r'cx="([-\d.]+)" cy="([-\d.]+)"', drawn)]
    assert len(places) == 4
    assert all(0 < x < charts.WIDTH and 0 < y < charts.HEIGHT for x, y in places)
    assert "b &amp; c" in drawn
    assert charts.bars([("a", [1.0]), ("b", [1.0, 1.0])], "x").count("<rect") == 32
