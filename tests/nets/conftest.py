"""Networks are given tensors drawn from their names, as the tiny checkpoints of the engines are."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "engines"))
