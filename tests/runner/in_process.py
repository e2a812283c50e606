"""A runner of the test's own process: its saves can be awaited, its state looked at."""

from __future__ import annotations

import asyncio
import contextlib
import http.client

from process import DEADLINE_S

UNIT = """
import functions_framework


@functions_framework.http
def {name}(request):
    return "{said}"
"""


def unit(name, said="one"):
    """Return the source of a unit with one function."""
    return UNIT.format(name=name, said=said)


class Events:
    """The events of a runner, one after the other."""

    def __init__(self, subscription) -> None:
        self._subscription = subscription
        self._batch = []

    async def wait_for(self, name):
        """Return the next event of a name."""
        while True:
            while self._batch:
                event = self._batch.pop(0)
                if event["event"] == name:
                    return event
            self._batch = await self._subscription.take()


async def ask(runner, target):
    """Return the body of an answer, asked for by another thread."""

    def request():
        host, _, port = runner.url.removeprefix("http://").partition(":")
        with contextlib.closing(
            http.client.HTTPConnection(host, int(port), timeout=DEADLINE_S)
        ) as connection:
            connection.request("GET", target)
            return connection.getresponse().read().decode()

    return await asyncio.to_thread(request)
