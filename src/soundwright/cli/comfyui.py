"""`soundwright comfyui`: the nodes, put where ComfyUI looks for them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

FOLDER = "soundwright_nodes"
LOADED = '''"""Soundwright's nodes, from the package that is installed beside ComfyUI."""

from soundwright.comfyui import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
'''


def comfyui(
    install: Annotated[Path, typer.Option(help="ComfyUI's folder, or its custom_nodes.")],
) -> None:
    """Put nodes into ComfyUI that make, finish and measure sound: soundwright comfyui --install ~/ComfyUI

    A folder of one small file goes into custom_nodes; the nodes themselves stay in this package, and grow with it.
    """
    from soundwright.deliver.files import staged
    from soundwright.errors import BadRequest

    home = install.expanduser()
    home = home if home.name == "custom_nodes" else home / "custom_nodes"
    if not home.is_dir():
        raise BadRequest(f"there is no folder {home}: name the folder of ComfyUI")
    with staged(home / FOLDER) as stage:
        stage.path(home / FOLDER / "__init__.py").write_text(LOADED, "utf-8")
    typer.echo(f"{home / FOLDER}")
    typer.echo(f"start ComfyUI again, with this Python or one that has soundwright as well: {sys.executable}", err=True)
