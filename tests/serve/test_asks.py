"""What clients may ask: nothing that names a path, nothing that is the operator's."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from soundwright import studio
from soundwright.errors import BadRequest
from soundwright.serve import asks, work

ID = "0123456789abcdef" * 2
NAMES_FILES = ("video", "source", "melody", "reference", "dialogue")
HOSTILE = ("/etc/passwd", "../../etc/passwd", "~/song.wav", "file:///etc/passwd", f"{ID}/../x", "C:\\a", "")


def asked(verb, **fields):
    needed = (
        {"video": ID} if verb in ("soundtrack", "cues") else {"source": ID} if verb in asks.EDITS else {"prompt": "x"}
    )
    return asks.BODIES[verb](verb=verb, **needed | fields).model_dump(mode="json")


@pytest.mark.parametrize("verb", asks.REQUESTS)
def test_every_field_of_the_schema_was_decided_upon(verb):
    schema, offered = asks.REQUESTS[verb].model_fields, asks.BODIES[verb].model_fields
    assert set(offered) - {"verb", "deliver"} <= set(schema)
    closed = set(schema) - set(offered)
    assert closed <= asks.OPERATORS | set(asks.ALONE), "a field that is neither offered nor known to be the operator's"
    free = {name for name, field in offered.items() if asks._may_be_text(field.annotation)}
    assert free <= set(asks.FIELDS), "text that nobody decided upon"


def test_a_new_field_of_text_is_closed_until_somebody_decides():
    from soundwright.request import MusicRequest

    class Newer(MusicRequest):
        midi_file: str | None = None
        files: tuple[str, ...] = ()
        depth: int = 3

    assert set(asks._offered("music", Newer)) - set(asks._offered("music", MusicRequest)) == {"depth"}


@pytest.mark.parametrize("verb", asks.REQUESTS)
@pytest.mark.parametrize("name", [*sorted(asks.OPERATORS), "out", "bogus"])
def test_what_is_the_operators_is_refused(verb, name):
    with pytest.raises(ValidationError, match=name):
        asked(verb, **{name: "x"})


@pytest.mark.parametrize("path", HOSTILE)
def test_files_are_named_by_ids_alone(path):
    for verb in asks.REQUESTS:
        for name in set(NAMES_FILES) & set(asks.BODIES[verb].model_fields):
            with pytest.raises(ValidationError, match=name):
                asked(verb, **{name: path})
    with pytest.raises(ValidationError, match="soundfont"):
        asked("music", soundfont=path)


def test_texts_are_never_taken_for_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("la la secret\n")
    request = asks.request_of(asked("music", prompt="pop song", lyrics="secret"), str)
    plan = studio.plan_text(studio.plan_music(request))
    assert "la la" not in plan
    (tmp_path / "plan.yaml").write_text(studio.plan_text(studio.plan_music(request)))
    with pytest.raises(BadRequest, match="mapping"):
        studio.plan_music(asks.request_of(asked("music", plan="plan.yaml"), str))
    assert studio.plan_music(asks.request_of(asked("music", plan=plan), str)).duration_s == 30


def test_uploads_take_their_places():
    request = asks.request_of(asked("soundtrack", dialogue="film"), lambda id: f"uploads/{id}.film")
    assert (request.video, request.dialogue) == (f"uploads/{ID}.film", "film")
    assert asks.files_of(asked("cover", reference=ID)) == {"source": (ID, "sound"), "reference": (ID, "sound")}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        ("music", {"plan": BOMB}, "anchors"),
        ("music", {"plan": "[" * 60_000}, "nested|YAML"),
        ("music", {"plan": "a: !!python/object:os.system x\n{"}, "YAML"),
        ("music", {"duration_s": 601}, "601 seconds"),
        ("effect", {"duration_s": 100, "variations": 7}, "700 seconds"),
        ("extend", {"left_s": 400, "right_s": 400}, "800 seconds"),
        ("effect", {"prompt": " "}, "empty"),
        ("effect", {"engine": "../x"}, "no engine"),
        ("effect", {"engine": "hosted/elevenlabs-sound"}, "no engine"),
        ("effect", {"engine": "library"}, "no engine"),
        ("effect", {"engine": "score"}, "makes no effect"),
        ("music", {"engine": "ace-step/none"}, "no checkpoint"),
        ("music", {"deliver": {"format": "flac", "bits": 32}}, "32 bits"),
        ("music", {"deliver": {"format": "opus", "rate": 44_100}}, "44100"),
        ("music", {"deliver": {"format": "wav", "kbps": 128}}, "kb/s"),
    ],
)
def test_what_could_only_fail_is_refused_at_once(verb, fields, said):
    with pytest.raises(BadRequest, match=said):
        work.check(verb, asked(verb, **fields), 600.0, ())


def test_the_operator_says_which_engines_may_be_named():
    work.check("music", asked("music", engine="ace-step/turbo"), 600.0, ("ace-step/turbo",))
    for name in ("score", "ace-step/base", "ace-step"):
        with pytest.raises(BadRequest, match="no engine"):
            work.check("music", asked("music", engine=name), 600.0, ("ace-step/turbo",))
    work.check("effect", asked("effect", engine="library"), 600.0, ("library",))


def test_the_verbs_are_those_of_the_edits():
    from soundwright.request import EditRequest

    assert set(asks.EDITS) == set(get_args(EditRequest.model_fields["verb"].annotation))
