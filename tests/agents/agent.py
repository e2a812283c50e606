"""A coding agent: the client of the SDK, and a real `funclens mcp`."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

from mcp import Client, StdioServerParameters
from mcp.types import ElicitResult

from runner_process import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import CallToolResult
    from typing_extensions import Self

DEADLINE_S = 90.0


class Agent:
    """A context manager over one session.

    `answer` is what the user says when asked whether code may run; without one, this
    client can't ask.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        state: Path,
        answer: bool | None = None,
        mode: str = "auto",
    ) -> None:
        self.questions: list[str] = []
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "funclens", "mcp", str(folder), *options],
            env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        )
        self._answer = answer
        asks = None if answer is None else self._asked
        self._client = Client(parameters, elicitation_callback=asks, mode=mode)
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(DEADLINE_S)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(DEADLINE_S)

    def ask(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool and return everything that comes back."""
        return self._wait(self._client.call_tool(tool, arguments))

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool that succeeds; return its structured content."""
        result = self.ask(tool, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def error(self, tool: str, **arguments: Any) -> str:
        """Call a tool that fails; return its message."""
        result = self.ask(tool, **arguments)
        assert result.is_error, result.content
        return result.content[0].text

    def tools(self) -> list[Any]:
        return self._wait(self._client.list_tools()).tools

    def resources(self) -> list[Any]:
        return self._wait(self._client.list_resources()).resources

    def read(self, uri: str) -> str:
        return self._wait(self._client.read_resource(uri)).contents[0].text

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(DEADLINE_S)

    def _run(self) -> None:
        self._loop.run_until_complete(self._live())
        self._loop.close()

    async def _live(self) -> None:
        async with self._client:
            self._is_up.set()
            await self._ending.wait()

    async def _asked(self, _context: Any, parameters: Any) -> ElicitResult:
        self.questions.append(parameters.message)
        return ElicitResult(action="accept", content={"run_code": bool(self._answer)})
