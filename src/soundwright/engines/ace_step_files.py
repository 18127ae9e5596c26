"""The files of ACE-Step 1.5 as its makers publish them, as diffusers' pipeline.

One file of tensors holds the transformer, the encoder of the conditions, and the audio tokenizer with its way back;
`silence_latent.pt` holds what the model hears where no reference is given. The autoencoder and the text encoder lie in
folders beside them, of which the repositories of `sft` and `base` have none: they share those of `turbo`. diffusers'
own converter leaves the tokenizer out, without which there are no covers.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.engines import machine, memory, weights
from soundwright.errors import CannotRun

if TYPE_CHECKING:
    from torch import Tensor

CONFIG, TENSORS, SILENCE = "config.json", "model.safetensors", "silence_latent.pt"
VAE, TEXT = "vae", "Qwen3-Embedding-0.6B"
PARTS = {  # where each network's tensors lie in the file
    "transformer": "decoder.",
    "condition_encoder": "encoder.",
    "audio_tokenizer": "tokenizer.",
    "audio_token_detokenizer": "detokenizer.",
}
NULL = "null_condition_emb"  # the empty condition; diffusers keeps it with the encoder of the conditions
NAMES = (  # theirs -> diffusers'
    (r"\.([qkv])_proj\.", r".to_\1."),
    (r"\.o_proj\.", ".to_out.0."),
    (r"\.([qk])_norm\.", r".norm_\1."),
    (r"^proj_(in|out)\.1\.", r"proj_\1_conv."),
)
SIZES = ("hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads")  # XL's encoders are smaller
SHARED = ("head_dim", "rope_theta", "attention_bias", "attention_dropout", "rms_norm_eps", "sliding_window")
POOLER = ("pool_window_size", "num_attention_pooler_hidden_layers", "audio_acoustic_hidden_dim")


def here(folder: Path) -> bool:
    """Whether a folder holds the published files, in itself or in a folder of the variant's name."""
    held = (folder / TENSORS).is_file() or any(folder.glob(f"acestep-v15-*/{TENSORS}"))
    return held and not (folder / "model_index.json").is_file()


def files(folder: Path, variant: str) -> dict[str, str | None]:
    """What must stand in the folder, as `weights.check` wants it."""
    within = _networks(folder, variant).relative_to(folder)
    return {str(within / CONFIG): None}


def parts(folder: Path, variant: str, shared: Path) -> dict[str, float]:
    """Millions of parameters of each network, as `memory.parts` counts them."""
    counts = memory.tensors(_networks(folder, variant) / TENSORS)
    found = {part: sum(n for key, n in counts.items() if key.startswith(begin)) / 1e6 for part, begin in PARTS.items()}
    beside = memory.parts(shared)
    return found | {"vae": beside.get(VAE, 0.0), "text_encoder": beside.get(TEXT, 0.0)}


def shared(folder: Path, other: Path | None) -> Path:
    """Where the autoencoder and the text encoder lie: here, else in the `other` checkpoint's folder.

    Raises `CannotRun` when neither holds them.
    """
    for place in (folder, folder.parent, other):
        if place and (place / VAE / CONFIG).is_file() and (place / TEXT / CONFIG).is_file():
            weights.check(place / VAE, {CONFIG: "AutoencoderOobleck"})
            weights.check(place / TEXT, {CONFIG: "qwen3"})
            return place
    raise CannotRun(
        f"{folder} shares its autoencoder and text encoder with ace-step/turbo: soundwright engines pull ace-step/turbo"
    )


def load(folder: Path, variant: str, shared: Path, device: str, strategy: str) -> Any:
    """diffusers' `AceStepPipeline`, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit.
    """
    dtype = machine.dtype(strategy, device)
    import torch
    from diffusers.models.autoencoders.autoencoder_oobleck import AutoencoderOobleck
    from diffusers.pipelines.ace_step.pipeline_ace_step import AceStepPipeline
    from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, Qwen3Model

    place = _networks(folder, variant)
    try:
        networks = _built(json.loads((place / CONFIG).read_text(encoding="utf-8")))
        states = _split(load_file(place / TENSORS))
        # A pickle, and the makers give no other: only tensors are read from it, nothing in it is run.
        silence = torch.load(place / SILENCE, weights_only=True, map_location="cpu")
        states["condition_encoder"]["silence_latent"] = silence.transpose(1, 2)
        for name, network in networks.items():
            _fill(network, states[name], name)
            networks[name] = network.to(dtype).eval()
        pipe = AceStepPipeline(
            vae=AutoencoderOobleck.from_pretrained(shared / VAE, torch_dtype=torch.float32, local_files_only=True),
            text_encoder=Qwen3Model.from_pretrained(shared / TEXT, dtype=dtype, local_files_only=True),
            tokenizer=AutoTokenizer.from_pretrained(shared / TEXT, local_files_only=True),
            scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
            **networks,
        )
    except KeyError as error:
        raise CannotRun(f"{place} is not a whole checkpoint: {error} is missing") from error
    except FileNotFoundError as error:
        raise CannotRun(f"{place} is not a whole checkpoint: {Path(error.filename or '').name} is missing") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise CannotRun(f"the weights in {place} cannot be loaded: {machine.first_line(error)}") from error
    return machine.place(pipe, device, strategy)


def _networks(folder: Path, variant: str) -> Path:
    """The folder of the file of tensors: of several variants, the one that was asked for."""
    if (folder / TENSORS).is_file():
        return folder
    named = folder / f"acestep-v15-{variant}"
    found = sorted(path.parent for path in folder.glob(f"acestep-v15-*/{TENSORS}"))
    if not (named / TENSORS).is_file():
        names = ", ".join(path.name for path in found) or "none"
        raise CannotRun(f"{folder} holds no {named.name}/{TENSORS}; of this kind it holds {names}")
    return named


def _built(facts: dict[str, Any]) -> dict[str, Any]:
    """The networks, empty, of the sizes that the makers' configuration names."""
    from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
    from diffusers.pipelines.ace_step.modeling_ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )

    common = {name: facts[name] for name in SHARED}
    large = common | {name: facts[name] for name in SIZES}
    small = common | {name: facts.get(f"encoder_{name}", facts[name]) for name in SIZES}
    pooler = small | {name: facts[name] for name in POOLER}
    narrower = small["hidden_size"] != large["hidden_size"]
    return {
        "transformer": AceStepTransformer1DModel(
            **large,
            **{name: facts[name] for name in ("num_hidden_layers", "in_channels", "patch_size", "layer_types")},
            audio_acoustic_hidden_dim=facts["audio_acoustic_hidden_dim"],
            encoder_hidden_size=small["hidden_size"] if narrower else None,
            is_turbo=bool(facts.get("is_turbo", False)),
            model_version=facts.get("model_version"),
        ),
        "condition_encoder": AceStepConditionEncoder(
            **small,
            text_hidden_dim=facts["text_hidden_dim"],
            timbre_hidden_dim=facts["timbre_hidden_dim"],
            num_lyric_encoder_hidden_layers=facts["num_lyric_encoder_hidden_layers"],
            num_timbre_encoder_hidden_layers=facts["num_timbre_encoder_hidden_layers"],
        ),
        "audio_tokenizer": AceStepAudioTokenizer(
            **pooler,
            fsq_dim=facts["fsq_dim"],
            fsq_input_levels=facts["fsq_input_levels"],
            fsq_input_num_quantizers=facts["fsq_input_num_quantizers"],
        ),
        "audio_token_detokenizer": AceStepAudioTokenDetokenizer(**pooler),
    }


def _split(held: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The tensors of each network under diffusers' names."""
    states: dict[str, dict[str, Tensor]] = {part: {} for part in PARTS}
    for key, tensor in held.items():
        part = next((part for part, begin in PARTS.items() if key.startswith(begin)), "")
        if part:
            name = key.removeprefix(PARTS[part])
            for theirs, ours in NAMES:
                name = re.sub(theirs, ours, name)
            states[part][name] = tensor
    states["condition_encoder"][NULL] = held[NULL]
    return states


def _fill(network: Any, state: dict[str, Tensor], part: str) -> None:
    """Put tensors into a network; none may be missing but what is computed at its making."""
    computed = {name for name, _ in network.named_buffers()} - {"silence_latent"}
    if "silence_latent" in state:  # as long as the makers' own, whatever the network was built with
        network.silence_latent = state["silence_latent"].clone()
    missing = [name for name in network.load_state_dict(state, strict=False).missing_keys if name not in computed]
    if missing:
        raise ValueError(f"its {part} lacks {missing[0]} ({len(missing)} tensors are missing)")
