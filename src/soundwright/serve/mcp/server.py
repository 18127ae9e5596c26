"""The protocol: tools listed and called, progress told, cancelling heard; standard output holds nothing else.

A call's work runs in a thread, so that the protocol goes on beside it; what computes for long runs one at a time. When
a call is cancelled, or the client is gone, the work stops at its next step and leaves no file.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import threading
import time
import traceback
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from pydantic import ValidationError

from soundwright.errors import Cancelled, SoundwrightError
from soundwright.progress import Progress
from soundwright.request import first_fault
from soundwright.serve.mcp import bodies, tools
from soundwright.serve.mcp.tools import House, Tool

TOLD_S = 0.25  # between two notices of progress
LEAVE_S = 60.0  # how long a step may take when the server is told to stop
WAIT_S = 0.1  # how often a call that waits for its turn looks whether it is still wanted
MOST_PICTURE = 1_000_000  # bytes of a picture that is sent along
INSTRUCTIONS = """Soundwright makes music, sound effects and soundtracks for films as finished, mastered files on the \
user's machine. Answers give the paths of what was written. The same request and seed give the same file: to try \
again, change the seed. Tell the user of warnings."""


class Calls:
    """The calls of one client."""

    def __init__(self, house: House) -> None:
        self.tools = tools.table(house)
        self.house = house
        self.running: list[Progress] = []
        self._turn = threading.Lock()

    async def list(
        self, context: ServerRequestContext, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(name, tool) for name, tool in self.tools.items()])

    async def call(self, context: ServerRequestContext, params: types.CallToolRequestParams) -> types.CallToolResult:
        now: list[tuple[str, float, float]] = []  # what was told last
        tell = Progress(lambda *said: now.__setitem__(slice(None), [said]))
        work = partial(self.answer, params.name, params.arguments or {}, tell)
        self.running.append(tell)
        async with anyio.create_task_group() as beside:
            beside.start_soon(_report, context, now)
            try:
                result = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
            finally:
                tell.cancel()
                self.running.remove(tell)
            beside.cancel_scope.cancel()
        return result

    def answer(self, name: str, arguments: dict[str, Any], tell: Progress) -> types.CallToolResult:
        """Do what is asked; whatever is wrong with it is told in one line."""
        tool = self.tools.get(name)
        if tool is None:
            return _wrong(f"there is no tool {name[:60]!r}; there are {', '.join(self.tools)}")
        try:
            body = tool.body(**arguments)
            if not tool.alone:
                return _right(tool.do(self.house, body, tell))
            while not self._turn.acquire(timeout=WAIT_S):
                tell("wait")
            try:
                return _right(tool.do(self.house, body, tell))
            finally:
                self._turn.release()
        except ValidationError as error:
            return _wrong(first_fault(error))
        except Cancelled:
            return _wrong("cancelled; nothing was written")
        except SoundwrightError as error:
            return _wrong(str(error))
        except MemoryError:
            return _wrong("there is not enough memory for it")
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            return _wrong(f"a fault in Soundwright: {type(error).__name__}: {error}")

    def leave(self) -> None:
        """Stop what runs, wait until it has cleared away, and end the process, whose thread that reads standard input
        would wait for a line that may never come."""
        for tell in list(self.running):
            tell.cancel()
        self._turn.acquire(timeout=LEAVE_S)
        print("stopped", file=sys.stderr, flush=True)
        os._exit(0)


def protocol(calls: Calls) -> Server:
    """The server of the protocol, on whatever it may be heard."""
    return Server("soundwright", version=version("soundwright"), instructions=INSTRUCTIONS,
                  on_list_tools=calls.list, on_call_tool=calls.call)  # fmt: skip


def serve(house: House) -> None:
    """Answer on standard input and output until the client lets go."""
    calls = Calls(house)
    server = protocol(calls)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: threading.Thread(target=calls.leave).start())

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


async def _report(context: ServerRequestContext, now: list[tuple[str, float, float]]) -> None:
    """Tell how far the work is, in words; the number is the seconds since it began, as it must always rise."""
    began, last = time.monotonic(), None
    while True:
        await anyio.sleep(TOLD_S)
        if now and now[0] != last:
            last = stage, fraction, audio_s = now[0]
            done = f", {audio_s:.1f} s of sound" if audio_s else ""
            await context.session.report_progress(
                round(time.monotonic() - began, 2), message=f"{stage} {100 * fraction:.0f} %{done}"
            )


def _described(name: str, tool: Tool) -> types.Tool:
    reads = name in tools.READ_ONLY
    hints = types.ToolAnnotations(read_only_hint=reads, destructive_hint=False, idempotent_hint=reads,
                                  open_world_hint=False)  # fmt: skip
    return types.Tool(name=name, description=tool.about, input_schema=bodies.schema(tool.body), annotations=hints)


def _right(told: dict[str, Any]) -> types.CallToolResult:
    drawn = [told.pop("drawn")] if "drawn" in told else []
    for one in told.get("takes", [told]):
        drawn += [Path(path).read_bytes() for path in one.get("files", ()) if path.endswith(".png")]
    pictures = [types.ImageContent(data=base64.b64encode(data).decode(), mime_type="image/png")
                for data in drawn if len(data) <= MOST_PICTURE]  # fmt: skip
    said = tools.dumps(told)
    return types.CallToolResult(content=[types.TextContent(text=said), *pictures], structured_content=json.loads(said))


def _wrong(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=" ".join(message.split())[:1000])], is_error=True)
