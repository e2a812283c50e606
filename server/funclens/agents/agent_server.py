"""The server of the Model Context Protocol, over standard input and output."""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resources import TextResource
from mcp.types import ToolAnnotations

from funclens import __version__
from funclens.agents.code_permission import CodePermission
from funclens.agents.doc_pages import documents
from funclens.agents.folder_runner import FolderRunner
from funclens.agents.reading_tools import ReadingTools
from funclens.agents.running_tools import RunningTools
from funclens.errors import FunclensError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

__all__ = ["serve"]

_INSTRUCTIONS = """\
Runs and inspects the Google Cloud Functions in Python of a workspace, locally.

list_functions shows what there is, get_problems what would break in production; neither
runs code. call_function and send_event run a function with the code that is saved now
and return its response; a failure comes with frames, source lines and locals. After an
edit, call again: nothing needs a restart. list_requests and get_request show every
request that the runner has served, also those of people and of events.
"""

_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_RUNS = ToolAnnotations(read_only_hint=False, open_world_hint=True)

_ANNOTATIONS = {
    "list_functions": _READS,
    "get_problems": _READS,
    "call_function": _RUNS,
    "send_event": _RUNS,
    "list_requests": _READS,
    "get_request": _READS,
    "get_logs": _READS,
    "setup_environment": _RUNS,
    "start": _RUNS,
    "stop": ToolAnnotations(read_only_hint=False, idempotent_hint=True),
}
"""What clients are told about each tool, in the order of their lists."""


def serve(folders: Sequence[str], *, is_trusted: bool) -> None:
    """Serve until standard input ends. `folders` are absolute."""
    anyio.run(functools.partial(_serve, folders, is_trusted=is_trusted))


async def _serve(folders: Sequence[str], *, is_trusted: bool) -> None:
    async with _server(folders, is_trusted=is_trusted) as server:
        await server.run_stdio_async()


@contextlib.asynccontextmanager
async def _server(
    folders: Sequence[str], *, is_trusted: bool
) -> AsyncIterator[MCPServer[CodePermission]]:
    runner = FolderRunner(folders)
    permission = CodePermission(folders, is_given=is_trusted)
    reading = ReadingTools(runner, permission)
    running = RunningTools(runner, permission)
    server = MCPServer(
        "funclens",
        title="Funclens",
        version=__version__,
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
        lifespan=lambda _: contextlib.nullcontext(permission),
    )
    for name, hints in _ANNOTATIONS.items():
        tool = getattr(reading if hasattr(reading, name) else running, name)
        description = " ".join((inspect.getdoc(tool) or "").split())
        server.add_tool(
            _explaining(tool), name, description=description, annotations=hints
        )
    for page in documents():
        server.add_resource(
            TextResource(
                uri=page.uri,
                name=page.name,
                title=page.title,
                mime_type="text/markdown",
                text=page.path.read_text("utf-8"),
            )
        )
    try:
        yield server
    finally:
        with anyio.CancelScope(shield=True):
            await runner.close()


def _explaining(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Return a tool whose errors for users are tool errors, with the next step."""

    @functools.wraps(tool)
    async def explained(*args: Any, **options: Any) -> Any:
        try:
            return await tool(*args, **options)
        except FunclensError as error:
            hint = f"\nhint: {error.hint}" if error.hint else ""
            raise ToolError(f"{error}{hint}") from error

    return explained
