"""Who may call: no page of another site, no name that was pointed here, nobody without a key; and how much."""

from __future__ import annotations

import pytest

from soundwright.serve import keys
from soundwright.serve.guard import HEADERS, MOST_BYTES

JOB = {"verb": "effect", "prompt": "rain"}


def fault(answer, status: int) -> str:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type"}
    assert "\n" not in error["message"]
    return error["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"host": "localhost:8765"}, 202),
        ({"host": "[::1]:8765"}, 202),
        ({"host": "Studio.example"}, 202),
        ({"host": "127.0.0.1", "origin": "http://127.0.0.1"}, 202),
        ({"sec-fetch-site": "same-origin"}, 202),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "localhost.evil.example"}, 403),
        ({"host": "evil.example@127.0.0.1:x"}, 403),
        ({"host": ""}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_other_sites_are_kept_out(headers, status, serve):
    import json

    client = serve(names=("studio.example",))
    headers = {"content-type": "application/json", **headers}
    answer = client.post("/v1/jobs", content=json.dumps(JOB), headers=headers)
    assert answer.status_code == status, answer.text
    assert not {name for name in answer.headers if name.startswith("access-control")}
    assert len(client.get("/v1/jobs").json()["jobs"]) == (status == 202)
    if status != 202:
        fault(answer, status)


def test_reading_from_other_sites_is_kept_out_too(serve):
    client = serve()
    for path in ("/v1/jobs", "/v1/files", "/health", "/openapi.json", "/v1/engines"):
        fault(client.get(path, headers={"sec-fetch-site": "cross-site"}), 403)
        fault(client.get(path, headers={"host": "evil.example"}), 403)
    assert client.options("/v1/jobs", headers={"origin": "http://evil.example"}).status_code == 403


def test_every_answer_has_careful_headers(serve):
    client = serve()
    for answer in (client.get("/v1/jobs"), client.get("/nowhere"), client.post("/v1/jobs", json={})):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"verb": "nothing"}', 422),
        (b'{"verb": "effect", "prompt": "\\ud800"}', 422),
        (b'{"verb": "effect", "prompt": "x", "duration_s": NaN}', 422),
        (b'{"verb": "effect", "prompt": "x", "seed": -1}', 422),
        (b'{"verb": "effect", "prompt": "x", "loop": "yes"}', 422),
        (b'{"verb": "music", "prompt": "x", "styles": "pop"}', 422),
        (b'{"verb": "effect", "prompt": "x", "seed": 9223372036854775808}', 422),
        (b'{"verb": "effect", "prompt": "' + b"x" * 5000 + b'"}', 422),
        (b" " * (MOST_BYTES + 1), 413),
    ],
)
def test_bodies_that_are_none(body, status, serve):
    fault(serve().post("/v1/jobs", content=body, headers={"content-type": "application/json"}), status)


def test_lists_come_as_lists(serve):
    asked = {"verb": "music", "prompt": "x", "styles": ["pop", "jazz"], "duration_s": 3}
    assert serve().post("/v1/jobs", json=asked).json()["request"]["styles"] == ["pop", "jazz"]


def test_what_is_wrong_is_told_without_repeating_it(serve):
    said = fault(serve().post("/v1/jobs", json={**JOB, "duration_s": "<script>alert(1)</script>"}), 422)
    assert said.startswith("duration_s: ")
    assert "script" not in said


def test_wrong_methods_and_places(serve):
    client = serve()
    assert client.put("/v1/jobs", json={}).headers["allow"] == "GET, POST"
    assert client.post("/v1/jobs/" + "0" * 32, json={}).headers["allow"] == "DELETE, GET"
    fault(client.put("/v1/jobs", json={}), 405)
    for path in ("/v1/jobs/" + "0" * 32, "/v1/files/" + "0" * 32, "/../etc/passwd", "/v1/audio/speech"):
        fault(client.get(path), 404)
    for name in ("x", "..%2f..%2fetc%2fpasswd", "%2e%2e", "x%00"):
        assert client.get(f"/v1/jobs/{name}").status_code in (404, 422)


def test_keys_part_people(serve, tmp_path):
    ann, bob = keys.new(tmp_path / "keys", "ann"), keys.new(tmp_path / "keys", "bob")
    client = serve(keys=tmp_path / "keys")

    def as_(key):
        return {"authorization": f"Bearer {key}"}

    for headers in ({}, as_("wrong"), as_(""), {"authorization": f"Basic {ann}"}, {"xi-api-key": bob + "x"}):
        for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/jobs"), ("POST", "/v1/music"), ("GET", "/v1/engines")):
            answer = client.request(method, path, headers=headers, json=JOB if method == "POST" else None)
            fault(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"
    octets = {"content-type": "application/octet-stream"}
    fault(client.post("/v1/files", content=b"x", headers=octets), 401)
    made = client.post("/v1/jobs", json=JOB, headers=as_(ann)).json()
    assert client.get(f"/v1/jobs/{made['id']}", headers={"xi-api-key": ann}).status_code == 200
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/cancel"), ("GET", "/files/x.wav")):
        fault(client.request(method, f"/v1/jobs/{made['id']}{path}", headers=as_(bob)), 404)
    assert client.get("/v1/jobs", headers=as_(bob)).json()["jobs"] == []
    assert client.get("/health").status_code == 200


def test_a_quota_is_told(serve):
    client = serve(most_jobs=2)
    for _ in range(2):
        client.post("/v1/jobs", json=JOB)
    answer = client.post("/v1/jobs", json=JOB)
    assert "2 jobs" in fault(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
