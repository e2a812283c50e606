"""What clients do, and what goes on while they wait; that runs until cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

from chaos.workspace import CRASHES, FUNCTIONS
from runner.proc import children_of

if TYPE_CHECKING:
    from random import Random

    from chaos.client import Client
    from chaos.workspace import Workspace

__all__ = ["annoy", "ask", "crash", "kill", "save"]

_WORKERS = 0.8
"""Kills that meet a worker; the others meet reapers, zygotes and launchers, too."""
_UNFINISHED = (
    b"",
    b"GET /fa",
    b"GET /fast?id=half HTTP/1.1\r\nHost: loc",
    b"POST /body?id=half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nhalf",
    b"\x16\x03\x01\x02\x00",
)


async def ask(
    client: Client, random: Random, over: asyncio.Event, *, think: float
) -> None:
    """Send one request after the other, thinking for some seconds between."""
    await asyncio.sleep(random.uniform(0, think))  # not everybody begins at once
    while not over.is_set():
        pause = random.uniform(0.01, 0.1) if random.random() < 0.1 else 0.0
        await client.ask(random.choice(FUNCTIONS), pause=pause)
        await asyncio.sleep(random.expovariate(1 / think))


async def crash(
    client: Client, random: Random, over: asyncio.Event, *, every: float
) -> None:
    """Call the functions that end their worker."""
    while not over.is_set():
        await asyncio.sleep(random.expovariate(1 / every))
        await client.ask(random.choice(CRASHES))


async def annoy(client: Client, random: Random) -> None:
    """Be a client that sends half of something and goes away."""
    while True:
        with contextlib.suppress(OSError):
            await client.annoy(random.choice(_UNFINISHED), random.uniform(0.0, 2.0))


async def kill(pid: int, random: Random, *, every: float) -> None:
    """End a process of the runner's family, mostly a worker, never the runner."""
    while True:
        await asyncio.sleep(random.expovariate(1 / every))
        members = children_of(pid)
        workers = sorted(item for item, children in members.items() if not children)
        among = workers if random.random() < _WORKERS else sorted(members)
        if among:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(among), signal.SIGKILL)


async def save(workspace: Workspace, *, every: float) -> None:
    """Save every unit again and again."""
    while True:
        await asyncio.sleep(every)
        workspace.save()
