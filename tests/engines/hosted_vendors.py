"""The vendors' APIs as a local server plays them: every request is held against the documented shape."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import soundfile

SECRET = "sk-very-secret-0123456789"


def tone(duration_s, rate, channels=2):
    """A sound that is nowhere silent and never the same twice in a row."""
    t = np.arange(round(duration_s * rate)) / rate
    return np.stack([0.3 * np.sin(2 * np.pi * (220 + 110 * k) * t) for k in range(channels)]).astype(np.float32)


def file(samples, rate, form="WAV"):
    out = io.BytesIO()
    soundfile.write(out, samples.T, rate, format=form)
    return out.getvalue()


def text(value, longest=10_000):
    assert isinstance(value, str)
    assert 1 <= len(value) <= longest


def texts(values):
    assert isinstance(values, list)
    for value in values:
        text(value, 200)


def whole(value, low, high):
    assert type(value) is int, value
    assert low <= value <= high, value


def only(data, required, optional=()):
    assert set(required) <= set(data) <= {*required, *optional}, sorted(data)


class Vendors(BaseHTTPRequestHandler):
    """ElevenLabs, Stability and Google. What breaks a shape is answered with 418 and kept in `server.faults`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server, body = self.server, self.rfile.read(int(self.headers["Content-Length"]))
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        server.asked.append((path, query, body, dict(self.headers.items())))
        if server.planned:
            status, headers, data = server.planned.pop(0)
            if status == "drop":
                self.close_connection = True
                return self.connection.close()
            if status == "hang":
                server.release.wait(10)
                return self.connection.close()
            return self.answer(status, headers, data)
        rows = [check for pattern, check in SHAPES.items() if re.fullmatch(pattern, path)]
        try:
            assert rows, f"no such path: {path}"
            kind, data = rows[0](self, query, body)
        except Exception as error:
            server.faults.append(f"{path}: {type(error).__name__}: {error}")
            return self.answer(418, {}, b"a shape that is not documented")
        return self.answer(200, {"Content-Type": kind, "song-id": "abc", "x-request-id": "r1"}, data)

    def answer(self, status, headers, data):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def eleven_format(handler, query):
    only(query, ["output_format"])
    assert query["output_format"] in (
        *(f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)),
        *(f"mp3_48000_{rate}" for rate in (128, 192, 240, 320)),
        *(f"pcm_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)),
    )
    assert handler.headers["xi-api-key"] == SECRET
    assert handler.headers["Content-Type"] == "application/json"
    kind, rate = query["output_format"].split("_")[:2]
    return kind, int(rate)


def eleven_sound(kind, rate, duration_s, channels=2):
    samples = tone(duration_s, rate, channels)
    if kind == "pcm":
        return "application/octet-stream", (samples.T * 32767).astype("<i2").tobytes()
    return "audio/mpeg", file(samples, rate, "MP3")


def eleven_music(handler, query, body):
    kind, rate = eleven_format(handler, query)
    data = json.loads(body)
    only(data, ["composition_plan", "model_id"], ["seed", "respect_sections_durations"])
    assert "prompt" not in data
    assert "music_length_ms" not in data
    whole(data["seed"], 0, 2**31 - 1)
    plan, total = data["composition_plan"], 0
    if data["model_id"] == "music_v1":
        only(plan, ["positive_global_styles", "negative_global_styles", "sections"])
        texts(plan["positive_global_styles"])
        texts(plan["negative_global_styles"])
        for section in plan["sections"]:
            names = ["section_name", "positive_local_styles", "negative_local_styles", "duration_ms", "lines"]
            only(section, names)
            text(section["section_name"], 100)
            for name in names[1:3]:
                texts(section[name])
            texts(section["lines"])
            assert len(section["lines"]) <= 30
            whole(section["duration_ms"], 3000, 120_000)
            total += section["duration_ms"]
    else:
        assert data["model_id"] == "music_v2"
        only(plan, ["chunks"])
        for chunk in plan["chunks"]:
            only(chunk, ["text", "duration_ms", "positive_styles"], ["negative_styles"])
            text(chunk["text"])
            texts(chunk["positive_styles"])
            texts(chunk["negative_styles"])
            whole(chunk["duration_ms"], 3000, 120_000)
            total += chunk["duration_ms"]
    whole(total, 3000, 600_000)
    return eleven_sound(kind, rate, total / 1000)


def eleven_effect(handler, query, body):
    kind, rate = eleven_format(handler, query)
    data = json.loads(body)
    only(data, ["text"], ["duration_seconds", "loop", "prompt_influence", "model_id"])
    text(data["text"])
    assert 0.5 <= data["duration_seconds"] <= 30
    assert isinstance(data["loop"], bool)
    assert not data["loop"] or data["model_id"] == "eleven_text_to_sound_v2"
    return eleven_sound(kind, rate, data["duration_seconds"], channels=1)


def form(handler, body):
    """The fields and files of a multipart form."""
    kind = handler.headers["Content-Type"]
    assert kind.startswith("multipart/form-data; boundary=")
    whole_form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    fields, files = {}, {}
    for part in whole_form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if part.get_filename():
            files[name] = part.get_payload(decode=True)
        else:
            fields[name] = part.get_payload(decode=True).decode()
    return fields, files


def stability(handler, query, body):
    verb = handler.path.rpartition("/")[2]
    assert handler.headers["Authorization"] == f"Bearer {SECRET}"
    assert handler.headers["Accept"] == "audio/*"
    assert query == {}
    fields, files = form(handler, body)
    more = {"text-to-audio": [], "audio-to-audio": ["strength"], "inpaint": ["mask_start", "mask_end"]}[verb]
    only(fields, ["prompt", *more], ["duration", "model", "seed", "steps", "cfg_scale", "output_format"])
    text(fields["prompt"])
    assert fields["model"] == "stable-audio-2.5"
    assert fields["output_format"] in ("wav", "mp3")
    whole(int(fields["duration"]), 1, 190)
    whole(int(fields["seed"]), 1, 4_294_967_294)  # 0 would mean any
    whole(int(fields.get("steps", 8)), 4, 8)
    assert 1 <= float(fields.get("cfg_scale", 1)) <= 25
    assert list(files) == ([] if verb == "text-to-audio" else ["audio"])
    duration_s = int(fields["duration"])
    samples = tone(duration_s, 44_100)
    if files:
        source, rate = soundfile.read(io.BytesIO(files["audio"]), always_2d=True)
        assert 6 <= len(source) / rate <= 190
        handler.server.sources.append(source.T)
    if verb == "audio-to-audio":
        assert 0.01 <= float(fields["strength"]) <= 1
    if verb == "inpaint":
        start, end = int(fields["mask_start"]), int(fields["mask_end"])
        assert 0 <= start < end <= 190
        made = np.zeros_like(samples)
        made[:, : len(source)] = 0.98 * source.T[:, : made.shape[1]]  # a codec changes everything a little
        made[:, start * rate : end * rate] = samples[:, start * rate : end * rate]
        samples = made
    return "audio/wav", file(samples, 44_100)


def vertex(handler, query, body):
    assert handler.headers["Authorization"] == f"Bearer {SECRET}"
    assert query == {}
    data = json.loads(body)
    only(data, ["instances"], ["parameters"])
    (instance,) = data["instances"]
    only(instance, ["prompt"], ["negative_prompt", "seed"])
    text(instance["prompt"])
    whole(instance["seed"], 0, 2**31 - 1)
    assert "sample_count" not in data.get("parameters", {})  # a seed goes without a count
    coded = base64.b64encode(file(tone(32.8, 48_000), 48_000)).decode()
    row = {handler.server.coded_as: coded, "mimeType": "audio/wav"}
    return "application/json", json.dumps({"predictions": [row], "model": "lyria-002"}).encode()


def gemini(handler, query, body):
    assert handler.headers["x-goog-api-key"] == SECRET
    assert query == {}  # the key is never in an address
    data = json.loads(body)
    only(data, ["contents"], ["generationConfig"])
    ((part,),) = (content["parts"] for content in data["contents"])
    only(part, ["text"])
    text(part["text"])
    config = data.get("generationConfig", {})
    only(config, [], ["responseModalities", "responseFormat"])
    wav = config.get("responseFormat") == {"audio": {"mimeType": "audio/wav"}}
    assert not wav or "lyria-3.5" in handler.path  # a clip is always MP3
    duration_s = 30.0 if "clip" in handler.path else handler.server.song_s
    coded = base64.b64encode(file(tone(duration_s, 44_100), 44_100, "WAV" if wav else "MP3")).decode()
    kind = "audio/wav" if wav else "audio/mpeg"
    parts = [{"text": "[[A0]]"}, {"inlineData": {"mimeType": kind, "data": coded}}]
    return "application/json", json.dumps({"candidates": [{"content": {"parts": parts}}]}).encode()


SHAPES = {
    "/v1/music": eleven_music,
    "/v1/sound-generation": eleven_effect,
    "/v2beta/audio/stable-audio-2/(text-to-audio|audio-to-audio|inpaint)": stability,
    "/v1/projects/my-project/locations/us-central1/publishers/google/models/lyria-002:predict": vertex,
    r"/v1beta/models/lyria-3(\.5|-clip-preview):generateContent": gemini,
}
URLS = [f"SOUNDWRIGHT_{name}_URL" for name in ("ELEVENLABS", "STABILITY", "VERTEX", "GEMINI")]
KEYS = ["ELEVENLABS_API_KEY", "STABILITY_API_KEY", "GOOGLE_API_KEY", "GOOGLE_ACCESS_TOKEN"]


def serve():
    """A server that plays all three; `planned` answers go before its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendors)
    server.asked, server.faults, server.planned, server.sources = [], [], [], []
    server.coded_as, server.song_s, server.release = "bytesBase64Encoded", 12.0, threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
