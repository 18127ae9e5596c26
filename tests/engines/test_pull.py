"""Pulling weights from a hub that this test plays itself: whole, broken off, damaged, gated, gone."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from soundwright import engines
from soundwright.engines import pull as pulling
from soundwright.engines import weights
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.progress import Progress

CARD = engines.card("ace-step/xl-turbo")
FILES = {
    "model_index.json": b'{"_class_name": "AceStepPipeline"}',
    "transformer/diffusion_pytorch_model.safetensors": bytes(range(256)) * 12_000,
    "vae/config.json": b"{}",
    "vae/evil.bin": b"a pickle",
    "../escape.json": b"{}",
}


class Hub(BaseHTTPRequestHandler):
    """The two addresses of the hub that matter: the list of files, and a file or the rest of it."""

    def do_GET(self):
        hub = self.server
        hub.asked.append((self.path, self.headers.get("Range"), self.headers.get("Authorization")))
        if hub.status != 200:
            return self.answer(hub.status, b"no")
        if self.path.startswith("/api/"):
            if "t5-base" in self.path:
                return self.answer(200, json.dumps([{"type": "file", "path": "config.json", "size": 2}]).encode())
            if hub.weights not in self.path:
                return self.answer(404, b"")
            rows = [{"type": "file", "path": path, "size": len(data)} for path, data in FILES.items()]
            for row in rows:
                if row["path"].endswith("safetensors"):
                    row["lfs"] = {"oid": hub.oid or hashlib.sha256(FILES[row["path"]]).hexdigest()}
            return self.answer(200, json.dumps([*rows, {"type": "directory", "path": "vae"}]).encode())
        data = b"{}" if "t5-base" in self.path else FILES[self.path.partition("/resolve/main/")[2]]
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if hub.drops and len(data) > 100_000:
            hub.drops -= 1
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.wfile.write(data[start : start + 1_200_000])
            self.wfile.flush()
            self.close_connection = True
            return None
        return self.answer(206 if start else 200, data[start:])

    def answer(self, status, data):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked, server.status, server.drops, server.oid, server.weights = [], 200, 0, "", CARD.weights
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()


def whole(folder):
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {name for name in FILES if name.endswith((".json", ".safetensors")) and ".." not in name}
    assert all((folder / name).read_bytes() == FILES[name] for name in names)


def test_weights_come_whole_and_only_once(hub):
    told = []
    folder = pulling.pull(CARD, Progress(lambda *row: told.append(row)))
    whole(folder)
    assert folder == weights.find(CARD)
    fractions = [fraction for stage, fraction, _ in told if stage == "pull"]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    count = len(hub.asked)
    assert pulling.pull(CARD, Progress()) == folder
    assert len(hub.asked) == count


def test_a_part_comes_with_the_files_that_it_names(hub):
    """An archive that is no safetensors is taken because the card names it, from the repository of that part."""
    one = CARD.checkpoint
    parts = {"encoder": engines.Part(CARD.weights, takes=("evil.bin",)), "plain": engines.Part(CARD.weights)}
    folder = pulling.pull(replace(CARD, checkpoints={"xl-turbo": replace(one, brings=parts)}), Progress())
    assert (folder / "encoder" / "vae" / "evil.bin").read_bytes() == FILES["vae/evil.bin"]
    assert (folder / "plain" / "vae" / "config.json").is_file()
    assert not (folder / "plain" / "vae" / "evil.bin").exists()


def test_what_breaks_off_goes_on(hub):
    hub.drops = 2
    whole(pulling.pull(CARD, Progress()))
    starts = [asked for _, asked, _ in hub.asked if asked]
    assert len(starts) == 2


def test_a_cancelled_pull_goes_on_the_next_time(hub):
    def listen(stage, fraction, audio_s):
        if stage == "pull" and fraction > 0.3:
            tell.cancel()

    tell = Progress(listen)
    with pytest.raises(Cancelled):
        pulling.pull(CARD, tell)
    assert not weights.place(CARD).exists()
    whole(pulling.pull(CARD, Progress()))
    assert any(asked for _, asked, _ in hub.asked)


def test_a_damaged_file_is_deleted_and_told(hub):
    hub.oid = "0" * 64
    with pytest.raises(CannotRun, match="came damaged"):
        pulling.pull(CARD, Progress())
    assert not list(weights.home().rglob("*.safetensors*"))


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "set HF_TOKEN"), (403, "accept its terms"), (404, "no repository"), (503, "answered 503")],
)
def test_refusals_say_what_to_do(hub, status, said):
    hub.status = status
    with pytest.raises(CannotRun, match=said):
        pulling.pull(CARD, Progress())


def test_the_token_is_sent(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret")
    pulling.pull(CARD, Progress())
    assert {token for _, _, token in hub.asked} == {"Bearer secret"}


def test_no_network_is_told(hub, monkeypatch):
    with pytest.raises(CannotRun, match="cannot be reached"):
        pulling.pull(CARD, Progress(), endpoint="http://127.0.0.1:9")


def test_embedded_engines_have_nothing_to_pull():
    with pytest.raises(BadRequest, match="no weights to pull"):
        pulling.pull(engines.card("score"), Progress())


def test_too_little_room_is_told_before(hub, monkeypatch):
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(1, 1, 10))
    with pytest.raises(CannotRun, match="SOUNDWRIGHT_WEIGHTS"):
        pulling.pull(CARD, Progress())


def test_what_is_not_wanted_of_a_repository_stays_there(hub, monkeypatch):
    from soundwright.engines import machine

    monkeypatch.setitem(globals(), "CARD", engines.card("ace-step/turbo"))
    wanted = {"acestep-v15-turbo/model.safetensors": bytes(100), "acestep-v15-turbo/silence_latent.pt": b"tensors"}
    planner = {"acestep-5Hz-lm-1.7B/model.safetensors": bytes(1000), "acestep-v15-turbo/optimizer.pt": b"a pickle"}
    monkeypatch.setitem(globals(), "FILES", wanted | planner)
    machine.need("torch", "httpx")
    hub.weights = CARD.weights
    folder = pulling.pull(CARD, Progress())
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(wanted)


def test_pickles_come_only_where_no_safetensors_lie_beside_them(hub, monkeypatch):
    card = engines.card("v2a-mapper/s-full-v2")
    wanted = {"unet/diffusion_pytorch_model.safetensors": bytes(100), "vocoder/pytorch_model.bin": b"tensors"}
    monkeypatch.setitem(globals(), "FILES", wanted | {"unet/diffusion_pytorch_model.bin": b"the same"})
    hub.weights = ""  # the same files for CLIP and CLAP
    folder = pulling.pull(card, Progress())
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {f"{part}{name}" for part in ("", "clip/", "clap/") for name in wanted}


def test_parts_of_other_repositories_come_too(hub):
    """T5 for Stable Audio Open Small lies in a repository of its own."""
    card = engines.card("stable-audio/open-small")
    hub.weights = card.weights
    folder = pulling.pull(card, Progress())
    assert (folder / "t5-base" / "config.json").read_bytes() == b"{}"
    assert weights.part(card, folder, "t5-base") == folder / "t5-base"
    assert any(path.startswith("/google-t5/t5-base/resolve/") for path, *_ in hub.asked)
