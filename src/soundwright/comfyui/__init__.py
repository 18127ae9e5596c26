"""The door for ComfyUI: nodes that make, finish and measure sound. `soundwright comfyui` puts them where it looks.

`nodes` is what ComfyUI loads, `host` what it may ask of ComfyUI, `tensors` how sound and pictures come and go.
"""

from soundwright.comfyui.nodes import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
