"""Talks to a running runner: control, events, and requests to its functions."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from funclens.errors import RunnerError
from funclens.runner.api.registry import TOKEN_HEADER, RunnerAddress, find_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

__all__ = ["CallAnswer", "RunnerClient", "call", "find_runner"]

_CONTROL_SECONDS = 60.0
_HEALTH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What a function answered."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    """From the connection to the last byte."""


class RunnerClient:
    """One runner, reached by its address and token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Have the runner do something; return its answer.

        Raises RunnerError with the runner's own sentence, or when it is gone.
        """
        answer = await asyncio.to_thread(
            self._request, "POST", f"/_funclens/control/{verb}", body, _CONTROL_SECONDS
        )
        if "error" in answer:
            raise RunnerError(answer["error"])
        return answer

    async def health(self) -> dict[str, Any]:
        """Return `version`, `pid` and `url`. Raises RunnerError when it is gone."""
        return await asyncio.to_thread(
            self._request, "GET", "/_funclens/health", None, _HEALTH_SECONDS
        )

    async def functions(self) -> dict[str, Any]:
        """Return the functions and the state of their units."""
        return await asyncio.to_thread(
            self._request, "GET", "/_funclens/functions", None, _CONTROL_SECONDS
        )

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the runner's events, a snapshot first, until the runner ends.

        Raises RunnerError when the runner cannot be reached.
        """
        parts = urlsplit(self.url)
        try:
            reader, writer = await asyncio.open_connection(
                parts.hostname, parts.port, limit=16 * 1024 * 1024
            )
        except OSError as error:
            raise _gone(self.url, error) from error
        try:
            writer.write(
                f"GET /_funclens/events HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                f"{TOKEN_HEADER}: {self._token}\r\n\r\n".encode()
            )
            status = await reader.readline()
            if b" 200 " not in status:
                raise RunnerError(f"The runner refused to tell events: {self.url}")
            while (await reader.readline()).strip():
                pass
            while line := await reader.readline():
                yield json.loads(line)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _request(
        self, method: str, path: str, body: object, seconds: float
    ) -> dict[str, Any]:
        headers = {TOKEN_HEADER: self._token, "Content-Type": "application/json"}
        data = b"" if body is None else json.dumps(body).encode()
        answer = call(self.url, method, path, headers, data, seconds=seconds)
        try:
            value = json.loads(answer.body)
        except ValueError as error:
            raise _gone(self.url, error) from error
        if not isinstance(value, dict):
            raise _gone(self.url, "it is another program")
        return value


def call(
    url: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float | None = None,
) -> CallAnswer:
    """Send one request and read the whole answer.

    `path` is a request target such as `/hello?x=1`; `seconds` bounds each read.
    Raises RunnerError when there is no answer.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "127.0.0.1", parts.port, timeout=seconds
    )
    started = time.perf_counter()
    try:
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        data = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise _gone(url, error) from error
    finally:
        connection.close()
    return CallAnswer(
        response.status,
        response.reason,
        tuple(response.getheaders()),
        data,
        time.perf_counter() - started,
    )


async def find_runner(folders: Sequence[str]) -> RunnerClient | None:
    """Return the runner of a folder or one above it, if it is alive."""
    address: RunnerAddress | None = find_address(folders)
    if address is None:
        return None
    client = RunnerClient(address.url, address.token)
    try:
        health = await client.health()
    except RunnerError:
        return None
    return client if health.get("pid") == address.pid else None


def _gone(url: str, reason: object) -> RunnerError:
    return RunnerError(f"The runner does not answer at {url}: {reason}")
