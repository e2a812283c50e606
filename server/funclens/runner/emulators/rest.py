"""JSON requests to an emulator."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from funclens.dataclass import dataclass
from funclens.errors import FunclensError, RunnerError
from funclens.requests.request import Request
from funclens.runner.api.exchange import open_exchange

__all__ = ["EmulatorError", "EmulatorGoneError", "Rest"]

_SECONDS = 20.0


class EmulatorError(FunclensError):
    """An emulator refused a request."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class EmulatorGoneError(FunclensError):
    """An emulator doesn't answer."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Client of one emulator."""

    host: str
    """Host and port."""
    headers: tuple[tuple[str, str], ...] = ()

    async def send(
        self, method: str, path: str, body: object = None, seconds: float = _SECONDS
    ) -> dict[str, Any]:
        """Send JSON and return JSON.

        Raises EmulatorError for a status of 400 or more, EmulatorGoneError if there is
        no answer.
        """
        data = b"" if body is None else json.dumps(body).encode()
        headers = (*self.headers, ("Content-Type", "application/json"))
        request = Request(method, "", headers, data)
        try:
            return await asyncio.wait_for(self._send(path, request), seconds)
        except (TimeoutError, asyncio.TimeoutError, RunnerError) as error:
            raise EmulatorGoneError(f"no answer from {self.host}: {error}") from error

    async def _send(self, path: str, request: Request) -> dict[str, Any]:
        async with open_exchange(f"http://{self.host}", path, request) as exchange:
            response = await exchange.response()
        try:
            value = json.loads(response.body or b"{}")
        except ValueError:
            value = {}
        if response.status >= 400:
            raise EmulatorError(_message(value, response.reason), response.status)
        return value if isinstance(value, dict) else {}


def _message(value: object, reason: str) -> str:
    if isinstance(value, dict) and isinstance(value.get("error"), dict):
        return str(value["error"].get("message") or reason)
    return reason
