"""What the studio's page is made of, and how it is served: a closed table, with careful headers, as its sources are."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.serve.conftest import HERE, settings

from soundwright.serve.app import app
from soundwright.serve.page import PAGE, page

WEB = Path(__file__).parents[2] / "web"


@pytest.fixture
def site(tmp_path):
    with TestClient(app(settings(tmp_path), page()), base_url=HERE) as client:
        yield client


def test_the_build_is_that_of_the_sources():
    """`make page` after a change; node is not wanted here."""
    sources = [f"src/{path.name}" for path in (WEB / "src").iterdir()]
    digest = hashlib.sha256()
    for part in sorted(["index.html", "package-lock.json", "vite.config.ts", *sources]):
        content = (WEB / part).read_bytes()
        digest.update(f"{part}\n{len(content)}\n".encode() + content)
    built = json.loads((PAGE / "build.json").read_text())
    assert built["sources"] == digest.hexdigest(), "the page is not built from these sources: make page"
    assert {name: hashlib.sha256((PAGE / name).read_bytes()).hexdigest() for name in built["files"]} == built["files"]
    assert set(built["files"]) == {path.name for path in PAGE.iterdir()} - {"build.json"}


def test_licences_of_what_is_bundled_come_along():
    bundled = json.loads((WEB / "package.json").read_text())["dependencies"]
    notices = (PAGE / "LICENSES.txt").read_text()
    for name, version in bundled.items():
        assert f"{name} {version}" in notices
    assert "BSD 3-Clause" in notices


def test_the_page_asks_nobody_else(site):
    answer = site.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    [nonce] = re.findall(r"'nonce-([^']+)'", policy)
    assert f'content="{nonce}"' in answer.text
    assert nonce not in site.get("/").text  # another each time
    assert not re.findall(r'(?:src|href)="(?!/page/)', answer.text)
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert site.head("/").headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("studio.js", "text/javascript"),
        ("studio.css", "text/css"),
        ("studio.svg", "image/svg+xml"),
        ("LICENSES.txt", "text/plain"),
    ],
)
def test_its_parts_are_kept_by_browsers_until_they_change(site, name, kind):
    whole = site.get(f"/page/{name}")
    assert (whole.status_code, whole.headers["content-type"].partition(";")[0]) == (200, kind)
    assert whole.content == (PAGE / name).read_bytes()
    assert whole.headers["x-content-type-options"] == "nosniff"
    head = site.head(f"/page/{name}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    for known in (whole.headers["etag"], f'W/"x", {whole.headers["etag"]}', "*"):
        again = site.get(f"/page/{name}", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert site.get(f"/page/{name}", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["..%2fpage.py", "%2e%2e/app.py", "build.json", "index.html", "x.js", ".", "studio.js%00"]
)
def test_nothing_else_is_served(site, name):
    answer = site.get(f"/page/{name}")
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_a_service_without_its_page(serve):
    assert serve().get("/").status_code == 404


def test_other_sites_do_not_get_the_page_into_a_frame_or_by_another_name(site):
    assert site.get("/", headers={"host": "evil.example"}).status_code == 403
    assert "frame-ancestors 'none'" in site.get("/").headers["content-security-policy"]
