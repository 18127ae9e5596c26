"""A tiny PrismAudio checkpoint in its makers' layout; each tensor is drawn from its own published name."""

from __future__ import annotations

from pathlib import Path

from tiny_stable_audio import drawn, oobleck_shapes

from soundwright.nets import prismaudio, synchformer

LATENTS, FEATURES = 8, 32
DIT = prismaudio.Sizes(
    latents=LATENTS, width=128, depth=2, head=64, waves=128, video=FEATURES, text=FEATURES, sync=128
)  # fmt: skip
MOTION = synchformer.Sizes(width=128, depth=2, inner=512, patch=(2, 56, 56), moments=8, places=16)


def sound() -> dict:
    """What `prismaudio.ckpt` holds."""
    shapes = _shapes("model.model.", prismaudio.Transformer(DIT))
    shapes |= _shapes("conditioner.conditioners.", prismaudio.conditioners(DIT))
    shapes |= {f"pretransform.model.{name}": shape for name, shape in oobleck_shapes(16, LATENTS, [8, 16, 16]).items()}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def motion() -> dict:
    """What `synchformer_state_dict.pth` holds, its half that hears among it."""
    shapes = _shapes("vfeat_extractor.", synchformer.Motionformer(MOTION)) | {"afeat_extractor.cls_token": (1, 1, 128)}
    return {name: drawn(name, shape) for name, shape in shapes.items()}


def autoencoder() -> dict:
    """What `vae.ckpt` holds: its training's state, the autoencoder in it."""
    shapes = {f"autoencoder.{name}": shape for name, shape in oobleck_shapes(16, LATENTS, [8, 16, 16]).items()}
    shapes |= {"discriminator.0.weight": (4, 4)}
    return {"state_dict": {name: drawn(name, shape) for name, shape in shapes.items()}, "global_step": 1}


def videoprism_config():
    from transformers import VideoPrismConfig, VideoPrismTextConfig, VideoPrismVisionConfig

    small = {"hidden_size": FEATURES, "intermediate_size": 64, "num_attention_heads": 2}
    vision = VideoPrismVisionConfig(
        **small, num_frames=8, tubelet_size=[1, 72, 72], num_spatial_layers=1, num_temporal_layers=1,
        num_auxiliary_layers=1,
    )  # fmt: skip
    text = VideoPrismTextConfig(**small, vocab_size=64, num_hidden_layers=1)
    return VideoPrismConfig(vision_config=vision.to_dict(), text_config=text.to_dict())


def t5gemma_config(words: int):
    from transformers import T5GemmaConfig, T5GemmaModuleConfig

    half = T5GemmaModuleConfig(
        vocab_size=words, hidden_size=FEATURES, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16, query_pre_attn_scalar=16,
    ).to_dict()  # fmt: skip
    return T5GemmaConfig(encoder=half, decoder=half, vocab_size=words)


def write(folder: Path) -> Path:
    import torch
    from tiny_ace_step import tokenizer
    from transformers import T5GemmaForConditionalGeneration, VideoPrismClipModel

    folder.mkdir(parents=True)
    torch.save(sound(), folder / "prismaudio.ckpt")
    torch.save(autoencoder(), folder / "vae.ckpt")
    torch.save(motion(), folder / "synchformer_state_dict.pth")
    words = tokenizer()
    for name, model in {
        "videoprism": VideoPrismClipModel(videoprism_config()),
        "t5gemma": T5GemmaForConditionalGeneration(t5gemma_config(len(words))),
    }.items():
        with torch.no_grad():
            for key, weight in model.named_parameters():
                weight.copy_(drawn(key, tuple(weight.shape)))
        model.save_pretrained(folder / name)
    words.save_pretrained(folder / "t5gemma")
    return folder


def _shapes(begin: str, network) -> dict[str, tuple[int, ...]]:
    return {f"{begin}{name}": tuple(tensor.shape) for name, tensor in network.state_dict().items()}
