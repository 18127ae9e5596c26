"""The trained generator as an ONNX file: the average's weights in 16 bits, reckoned with in 32, its story within.

Needs onnx and onnxscript (the extra `train`).
"""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from soundwright.errors import CannotRun
from soundwright.nets import pocket
from soundwright.train.data import shards
from soundwright.train.pocket_net import TIMES, Pocket

INPUTS = ("x", "told", "vectors", "times")
HALVED_FROM = 1024  # numbers: smaller arrays stay as they are
WITHIN = 1e-3  # largest error of the file beside PyTorch, of 16 bits more


def export(net: Pocket, story: dict[str, Any], out: Path) -> int:
    """Write a network and its story to `out`, and return its bytes.

    Raises `CannotRun` when it cannot be written, or what was written does not look as the network does.
    """
    try:
        import onnx
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise CannotRun("writing ONNX needs onnx and onnxscript: pip install 'soundwright[train]'") from error
    net = net.eval().cpu()
    model = onnx.load_from_string(_traced(net))
    _halve(model)
    model.doc_string = ""
    for node in model.graph.node:
        del node.metadata_props[:]  # where in our files each node came from
        node.doc_string = ""
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {"story": json.dumps(story)})
    data = model.SerializeToString()
    try:
        shards.put(out, data)
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror or error}") from error
    off = difference(net, pocket.read(out)[0])
    if not off < WITHIN + 16 * 2.0**-11:
        raise CannotRun(f"{out} does not look as the network does ({off:.2g} off)")
    return len(data)


def difference(net: Pocket, look: pocket.Look) -> float:
    """How far two looks at the same noise are apart, as a share of the larger one's size."""
    given = _given(2, 31, np.random.default_rng(0))
    with torch.inference_mode():
        wanted = net(*map(torch.from_numpy, given)).numpy()
    return float(np.abs(look(*given) - wanted).max() / np.abs(wanted).max())


def _given(batch: int, tokens: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    shapes = ((batch, tokens, pocket.WIDTH), (batch, tokens, pocket.CONTROLS), (batch, pocket.WORDS, 256))
    return (*(rng.standard_normal(shape, np.float32) for shape in shapes), rng.random((batch, TIMES), np.float32))


def _traced(net: Pocket) -> bytes:
    batch, tokens = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("tokens", min=1, max=4096)
    shapes = ({0: batch, 1: tokens}, {0: batch, 1: tokens}, {0: batch}, {0: batch})
    given = tuple(map(torch.from_numpy, _given(2, 31, np.random.default_rng(0))))
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path, before = Path(place) / "pocket.onnx", logging.root.manager.disable
        logging.disable(logging.WARNING)  # a line for each node that it looks at
        try:
            torch.onnx.export(
                net, given, str(path), input_names=list(INPUTS), output_names=["clean"], dynamic_shapes=shapes,
                dynamo=True, external_data=False, verbose=False, optimize=True,
            )  # fmt: skip
        finally:
            logging.disable(before)
        return path.read_bytes()


def _halve(model: Any) -> None:
    """Keep large arrays in 16 bits; a cast, which runtimes do once when they load, brings each back."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for array in model.graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype != np.float32 or values.size < HALVED_FROM:
            continue
        name = array.name
        array.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
