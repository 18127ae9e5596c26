"""The registry and the director: addresses that hold, cards that load nothing, refusals before work."""

from __future__ import annotations

import subprocess
import sys

import pytest

from soundwright import direct, engines
from soundwright.errors import BadRequest


@pytest.mark.parametrize("name", list(engines.ENGINES))
def test_every_address_leads_to_an_engine_with_a_whole_card(name):
    card = engines.card(name)
    assert card.name == name
    assert card.verbs
    assert card.rate >= 16000
    assert card.channels in (1, 2)
    assert card.longest_s > 0
    assert card.licence.name
    assert callable(engines.load(name).render)


def test_reading_all_cards_imports_no_network_library_and_no_scipy_signal():
    script = (
        "import sys; from soundwright import engines\n"
        "[engines.card(name) for name in engines.ENGINES]\n"
        "print(sorted({'torch', 'scipy.signal', 'wordllama', 'symusic', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_unknown_engines_and_checkpoints_are_refused_with_a_hint():
    with pytest.raises(BadRequest, match="did you mean foley"):
        engines.card("foly")
    with pytest.raises(BadRequest, match="no checkpoint"):
        engines.card("score/large")


def test_the_director_refuses_what_an_engine_cannot_do():
    with pytest.raises(BadRequest, match=r"score.* and .*can"):
        direct.cast("foley", "music", 10.0)
    with pytest.raises(BadRequest, match="at most"):
        direct.cast("score", "music", 1e9)
    with pytest.raises(BadRequest, match="makes no cover"):
        direct.cast("score", "cover", 1.0)
    with pytest.raises(BadRequest, match="ace-step/xl-base and ace-step/base can"):
        direct.cast("ace-step/turbo", "stems", 1.0)


def test_a_bare_name_is_the_first_checkpoint_that_can():
    assert direct.cast("ace-step", "music", 10.0).card.name == "ace-step/xl-turbo"
    assert direct.cast("ace-step", "stems", 10.0).card.name == "ace-step/xl-base"
