"""The web application: what a rater may ask for and what is refused; nothing leads past the table of files."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from soundwright.database import Database
from soundwright.listen import server
from soundwright.listen.session import Session
from soundwright.listen.store import Store


@pytest.fixture
def site(prepared, tmp_path):
    """Of a kind: a client, its store, and the paths of two raters."""

    def of(kind: str):
        read, made = prepared(kind)
        store = Store(Database(f"sqlite:///{tmp_path / kind}.db"), read.test.title)
        store.settle(made.digest)
        client = TestClient(server.app(read.test, made, store), follow_redirects=False)
        return client, store, [f"/r/{token}" for token in store.invite(2)]

    return of


def test_a_rater_goes_through(site):
    client, store, [path, other] = site("mushra")
    told = client.get(f"{path}/session").json()
    for number, trial in enumerate(told["trials"]):
        assert not trial["done"]
        for place, stimulus in enumerate(trial["stimuli"]):
            body = {"trial": trial["trial"], "stimulus": stimulus, "value": 10 * place + number}
            assert client.post(f"{path}/answer", json=body).json() == {"saved": True}
        plays = {trial["reference"]: 4, trial["stimuli"][0]: 2}
        body = {"trial": trial["trial"], "elapsed_ms": 1234, "plays": plays}
        assert client.post(f"{path}/done", json=body).status_code == 200
    again = client.get(f"{path}/session").json()["trials"]
    assert all(trial["done"] for trial in again)
    assert again[1]["answers"] == {name: 10 * place + 1 for place, name in enumerate(told["trials"][1]["stimuli"])}
    assert not any(trial["done"] or trial["answers"] for trial in client.get(f"{other}/session").json()["trials"])
    ratings = store.ratings()
    assert len(ratings) == 15
    assert all(rating.done and rating.elapsed_ms == 1234 and "open reference" in rating.plays for rating in ratings)
    order = Session(client.app.state.room.test, store.secret, ratings[0].rater).trials.values()
    wanted = {
        (trial.key, name): 10 * place + number
        for number, trial in enumerate(order)
        for place, name in enumerate(trial.conditions)
    }
    assert {(rating.trial, rating.condition): rating.value for rating in ratings} == wanted


@pytest.mark.parametrize(("kind", "value"), [("abx", 1), ("pair", 1), ("acr", 4)])
def test_each_kind_takes_its_answer(site, kind, value):
    client, store, [path, _] = site(kind)
    trial = client.get(f"{path}/session").json()["trials"][-1]
    for stimulus in trial["stimuli"]:
        body = {"trial": trial["trial"], "stimulus": stimulus, "value": value}
        assert client.post(f"{path}/answer", json=body).status_code == 200
    [rating] = store.ratings()  # a choice takes the place of the one before
    shown = client.get(f"{path}/session").json()["trials"][-1]["answers"]
    assert shown == {trial["stimuli"][-1]: value}
    assert rating.value in ({0.0, 1.0} if kind == "abx" else {float(value)})
    done = {"trial": trial["trial"], "elapsed_ms": 1}
    assert client.post(f"{path}/done", json=done).status_code == 200
    body = {"trial": trial["trial"], "stimulus": trial["stimuli"][0], "value": value}
    assert client.post(f"{path}/answer", json=body).status_code == 409


def test_sounds_are_alike_from_outside(site):
    client, _, [path, other] = site("mushra")
    trial = client.get(f"{path}/session").json()["trials"][1]
    names = [trial["reference"], *trial["stimuli"]]
    answers = [client.get(f"{path}/sound/{name}.wav") for name in names]
    heads = [{k: v for k, v in answer.headers.items() if k != "date"} for answer in answers]
    assert all(head == heads[0] for head in heads)
    assert not {"etag", "last-modified", "content-disposition"} & set(heads[0])
    assert heads[0]["content-type"] == "audio/wav"
    assert answers[0].content in [answer.content for answer in answers[1:]]  # the hidden reference is the open one
    assert all(client.get(f"{other}/sound/{name}.wav").status_code == 404 for name in names)


FORGED = ["0" * 48, "x", "", "%2e%2e", "%00", "é", "a" * 5000, "..%2f..%2fetc%2fpasswd"]


def test_forged_links_open_nothing(site):
    client, _, [path, _] = site("acr")
    near = f"{path[3:-1]}{'0' if path[-1] != '0' else '1'}"
    for token in (*FORGED, near):
        for rest in ("", "/session", "/sound/0.wav"):
            assert client.get(f"/r/{token}{rest}").status_code == 404, token
        assert client.post(f"/r/{token}/answer", json={}).status_code in (404, 405, 422), token
    page = client.get(f"/r/{near}", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "This link opens no test" in page.text


def test_no_path_leads_out(site):
    client, _, _ = site("acr")
    out = [
        "../server.py",
        "..%2fserver.py",
        "%2e%2e%2fserver.py",
        "....//server.py",
        "%2fetc%2fpasswd",
        "..%5cserver.py",
    ]
    out += ["index.html", "style.css%00.js", "", "app.js/", "APP.JS"]
    for path in [*(f"/page/{name}" for name in out), "/docs", "/openapi.json", "/", "/r/", "/../../etc/passwd"]:
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code in (404, 307), path
        assert "root:" not in answer.text
        assert "import" not in answer.text


@pytest.mark.parametrize("name", ["..%2f..%2fx", "0", "%2fetc%2fpasswd", "f" * 32])
def test_no_sound_but_the_raters_own(site, name):
    client, _, [path, _] = site("acr")
    assert client.get(f"{path}/sound/{name}.wav").status_code == 404


def _bodies(trial: dict) -> list[tuple[object, int]]:
    good = {"trial": trial["trial"], "stimulus": trial["stimuli"][0], "value": 50}
    wrong = [{"value": value} for value in (101, -1, 1.5, "50", None, True, 10**40, [1], {"a": 1})]
    wrong += [{"stimulus": name} for name in ("x", "f" * 31, "F" * 32, "tie", 7, None, "<script>", "f" * 32)]
    wrong += [{"extra": 1}, {"trial": "../x"}, {"trial": None}, {"trial": ["f" * 32]}]
    cases: list[tuple[object, int]] = [(good | change, 422) for change in wrong]
    return [*cases, (good | {"trial": "f" * 32}, 404), ([], 422), ("text", 422), (None, 422), ([good], 422)]


def test_malformed_answers_are_refused_and_change_nothing(site):
    client, store, [path, _] = site("mushra")
    trial = client.get(f"{path}/session").json()["trials"][0]
    for body, status in _bodies(trial):
        answer = client.post(f"{path}/answer", json=body)
        assert answer.status_code == status, body
        assert set(answer.json()) == {"detail"}
        assert "<script>" not in answer.text
    for raw in (b"", b"{", b"\xff\xfe", b"[" * 4000, b'{"trial": NaN}'):
        assert client.post(f"{path}/answer", content=raw).status_code == 422
    for plays in ({"f" * 31: 1}, {trial["trial"]: -1}, {f"{n:032x}": 1 for n in range(17)}, "x"):
        body = {"trial": trial["trial"], "elapsed_ms": 1, "plays": plays}
        assert client.post(f"{path}/done", json=body).status_code == 422
    assert client.post(f"{path}/done", json={"trial": trial["trial"], "elapsed_ms": 1}).status_code == 409
    assert store.ratings() == []


def test_too_much_is_refused_before_it_is_kept(site):
    client, store, [path, _] = site("mushra")
    assert client.post(f"{path}/answer", content=b" " * 100_000).status_code == 413
    sent = []

    def endless():
        for _ in range(1000):
            sent.append(1)
            yield b" " * 1024

    assert client.post(f"{path}/answer", content=endless()).status_code == 413
    assert client.request("GET", f"{path}/session", content=b" " * 100_000).status_code == 413
    assert store.ratings() == []


def test_every_answer_has_careful_headers(site):
    client, _, [path, _] = site("acr")
    trial = client.get(f"{path}/session").json()["trials"][0]
    paths = [path, f"{path}/session", f"{path}/sound/{trial['stimuli'][0]}.wav", "/page/app.js", "/nowhere", "/r/x"]
    for asked in paths:
        head = client.get(asked).headers
        assert head["content-security-policy"].startswith("default-src 'self'")
        assert "unsafe" not in head["content-security-policy"]
        assert head["x-content-type-options"] == "nosniff"
        assert head["referrer-policy"] == "no-referrer"
        assert head["cache-control"]
        assert not {"server", "set-cookie", "access-control-allow-origin"} & set(head)
    assert client.get(f"{path}/session").headers["cache-control"] == "no-store"
    for method in ("put", "delete", "patch"):
        assert client.request(method, f"{path}/answer").status_code == 405


def test_the_page_asks_for_nothing_from_elsewhere():
    for file in server.PAGE.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, file
        assert "https://" not in text, file
        for trap in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=", "onclick="):
            assert trap not in text, (file, trap)


def test_a_database_that_goes_away_is_told_to_try_again(site, tmp_path):
    client, store, [path, _] = site("acr")
    trial = client.get(f"{path}/session").json()["trials"][0]
    store.database.close()
    (tmp_path / "acr.db").unlink()
    for more in ("acr.db-wal", "acr.db-shm"):
        (tmp_path / more).unlink(missing_ok=True)
    body = {"trial": trial["trial"], "stimulus": trial["stimuli"][0], "value": 3}
    answer = client.post(f"{path}/answer", json=body)
    assert answer.status_code == 503
    assert "try again" in answer.json()["detail"]
