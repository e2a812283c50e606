"""A minute of kills, crashes, saves and slow clients; `scripts/chaos` does more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaos.client import Client, Reply, judge
from chaos.run import Chaos
from chaos.workspace import CRASHES, EFFECTS, FUNCTIONS, Workspace
from runner.proc import children_of
from runner_process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="finds processes through /proc"
)


def test_nothing_is_lost_hung_wrong_or_left_over_in_a_minute_of_chaos(
    tmp_path: Path,
) -> None:
    report = Chaos(60, seed=11).run(tmp_path)
    assert report.faults == []
    assert report.counts["answered"] > report.counts["told"] > 0


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """A runner whose workers are killed, over all examples."""
    folder = tmp_path_factory.mktemp("killed")
    effects = folder / "effects"
    effects.touch()
    workspace = Workspace(folder / "workspace")
    env = {EFFECTS: str(effects)}
    with RunnerProcess(workspace.root, state=folder, env=env) as runner:
        yield Killed(runner, Client(*runner.address), effects)


class Killed:
    """Sends requests to a runner and kills its workers at given moments."""

    def __init__(self, runner: RunnerProcess, client: Client, effects: Path) -> None:
        self.client = client
        self._pid = runner.pid
        self._effects = effects

    async def run(
        self, functions: list[str], kills: list[float]
    ) -> list[tuple[str, str, Reply]]:
        """Return id, function and reply of each request; kills are in seconds."""
        before = set(self.client.replies)
        requests = [self.client.ask(function) for function in functions]
        await asyncio.gather(*requests, *(self._kill(delay) for delay in kills))
        return [
            (id_, function, reply)
            for id_, (function, reply) in self.client.replies.items()
            if id_ not in before
        ]

    def times(self, id_: str) -> int:
        """Return how often a function ran for a request."""
        return self._effects.read_text("ascii").split().count(id_)

    async def _kill(self, delay: float) -> None:
        await asyncio.sleep(delay)
        leaves = [item for item, below in children_of(self._pid).items() if not below]
        for victim in leaves:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.sampled_from(FUNCTIONS + CRASHES), min_size=1, max_size=16),
    st.lists(st.floats(0, 0.3), max_size=3),
)
def test_each_request_is_answered_once_or_told_how_its_worker_ended(
    killed: Killed, functions: list[str], kills: list[float]
) -> None:
    for id_, function, reply in asyncio.run(killed.run(functions, kills)):
        times = killed.times(id_)
        allowed = {"answered": {1}, "told": {0, 1}, "cut": {1}, "refused": {0}}
        assert times in allowed.get(reply.kind, set()), (function, times, reply)


def test_a_client_takes_no_wrong_answer_for_a_right_one() -> None:
    """The other tests of this file would pass if it did."""
    right = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nr1 3\n"
    judged = {
        right: "answered",
        b"": "lost",
        right[:-1]: "cut",
        right + right: "wrong",
        right.replace(b"r1", b"r2"): "wrong",
        right.replace(b"200 OK", b"404 Not Found"): "wrong",
    }
    assert {data: judge(data, "r1").kind for data in judged} == judged
