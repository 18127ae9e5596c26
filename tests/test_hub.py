"""Weights for what measures: from a repository without safetensors, and from a plain address."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from soundwright import hub, weights
from soundwright.errors import CannotRun
from soundwright.evaluate import embedders
from soundwright.progress import Progress

FILES = {"config.json": b"{}", "pytorch_model.bin": b"tensors" * 99, "training_args.bin": b"x", "model.py": b"x"}


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/api/"):
            rows = [{"type": "file", "path": name, "size": len(data)} for name, data in self.server.files.items()]
            return self.answer(json.dumps(rows).encode())
        return self.answer(self.server.files.get(self.path.rpartition("/")[2]))

    do_HEAD = do_GET

    def answer(self, data):
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data or b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    one = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    one.asked, one.files = [], dict(FILES)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    one.url = f"http://127.0.0.1:{one.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", one.url)
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    yield one
    one.shutdown()


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_pickle_is_taken_only_where_there_are_no_safetensors(server):
    folder = embedders.pull("hubert", Progress())
    assert folder == weights.home() / "evaluate" / "hubert"
    assert names(folder) == {"config.json", "pytorch_model.bin"}
    assert embedders.here("hubert")
    server.files["model.safetensors"] = b"tensors"
    assert names(embedders.pull("wavlm", Progress())) == {"config.json", "model.safetensors"}


def test_an_address_is_fetched_without_the_hubs_key_and_verified(server, tmp_path):
    data = FILES["pytorch_model.bin"]
    begins = hashlib.sha256(data).hexdigest()[:8]
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    source = hub.File(f"{elsewhere}/weights/pytorch_model.bin", "net.pth", begins)
    folder = hub.pull(tmp_path / "vggish", [source], Progress())
    assert (folder / "net.pth").read_bytes() == data
    assert {token for _, token in server.asked} == {None}
    with pytest.raises(CannotRun, match="another SHA-256"):
        hub.pull(tmp_path / "other", [hub.File(source.url, "net.pth", "00000000")], Progress())
    with pytest.raises(CannotRun, match="answered 404"):
        hub.pull(tmp_path / "none", [hub.File(f"{elsewhere}/none.pth", "net.pth")], Progress())
