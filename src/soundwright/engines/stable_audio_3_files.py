"""The published files of Stable Audio 3 as diffusers' pipeline: one file of tensors, one of facts, a folder of T5Gemma.

diffusers reads another layout, and its converter knows the medium model only: the small ones have another autoencoder
(`nets.same`). Shapes that the tensors tell are taken from them, what they cannot tell from `model_config.json`.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.engines import machine, memory
from soundwright.errors import CannotRun

if TYPE_CHECKING:
    from torch import Tensor, nn

CONFIG, TENSORS, TEXT = "model_config.json", "model.safetensors", "t5gemma-b-b-ul2"
FILES: dict[str, str | None] = {CONFIG: None, f"{TEXT}/config.json": None}
PARTS = {  # where each network's tensors lie in the file
    "transformer": "model.model.",
    "vae": "pretransform.model.",
    "duration_embedder": "conditioner.conditioners.seconds_total.embedder.embedding.",
}
PADDING = "conditioner.conditioners.prompt.padding_embedding"
LAYERS = ((r"\.ff\.ff\.0\.proj\.", ".ff.proj_in."), (r"\.ff\.ff\.2\.", ".ff.proj_out."))
NAMES = {  # theirs -> diffusers', in this order
    "transformer": (
        (r"^transformer\.layers\.", "transformer_blocks."),
        (r"^transformer\.project_", "proj_"),
        (r"^transformer\.", ""),
        *LAYERS,
    ),
    "vae": (
        (r"^encoder\.layers\.(\d+)\.(?=mapping|new_tokens|transformers)", r"encoder.blocks.\1."),
        (r"^encoder\.layers\.\d+\.", "encoder.proj."),
        (r"^decoder\.layers\.1\.", "decoder.proj."),
        (r"^decoder\.layers\.(\d+)\.", lambda found: f"decoder.blocks.{int(found[1]) - 3}."),
        (r"\.pre_norm\.", ".norm_attn."),
        (r"\.ff_norm\.", ".norm_ff."),
        (r"\.self_attn\.", ".attn."),
        (r"\.scaling_factor$", ".scale"),
        *LAYERS,
    ),
    "duration_embedder": ((r"^1\.", "linear."),),
}


def here(folder: Path) -> bool:
    """Whether a folder holds the published files."""
    return (folder / CONFIG).is_file() and not (folder / "model_index.json").is_file()


def parts(folder: Path) -> dict[str, float]:
    """Millions of parameters of each network, as `memory.parts` counts them."""
    counts = memory.tensors(_tensors(folder))
    found = {
        name: sum(count for key, count in counts.items() if key.startswith(prefix)) / 1e6
        for name, prefix in PARTS.items()
    }
    return found | {"text_encoder": memory.parts(folder).get(TEXT, 0.0)}


def load(folder: Path, device: str, strategy: str) -> Any:
    """diffusers' `StableAudio3Pipeline`, placed as `machine.place` says.

    Raises `BadRequest` for no strategy, `CannotRun` where a file does not fit.
    """
    dtype = machine.dtype(strategy, device)
    import torch
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import StableAudio3Pipeline
    from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoTokenizer, T5GemmaEncoderModel

    try:
        facts = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        model = facts["model"]
        held = load_file(_tensors(folder))
        states = {name: _renamed(held, name) for name in PARTS}
        states["transformer"]["prompt_padding_embedding"] = held[PADDING]
        networks: dict[str, Any] = {
            "transformer": _transformer(states["transformer"]),
            "vae": _autoencoder(facts, states["vae"]),
            "duration_embedder": _duration(model["conditioning"]["configs"], states["duration_embedder"]),
        }
        for name, network in networks.items():
            _fill(network, states[name], name)
            networks[name] = network.to(torch.float32 if name == "vae" else dtype).eval()
        text = AutoConfig.from_pretrained(folder / TEXT)
        text.is_encoder_decoder = False
        pipe = StableAudio3Pipeline(
            text_encoder=T5GemmaEncoderModel.from_pretrained(folder / TEXT, config=text, dtype=dtype),
            tokenizer=AutoTokenizer.from_pretrained(folder / TEXT),
            scheduler=FlowMatchEulerDiscreteScheduler(
                num_train_timesteps=1,
                shift=1.0,
                stochastic_sampling=model["diffusion"]["diffusion_objective"] == "rf_denoiser",
            ),
            **networks,
        )
    except KeyError as error:
        raise CannotRun(f"{folder} is not a whole checkpoint: {error} is missing") from error
    except (OSError, ValueError, IndexError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return machine.place(pipe, device, strategy)


def _tensors(folder: Path) -> Path:
    if not (folder / TENSORS).is_file():
        raise CannotRun(f"{folder} is not a whole checkpoint: {TENSORS} is missing")
    return folder / TENSORS


def _renamed(held: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    """One network's tensors under diffusers' names."""
    state = {}
    for key, tensor in held.items():
        if key.startswith(PARTS[part]):
            name = key.removeprefix(PARTS[part])
            for theirs, ours in NAMES[part]:
                name = re.sub(theirs, ours, name)
            state[name] = _ordered(tensor) if re.search(r"attn\.to_qkv\.weight$", name) else tensor
    return state


def _ordered(weight: Tensor) -> Tensor:
    """Differential attention's q, k, v, q2, k2 as diffusers' q, q2, k, k2, v; plain q, k, v as they are."""
    import torch

    width = weight.shape[1]
    if weight.shape[0] == 3 * width:
        return weight
    q, k, v, q2, k2 = weight.split(width)
    return torch.cat([q, q2, k, k2, v])


def _fill(network: nn.Module, state: dict[str, Tensor], part: str) -> None:
    """Put tensors into a network; what is computed at its making may be missing, and more than it has is left out."""
    computed = {name for name, _ in network.named_buffers()} - {"bottleneck.running_std"}
    missing = [name for name in network.load_state_dict(state, strict=False).missing_keys if name not in computed]
    if missing:
        raise ValueError(f"its {part} lacks {missing[0]} ({len(missing)} tensors are missing)")


def _transformer(state: dict[str, Tensor]) -> nn.Module:
    from diffusers.models.transformers.transformer_stable_audio3 import StableAudio3DiTModel

    width, features = state["to_timestep_embed.0.weight"].shape
    first = "transformer_blocks.0."
    return StableAudio3DiTModel(
        io_channels=state["preprocess_conv.weight"].shape[0],
        embed_dim=width,
        depth=_count(state, r"transformer_blocks\.(\d+)\."),
        num_heads=width // state[f"{first}self_attn.q_norm.gamma"].shape[0],
        cond_token_dim=state["to_cond_embed.0.weight"].shape[1],
        global_cond_dim=state["to_global_embed.0.weight"].shape[1],
        local_add_cond_dim=state[f"{first}to_local_embed.0.weight"].shape[1],
        timestep_features_dim=features,
        ff_mult=state[f"{first}ff.proj_out.weight"].shape[1] / width,
        num_memory_tokens=state["memory_tokens"].shape[0],
        use_differential_attention=state[f"{first}self_attn.to_qkv.weight"].shape[0] == 5 * width,
    )


def _count(state: dict[str, Tensor], numbered: str) -> int:
    return 1 + max(int(found[1]) for key in state if (found := re.match(numbered, key)))


def _autoencoder(facts: dict[str, Any], state: dict[str, Tensor]) -> nn.Module:
    from diffusers.models.autoencoders.autoencoder_same import AutoencoderSAME

    config = facts["model"]["pretransform"]["config"]
    encoder, decoder = config["encoder"]["config"], config["decoder"]["config"]
    width = state["encoder.blocks.0.transformers.0.attn.to_out.weight"].shape[0]
    window = encoder.get("sliding_window")
    shared = {
        "audio_channels": config["io_channels"],
        "patch_size": config["downsampling_ratio"] // math.prod(encoder["strides"]),
        "encoder_channels": encoder["channels"],
        "encoder_c_mults": encoder["c_mults"],
        "encoder_strides": encoder["strides"],
        "encoder_transformer_depths": encoder["transformer_depths"],
        "latent_dim": encoder["latent_dim"],
        "use_differential_attention": encoder.get("differential", True),
        "dim_heads": state["encoder.blocks.0.transformers.0.attn.q_norm.gamma"].shape[0],
        "ff_mult": state["encoder.blocks.0.transformers.0.ff.proj_out.weight"].shape[1] // width,
        "decoder_sinusoidal_blocks": decoder.get("sinusoidal_blocks", [0]),
        "sampling_rate": facts["sample_rate"],
    }
    if window:
        return AutoencoderSAME(**shared, sliding_window=window[0])
    from soundwright.nets import same

    kernel = state["decoder.blocks.0.mapping.weight_v"].shape[-1]
    return same.chunked(chunk=encoder["chunk_size"], kernel=kernel, **shared)


def _duration(conditioners: list[dict[str, Any]], state: dict[str, Tensor]) -> nn.Module:
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder

    seconds = next(one["config"] for one in conditioners if one["id"] == "seconds_total")
    width, features = state["linear.weight"].shape
    return StableAudio3DurationEmbedder(width, features, seconds["min_val"], seconds["max_val"])
