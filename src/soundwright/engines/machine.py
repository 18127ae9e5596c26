"""What the engines that run on torch share: the device, seeds that nothing escapes, and models kept warm."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from soundwright import machine as host
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

need, device, first_line = host.need, host.device, host.first_line  # for the engines: of all rooms
WARM = 1  # how many loaded models a process keeps


@contextmanager
def seeded(seed: int) -> Iterator[Any]:
    """A CPU `torch.Generator` of `seed`; inside, torch's global generators are seeded too, and restored after.

    Pipelines draw from the global generators in places (the encoder's sample of a source, for one). Noise is drawn on
    the CPU, so that every device starts from the same.
    """
    import torch

    cards = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=cards):
        torch.manual_seed(seed)
        yield torch.Generator("cpu").manual_seed(seed)


_warm: OrderedDict[tuple, Any] = OrderedDict()


def warm(key: tuple, load: Callable[[], Any]) -> Any:
    """The model of `key`, loaded at most once while it is among the last `WARM` that were used."""
    if key in _warm:
        _warm.move_to_end(key)
        return _warm[key]
    while len(_warm) >= WARM:
        _warm.popitem(last=False)
        _free()
    _warm[key] = load()
    _trim()
    return _warm[key]


def warm_strategy(folder: str, device: str, key: str) -> str | None:
    """The strategy of a model that is warm already: it holds the memory that a new plan would find missing."""
    return next((held[2] for held in _warm if (held[0], held[1], held[3]) == (folder, device, key)), None)


def cool() -> None:
    """Forget every warm model and give its memory back."""
    _warm.clear()
    _free()


def _free() -> None:
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _trim() -> None:
    """Give back what loading has freed: glibc keeps it, measured half a gigabyte after weights went to 8 bits."""
    import ctypes
    import gc

    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # another C library has no such function
        ctypes.CDLL(None).malloc_trim(0)


def hush() -> None:
    """Keep the libraries' own progress bars and notices off the screen: progress is told by `Progress`."""
    import logging
    import warnings

    for noisy in ("torchao", "torch.utils._pytree"):  # they complain of parts for other machines
        logging.getLogger(noisy).setLevel(logging.ERROR)

    import diffusers.utils.logging as diffusers_log
    import transformers.utils.logging as transformers_log

    for log in (diffusers_log, transformers_log):
        log.set_verbosity_error()
        log.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module="torch.nn.utils.weight_norm")
    warnings.filterwarnings("ignore", category=UserWarning, module="torchsde")  # of rounding at the ends of its range


STRATEGIES = ("full", "bf16", "int8", "offload", "group")
# How a transformer's layers go in turn: one at work while the next is on its way. With 4B parameters on an H100 it made
# 57 s of audio a second, one network at a time 16 s, each weight by itself without a stream 3.5 s.
GROUP: dict[str, Any] = {"offload_type": "block_level", "num_blocks_per_group": 1}


def pipeline(kind: Any, folder: Any, device: str, strategy: str) -> Any:
    """A diffusers pipeline of class `kind` from a local folder, placed on `device` as `strategy` says (see `place`).

    The autoencoder stays in float32. Raises `BadRequest` for no strategy, `CannotRun` where it cannot work or the
    weights do not fit.
    """
    import torch

    half = dtype(strategy, device)
    hush()
    try:
        pipe = kind.from_pretrained(
            folder, dtype={"default": half, "vae": torch.float32}, local_files_only=True, use_safetensors=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {first_line(error)}") from error
    return place(pipe, device, strategy)


def dtype(strategy: str, device: str) -> Any:
    """What the networks of a pipeline are loaded in, but the autoencoder. Raises `BadRequest`, `CannotRun`."""
    import torch

    if strategy not in STRATEGIES:
        raise BadRequest(f"there is no strategy {strategy!r}; there are {', '.join(STRATEGIES)}")
    if strategy in ("offload", "group") and device == "cpu":
        raise CannotRun(
            f"the strategy {strategy} moves networks between a CPU and an accelerator; this runs on the CPU"
        )
    return torch.float32 if strategy == "full" else torch.bfloat16


def place(pipe: Any, device: str, strategy: str) -> Any:
    """A loaded pipeline where its strategy wants it.

    "full" float32; "bf16" all but the autoencoder in bfloat16; "int8" the transformer's (or U-Net's) linear layers in 8
    bits by torchao, the rest in bfloat16; "offload" one network at a time on the accelerator; "group" the
    transformer's layers in turn.
    """
    import torch

    pipe.set_progress_bar_config(disable=True)
    largest = "transformer" if hasattr(pipe, "transformer") else "unet"
    if strategy == "int8":
        from torchao.quantization import Int8WeightOnlyConfig, quantize_

        quantize_(getattr(pipe, largest), Int8WeightOnlyConfig())
    if strategy == "offload":
        # A network leaves when the next in this chain comes; one that is not called would keep its neighbour here.
        if pipe.model_cpu_offload_seq:
            chain = (name for name in pipe.model_cpu_offload_seq.split("->") if not name.startswith("audio_token"))
            pipe.model_cpu_offload_seq = "->".join(chain)
        pipe.enable_model_cpu_offload(device=device)
    elif strategy == "group":
        getattr(pipe, largest).enable_group_offload(
            torch.device(device), torch.device("cpu"), use_stream=device.startswith("cuda"), **GROUP
        )
        for name, part in pipe.components.items():
            if isinstance(part, torch.nn.Module) and name != largest:
                part.to(device)
    else:
        pipe.to(device)
    return pipe


def steps(tell: Progress, count: int, stage: str = "denoise") -> Callable[..., dict]:
    """A `callback_on_step_end` of diffusers that tells progress; a cancelled job ends with the step it is in."""

    def each(pipeline: Any, step: int, timestep: Any, values: dict) -> dict:
        tell(stage, (step + 1) / max(count, 1))
        return values

    return each
