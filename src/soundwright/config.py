"""What a person always wants, in one small file: `~/.config/soundwright/config.yaml` (or `$SOUNDWRIGHT_CONFIG`).

engines: {music: ace-step/xl-turbo, effect: stable-audio-3/small-sfx}  # what `--engine auto` means once they are pulled
commercial: true                                                       # as if every verb were given --commercial
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundwright.errors import BadRequest


class Config(BaseModel):
    """The file's content; an absent file is an empty one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engines: dict[str, str] = Field(default_factory=dict)
    commercial: bool = False


def place() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(os.environ.get("SOUNDWRIGHT_CONFIG") or Path(base) / "soundwright" / "config.yaml").expanduser()


def read() -> Config:
    """The configuration. Raises `BadRequest` that names the file and the first fault in it."""
    path = place()
    if not path.is_file():
        return Config()
    import yaml

    from soundwright.request import first_fault

    try:
        return Config(**(yaml.safe_load(path.read_text(encoding="utf-8")) or {}))
    except ValidationError as error:
        raise BadRequest(f"{path}: {first_fault(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, OSError) as error:
        raise BadRequest(f"{path} is not a configuration: {str(error).splitlines()[0]}") from error
