"""One unit is stopped; the runner and the other units stay."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from runner.conftest import control, get
from runner.dap import DebugClient

FILES = {
    "first/main.py": """
import os


def first(request):
    return str(os.getpid())
""",
    "second/main.py": """
import os


def second(request):
    return str(os.getpid())
""",
    "slow/main.py": """
import threading

threading.Event().wait()


def slow(request): ...
""",
    "broken/main.py": "import not_there\n\n\ndef broken(request): ...\n",
}


@pytest.fixture
def runner(workspace, serve):
    return serve(workspace(FILES))


def test_a_stopped_unit_has_no_process_and_starts_with_the_next_request(runner):
    _, first = get(runner, "/first")
    _, second = get(runner, "/second")

    assert control(runner, "stop-unit", unit="first.main") == (200, {})

    runner.wait_event("unit-state", unit="first.main", state="idle")
    with pytest.raises(ProcessLookupError):
        os.kill(int(first), 0)
    assert get(runner, "/second") == (200, second)
    status, again = get(runner, "/first")
    assert status == 200
    assert again != first


def test_a_request_that_waits_for_a_stopped_unit_gets_an_answer(runner):
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(get, runner, "/slow")
        runner.wait_event("unit-state", unit="slow.main", state="starting")

        assert control(runner, "stop-unit", id="slow.main.slow") == (200, {})

        status, text = waiting.result()
    assert status == 503
    assert "slow.main was stopped" in text
    runner.wait_event("unit-state", unit="slow.main", state="idle")


def test_stopping_a_unit_ends_its_debugging(runner):
    status, address = control(runner, "debug", unit="first.main")
    assert status == 200
    with DebugClient(**address) as client:
        client.attach({})
        assert get(runner, "/first")[0] == 200

        assert control(runner, "stop-unit", unit="first.main") == (200, {})

    runner.wait_event("debug-ended", unit="first.main")
    assert get(runner, "/first")[0] == 200


def test_a_failed_unit_is_idle_after_a_stop(runner):
    assert get(runner, "/broken")[0] == 500

    assert control(runner, "stop-unit", unit="broken.main") == (200, {})

    runner.wait_event("unit-state", unit="broken.main", state="idle", failure=None)


def test_stopping_an_unknown_unit_lists_the_known_units(runner):
    status, answer = control(runner, "stop-unit", unit="third.main")
    assert status == 409
    assert "first.main" in answer["error"]
