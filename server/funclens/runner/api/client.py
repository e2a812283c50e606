"""Client of a running runner: control, events, and requests to its functions."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from funclens.errors import RunnerError
from funclens.requests.request import Request
from funclens.runner.api.exchange import open_exchange
from funclens.runner.api.proof import CHALLENGE_HEADER, proof
from funclens.runner.api.registry import TOKEN_HEADER, RunnerAddress, find_addresses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from funclens.runner.api.exchange import ReceivedResponse

__all__ = ["RunnerClient", "find_runner", "find_runner_address", "folder_runner"]

_CONTROL_SECONDS = 60.0
_HEALTH_SECONDS = 5.0


class RunnerClient:
    """Connection to one runner by its address and token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._headers = ((TOKEN_HEADER, token), ("Content-Type", "application/json"))

    async def control(self, verb: str, **body: Any) -> dict[str, Any]:
        """Send a control request and return the response.

        Raises RunnerError with the runner's message, or if the runner is gone.
        """
        path = f"/_funclens/control/{verb}"
        answer = await self._json(path, body, seconds=_CONTROL_SECONDS)
        if "error" in answer:
            raise RunnerError(answer["error"])
        return answer

    async def is_genuine(self, pid: int) -> bool:
        """Tell whether the runner itself answers, without giving it the token.

        Another program may have got its port after it was killed.
        """
        challenge = os.urandom(16).hex()
        request = Request("GET", "", ((CHALLENGE_HEADER, challenge),), b"")
        try:
            health = await self._ask("/_funclens/health", request, _HEALTH_SECONDS)
        except RunnerError:
            return False
        given = str(health.get("proof")).encode("utf-8", "replace")
        wanted = proof(self._token, challenge).encode()
        return health.get("pid") == pid and hmac.compare_digest(given, wanted)

    async def functions(self) -> dict[str, Any]:
        """Return the functions and the state of their units."""
        return await self._json("/_funclens/functions", seconds=_CONTROL_SECONDS)

    async def requests(self, query: str = "") -> dict[str, Any]:
        """Return the list of requests in the history; `query` filters it."""
        return await self._history("" if not query else f"?{query}")

    async def request(self, id_: str) -> dict[str, Any]:
        """Return a request of the history, whole."""
        return await self._history(f"/{quote(id_, safe='')}")

    async def forget(self, ids: Iterable[str]) -> None:
        """Delete requests of the history. Raises RunnerError if one isn't there."""
        for id_ in ids:
            await self._delete(f"/{quote(id_, safe='')}")

    async def forget_all(self, query: str = "") -> int:
        """Delete all requests, or those that `query` selects; return how many."""
        return int((await self._delete("" if not query else f"?{query}"))["removed"])

    async def _delete(self, rest: str) -> dict[str, Any]:
        request = Request("DELETE", "", self._headers, b"")
        path = f"/_funclens/requests{rest}"
        return _checked(await self._ask(path, request, _CONTROL_SECONDS))

    async def replay(self, id_: str) -> dict[str, Any]:
        """Send a request again; return the id of the new one when it is complete.

        Waits as long as the function takes.
        """
        path = f"/_funclens/requests/{quote(id_, safe='')}/replay"
        return _checked(await self._json(path, {}, seconds=None))

    async def logs(self, unit: str, *, follow: bool) -> AsyncIterator[dict[str, Any]]:
        """Yield what a unit printed, or all of them if it is empty."""
        query = urlencode({"unit": unit, "follow": int(follow)})
        path = f"/_funclens/logs?{query}"
        request = Request("GET", "", self._headers, b"")
        async with open_exchange(self.url, path, request) as exchange:
            if (await exchange.head()).status != 200:
                raise RunnerError(f"the runner at {self.url} refused to send its log")
            try:
                async for line in exchange.lines():
                    yield json.loads(line)
            except RunnerError:  # killed: nothing more is printed
                return

    async def _history(self, rest: str) -> dict[str, Any]:
        path = f"/_funclens/requests{rest}"
        return _checked(await self._json(path, seconds=_CONTROL_SECONDS))

    async def call(self, route: str, request: Request) -> ReceivedResponse:
        """Send a request to a function and return its response, whatever its status.

        Raises RunnerError if there is none.
        """
        async with open_exchange(self.url, route, request) as exchange:
            return await exchange.response()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the runner's events, starting with `snapshot`, until it ends.

        Raises RunnerError if the runner can't be reached.
        """
        request = Request("GET", "", self._headers, b"")
        async with open_exchange(self.url, "/_funclens/events", request) as exchange:
            if (await exchange.head()).status != 200:
                raise RunnerError(f"the runner at {self.url} refused to send events")
            try:
                async for line in exchange.lines():
                    yield json.loads(line)
            except RunnerError:  # killed: no more events
                return

    async def new_requests(self) -> AsyncIterator[dict[str, Any] | None]:
        """Yield None when new requests are followed, then each one as it completes.

        Deleted ones are `ids`, a list, or None for all. Raises RunnerError if the
        runner has no history or is gone.
        """
        headers = (*self._headers, ("Accept", "text/event-stream"))
        request = Request("GET", "", headers, b"")
        async with open_exchange(self.url, "/_funclens/requests", request) as exchange:
            if (await exchange.head()).status != 200:
                raise RunnerError(f"the runner at {self.url} has no history")
            yield None
            async for line in exchange.lines():
                if line.startswith(b"data: {"):
                    value = json.loads(line.removeprefix(b"data: "))
                    if "id" in value or "ids" in value:
                        yield value

    async def _json(
        self, path: str, body: object = None, *, seconds: float | None
    ) -> dict[str, Any]:
        request = (
            Request("GET", "", self._headers, b"")
            if body is None
            else Request("POST", "", self._headers, json.dumps(body).encode())
        )
        return await self._ask(path, request, seconds)

    async def _ask(
        self, path: str, request: Request, seconds: float | None
    ) -> dict[str, Any]:
        try:
            response = await asyncio.wait_for(self.call(path, request), seconds)
            value = json.loads(response.body)
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise RunnerError(f"the runner at {self.url} timed out") from error
        except ValueError as error:
            raise RunnerError(f"no runner answers at {self.url}: {error}") from error
        if not isinstance(value, dict):
            raise RunnerError(f"another program answers at {self.url}")
        return value


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a response of the runner. Raises RunnerError if it is an error."""
    if "error" in answer:
        message = str(answer["error"])
        raise RunnerError(message[:1].lower() + message[1:].removesuffix("."))
    return answer


async def folder_runner(folders: Sequence[str]) -> RunnerClient:
    """Return the runner of a folder. Raises RunnerError if there is none."""
    found = await find_runner(folders)
    if found is None:
        raise RunnerError(
            f"no runner serves {', '.join(folders)}",
            hint="start one with 'funclens run', or run a function in the editor",
        )
    return found


async def find_runner(folders: Sequence[str]) -> RunnerClient | None:
    """Return the live runner of a folder or one above it, or None."""
    found = await find_runner_address(folders)
    return None if found is None else found[0]


async def find_runner_address(
    folders: Sequence[str],
) -> tuple[RunnerClient, RunnerAddress] | None:
    """Return the runner of a folder or one above it, and how it was published."""
    for address in await asyncio.to_thread(find_addresses, folders):
        client = RunnerClient(address.url, address.token)
        if await client.is_genuine(address.pid):
            return client, address
    return None
