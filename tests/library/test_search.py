"""Search: by words that do not stand in the name, by sound, by facets; diverse, explained, quick."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.library import sheet, vectors
from soundwright.library.search import Facets, Library, describe
from soundwright.library.store import Store


def names(found) -> list[str]:
    return [Path(one.entry.path).name for one in found]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("a puppy woofing", "hound.flac"),
        ("small cat", "kitten.wav"),
        ("downpour", "rain_on_roof.wav"),
        ("an entrance is shut hard", "DOORWood_SlamHeavy_ABC_Lib.wav"),
        ("drum groove", "beat_loop.wav"),
        ("church chime", "bell.wav"),
    ],
)
def test_words_that_do_not_stand_in_the_name(library, query, name):
    assert name in names(library.search(query, count=2))


def test_like_a_sound(library, folder):
    found = library.search(like=describe(folder / "weather" / "rain_on_roof.wav"), count=3)
    assert names(found)[0] == "rain_on_roof.wav"
    assert "sounds alike 1.00" in found[0].why
    with pytest.raises(BadRequest, match="cannot be heard"):
        describe(folder / "broken.wav")


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        (Facets(min_s=3.0), {"rain_on_roof.wav", "beat_loop.wav"}),
        (Facets(loop=True), {"beat_loop.wav"}),
        (Facets(shapes=("several",)), {"knockOnDoor_mtl03.wav"}),
        (Facets(licence="CC0"), {"bell.wav"}),
        (Facets(category="DOORWood"), {"DOORWood_SlamHeavy_ABC_Lib.wav"}),
    ],
)
def test_facets(library, facets, expected):
    assert set(names(library.search(facets=facets))) >= expected
    assert set(names(library.search("sound of something", facets=facets))) <= set(names(library.search(facets=facets)))


def test_commercial_leaves_out_what_forbids_it(library):
    assert "kitten.wav" in names(library.search("cat"))
    assert "kitten.wav" not in names(library.search("cat", facets=Facets(commercial=True)))


def test_answers_say_why(library):
    found = library.search("heavy door", count=1)[0]
    assert "matched: heavy, door" in found.why
    assert "onset sharp" in found.why


def test_the_same_bytes_are_one_answer(folder, tmp_path):
    from soundwright.library.add import add

    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "bell.wav").write_bytes((folder / "free" / "bell.wav").read_bytes())
    store = Store(tmp_path / "l.db")
    add([tmp_path], store, workers=1)
    assert store.count() == 2
    assert len(Library(store).search("bell")) == 1


def test_what_cannot_be_asked_is_told(library, tmp_path):
    for call, says in (
        (lambda: library.search(""), "nothing is asked"),
        (lambda: library.search("x", facets=Facets(category="DORS")), "did you mean doors"),
        (lambda: Facets(shapes=("oneshot",)), "one-shot"),
        (lambda: Library(Store(tmp_path / "none.db")).search("dog"), "soundwright library add FOLDER"),
    ):
        with pytest.raises(BadRequest, match=says):
            call()


def test_signs_of_the_query_language_are_words_like_others(library):
    assert library.search('door" OR (NEAR* -"')


def test_vectors_in_bytes_keep_their_nearness():
    rng = np.random.default_rng(4)
    whole = rng.standard_normal((300, 256)).astype(np.float32)
    whole /= np.linalg.norm(whole, axis=1, keepdims=True)
    rows = vectors.unpack([vectors.pack(one, np.ones(128), np.zeros(3), np.zeros(3)) for one in whole])
    assert vectors.PACKED.itemsize < 512
    assert np.abs(vectors.nearness(rows, "words", whole[7]) - whole @ whole[7]).max() < 0.004


def test_a_contact_sheet_is_a_picture(library):
    from io import BytesIO

    from PIL import Image

    cells = [(Path(one.entry.path), Path(one.entry.path).name, one.why) for one in library.search("door", count=4)]
    picture = np.asarray(Image.open(BytesIO(sheet.draw([*cells, (Path("/nowhere.wav"), "gone", "")]))))
    assert picture.shape[2] == 3
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10
