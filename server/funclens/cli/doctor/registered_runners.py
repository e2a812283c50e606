"""Runners of the folders: those that answer, and what others have left."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding
from funclens.runner.api.client import RunnerClient
from funclens.runner.api.registry import find_addresses
from funclens.runner.api.running_process import is_running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.runner.api.registry import RunnerAddress

__all__ = ["runners"]


def runners(folders: Sequence[str]) -> tuple[list[Finding], list[RunnerAddress]]:
    """Return findings, and the runners that answer."""
    addresses = find_addresses(folders)
    answers = asyncio.run(_ask(addresses))
    found = []
    live = []
    for address, is_genuine in zip(addresses, answers, strict=True):
        if is_genuine:
            live.append(address)
            text = f"{address.url} serves {', '.join(address.folders)}"
            found.append(Finding("runner", "ok", f"{text} (process {address.pid})"))
        elif is_running(address.pid):
            found.append(
                Finding(
                    "runner",
                    "problem",
                    f"process {address.pid} is registered as the runner at "
                    f"{address.url}, but doesn't answer as one",
                    "if it is a runner that hangs, end it: "
                    f"{_end_command(address.pid)}",
                )
            )
        else:
            found.append(
                Finding(
                    "runner",
                    "note",
                    f"the runner at {address.url} (process {address.pid}) has ended "
                    "without removing its entry",
                    "nothing to do: the next runner of the folder removes it",
                )
            )
    if not found:
        whom = "this folder" if len(folders) == 1 else "these folders"
        found.append(Finding("runner", "ok", f"no runner serves {whom}"))
    return found, live


async def _ask(addresses: Sequence[RunnerAddress]) -> list[bool]:
    asked = (RunnerClient(it.url, it.token).is_genuine(it.pid) for it in addresses)
    return list(await asyncio.gather(*asked))


def _end_command(pid: int, os_name: str = os.name) -> str:
    return f"taskkill /F /T /PID {pid}" if os_name == "nt" else f"kill {pid}"
