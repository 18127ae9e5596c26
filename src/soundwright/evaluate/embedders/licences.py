"""Under what the published weights of embedders, and their makers' code, may be used, and where that is written.

Read in November 2026: the licence that a model's page on the hub is headed with, or a repository's README, LICENSE or
package metadata. What could not be read there is "not confirmed", whatever others say of it. No code of the makers is
in this project: what runs their weights is transformers (Apache-2.0) or networks of our own.
"""

from __future__ import annotations

from dataclasses import dataclass

UNSURE = "not confirmed"


@dataclass(frozen=True)
class Licence:
    """Of the weights and of the makers' code, each with its source."""

    weights: str
    weights_from: str
    code: str
    code_from: str


def _hub(licence: str, page: str, code: str, code_from: str) -> Licence:
    return Licence(licence, f"the model's page, huggingface.co/{page}", code, code_from)


def _clap(page: str) -> Licence:
    return _hub("Apache-2.0", page, "Apache-2.0", "classifiers in pyproject.toml of github.com/LAION-AI/CLAP")


_FAIRSEQ = "MIT", "README of github.com/facebookresearch/fairseq, which says so of its models too"
_ENCODEC = "MIT", "README of github.com/facebookresearch/encodec"
_PANNS = Licence(UNSURE, "the record zenodo.org/record/3987831 could not be read; CC-BY-4.0 is said of it",
                 "MIT", "LICENSE.MIT of github.com/qiuqiangkong/audioset_tagging_cnn")  # fmt: skip
LICENCES = {
    "clap-music-speech": _clap("laion/larger_clap_music_and_speech"),
    "clap-music": _clap("laion/larger_clap_music"),
    "clap-general": _clap("laion/larger_clap_general"),
    "clap-unfused": _clap("laion/clap-htsat-unfused"),
    "clap-fused": Licence(UNSURE, "the model's page could not be read; listings of it and copies say Apache-2.0",
                          "Apache-2.0", "classifiers in pyproject.toml of github.com/LAION-AI/CLAP"),
    "encodec-24k": Licence(UNSURE, "the model's page names none (huggingface.co/facebook/encodec_24khz/discussions/4)",
                           *_ENCODEC),
    "encodec-48k": _hub("MIT", "facebook/encodec_48khz", *_ENCODEC),
    "dac-44k": Licence("MIT", "README of github.com/descriptinc/descript-audio-codec; the model's page names none",
                       "MIT", "README of github.com/descriptinc/descript-audio-codec"),
    "ast": _hub("BSD-3-Clause", "MIT/ast-finetuned-audioset-10-10-0.4593", UNSURE,
                "the LICENSE of github.com/YuanGongND/ast could not be read"),
    "wav2vec2": _hub("Apache-2.0", "facebook/wav2vec2-base-960h", *_FAIRSEQ),
    "hubert": _hub("Apache-2.0", "facebook/hubert-base-ls960", *_FAIRSEQ),
    "wavlm": Licence(UNSURE, "the head of the model's page, huggingface.co/microsoft/wavlm-base, names none",
                     "MIT", "LICENSE of github.com/microsoft/unilm"),
    "vggish": Licence("Apache-2.0", "LICENSE of github.com/harritaylor/torchvggish, whose release they are",
                      "Apache-2.0", "LICENSE of github.com/harritaylor/torchvggish"),
    "cnn14": _PANNS,
    "cnn14-16k": _PANNS,
}  # fmt: skip
