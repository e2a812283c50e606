"""`scripts/chaos SECONDS`: everything at once against one runner, and what came of it.

Prints what was lost, hung or wrong and what was left over: all of it has to be 0.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos import trouble
from chaos.client import Client
from chaos.workspace import CRASHES, EFFECTS, Workspace
from runner.proc import all_end, family
from runner_process import RunnerProcess

__all__ = ["Chaos", "Report", "main"]

SETTLE_S = 60.0


@dataclass
class Report:
    """What a run has shown."""

    counts: Counter[str]
    faults: list[str] = field(default_factory=list)
    """Sentences; empty when everything is right."""
    notes: list[str] = field(default_factory=list)


@dataclass
class Chaos:
    """How much of everything there is. Times are in seconds."""

    seconds: float
    seed: int = 0
    connections: int = 24
    think: float = 0.05
    """Time of a client between an answer and its next request."""
    annoying: int = 6
    """Clients that send half of something."""
    kill_every: float = 0.7
    """0 for no kills and no crashes."""
    save_every: float = 1.3

    def run(self, folder: Path) -> Report:
        """Run in an empty folder."""
        effects = folder / "effects"
        effects.touch()
        workspace = Workspace(folder / "workspace")
        state, temporary = folder / "state", folder / "tmp"
        state.mkdir()
        temporary.mkdir()
        mark = f"{os.getpid()}-{time.time_ns()}"
        env = {EFFECTS: str(effects), "CHAOS_MARK": mark, "TMPDIR": str(temporary)}
        runner = RunnerProcess(workspace.root, state=state, env=env)
        with runner:
            host, port = runner.address
            client = Client(host, port)
            report = asyncio.run(self._run(runner.pid, client, workspace))
            members = family(runner.pid)
            code = runner.stop()
        if code != 0:
            report.faults.append(f"the runner exited with code {code}")
        report.faults += [f"process {pid} is left over" for pid in all_end(members)]
        report.faults += _left(mark, host, port, [state, temporary])
        report.faults += _twice(client, effects.read_text("ascii").split())
        tracebacks = [line for line in runner.stderr if "Traceback" in line]
        report.faults += [f"stderr: {line}" for line in tracebacks]
        return report

    async def _run(self, pid: int, client: Client, workspace: Workspace) -> Report:
        # Not for secrets: the same seed makes the same plan.
        chance = random.Random(self.seed)  # noqa: S311
        await self._settle(client)
        before = len(_descriptors(pid))
        over = asyncio.Event()
        asking = [
            trouble.ask(client, chance, over, think=self.think)
            for _ in range(self.connections)
        ]
        others = [trouble.annoy(client, chance) for _ in range(self.annoying)]
        others.append(trouble.save(workspace, every=self.save_every))
        if self.kill_every:
            others.append(trouble.kill(pid, chance, every=self.kill_every))
            asking.append(trouble.crash(client, chance, over, every=self.kill_every))
        clients = [asyncio.create_task(work) for work in asking]
        tasks = [asyncio.create_task(work) for work in others]
        memory = await _watch_memory(pid, self.seconds)
        over.set()
        await asyncio.gather(*clients)
        await _end(tasks)
        await self._settle(client)
        report = Report(client.counts())
        report.faults += _not_right(client)
        report.faults += await _grown(pid, before)
        for function, seconds in sorted(client.seconds.items()):
            report.notes.append(f"{function}: {_percentiles(seconds)}")
        report.notes.append(
            f"{workspace.version} saves, {len(client.replies)} requests"
        )
        report.notes.append(f"memory of the front door in MB: {memory}")
        await self._is_current(client, workspace, report)
        return report

    async def _settle(self, client: Client) -> None:
        """Have a ready worker in every unit, and nothing on its way."""
        deadline = time.monotonic() + SETTLE_S
        for function in ("fast", "later", "steady"):
            while (await client.ask(function)).kind != "answered":
                if time.monotonic() > deadline:
                    return
                await asyncio.sleep(0.1)

    async def _is_current(
        self, client: Client, workspace: Workspace, report: Report
    ) -> None:
        """See that the last save is served by every unit in the end."""
        deadline = time.monotonic() + SETTLE_S
        for function in ("fast", "later", "steady"):
            while (reply := await client.ask(function)).version != workspace.version:
                if time.monotonic() > deadline:
                    report.faults.append(
                        f"{function} answers version {reply.version} after version "
                        f"{workspace.version} was saved"
                    )
                    break
                await asyncio.sleep(0.1)


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel what runs for ever. Raises what one of them has raised before."""
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(end, Exception):
            raise end


async def _watch_memory(pid: int, seconds: float) -> list[int]:
    """Wait, and return the resident memory at the tenths of the time."""
    found = []
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        found.append(_megabytes(pid))
    return found


def _megabytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _not_right(client: Client) -> list[str]:
    return [
        f"{reply.kind}: {id_} of {function}: {reply.text[:2_000]}"
        for id_, (function, reply) in client.replies.items()
        if reply.kind in {"lost", "hung", "wrong"}
    ]


def _twice(client: Client, happened: list[str]) -> list[str]:
    """Compare what the functions did with what the clients were answered."""
    counts = Counter(happened)
    faults = []
    for id_, (function, reply) in client.replies.items():
        if counts[id_] > 1:
            faults.append(f"wrong: {id_} of {function} happened {counts[id_]} times")
        if reply.kind == "answered" and not counts[id_]:
            faults.append(f"wrong: {id_} of {function} was answered, but not by it")
        if reply.kind == "refused" and counts[id_]:
            faults.append(f"wrong: {id_} of {function} was refused, but happened")
        if reply.kind == "answered" and function in CRASHES:
            faults.append(f"wrong: {id_} of {function} was answered")
    return faults


async def _grown(pid: int, before: int) -> list[str]:
    """Wait until the front door has as many descriptors as before the chaos."""
    deadline = time.monotonic() + SETTLE_S
    while len(now := _descriptors(pid)) > before:
        if time.monotonic() > deadline:
            return [
                f"the front door has {len(now)} descriptors, {before} before: {now}"
            ]
        await asyncio.sleep(0.2)
    return []


def _descriptors(pid: int) -> list[str]:
    found = []
    for item in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed since
            found.append(str(item.readlink()))
    return found


def _left(mark: str, host: str, port: int, folders: list[Path]) -> list[str]:
    """Return what outlived the runner: processes, its port, files."""
    faults = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if (
                entry.name.isdigit()
                and mark.encode() in (entry / "environ").read_bytes()
            ):
                faults.append(f"process {entry.name} is left over")
    with contextlib.suppress(OSError), socket.create_connection((host, port), 5):
        faults.append(f"port {port} still answers")
    for folder in folders:
        faults += [
            f"{path} is left over" for path in folder.rglob("*") if path.is_file()
        ]
    return faults


def _percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    at = {
        p: ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] for p in (50, 99)
    }
    p50, p99 = (at[p] * 1_000 for p in (50, 99))
    return f"{len(ordered)} answers, p50 {p50:.0f} ms, p99 {p99:.0f} ms"


def main(argv: list[str] | None = None) -> int:
    """Run with the options of a command line; return 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--connections", type=int, default=Chaos.connections)
    parser.add_argument("--think", type=float, default=Chaos.think)
    parser.add_argument("--kill-every", type=float, default=Chaos.kill_every)
    parser.add_argument("--save-every", type=float, default=Chaos.save_every)
    options = parser.parse_args(argv)
    chaos = Chaos(
        options.seconds,
        options.seed,
        options.connections,
        options.think,
        kill_every=options.kill_every,
        save_every=options.save_every,
    )
    with tempfile.TemporaryDirectory() as folder:
        report = chaos.run(Path(folder))
    lines = [*report.notes, *(f"fault: {fault}" for fault in report.faults[:20])]
    kinds = report.counts
    left = sum(
        "left over" in fault or "descriptors" in fault for fault in report.faults
    )
    wrong = len(report.faults) - left - kinds["lost"] - kinds["hung"]
    lines.append(
        f"answered {kinds['answered']}, told {kinds['told']}, cut {kinds['cut']}, "
        f"refused {kinds['refused']}, seed {options.seed}"
    )
    lines.append(
        f"lost {kinds['lost']}, hung {kinds['hung']}, wrong {wrong}, leftovers {left}"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
