"""`funclens call` delivers events as production does: a real runner, real functions."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from process import DEADLINE_S
from runner_process import RunnerProcess, clean_environment
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAIN = """\
import base64

import functions_framework
from flask import request as current

seen = []


@functions_framework.cloud_event
def third_time(event):
    seen.append(event["id"])
    if len(seen) < 3:
        raise ValueError("not yet")
    assert len(set(seen)) == 1


@functions_framework.cloud_event
def never(event):
    raise ValueError("poison")


@functions_framework.http
def task(request):
    retries = request.headers["X-CloudTasks-TaskRetryCount"]
    return retries, 200 if retries == "2" else 503


@functions_framework.http
def counted(request):
    seen.append("")
    print("call", len(seen))
    return str(len(seen))


@functions_framework.http
def same(request):
    print("the same")
    return "same"


@functions_framework.cloud_event
def numbered(event):
    seen.append(base64.b64decode(event.data["message"]["data"]).decode())


@functions_framework.http
def nightly(request):
    return "", 500


@functions_framework.http
def all_seen(request):
    return seen
"""
JOBS = """\
gcloud functions deploy nightly --source . --trigger-http
gcloud scheduler jobs create http j --schedule="0 3 * * *" --max-retry-attempts=2 \\
  --uri=https://us-central1-shop.cloudfunctions.net/nightly
"""
SETTINGS = """\
[tool.funclens.triggers]
"numbered.main.numbered" = "--trigger-topic=orders --no-retry"
"never.main.never" = "--trigger-topic=orders --retry"
"""


@pytest.fixture(scope="module")
def call(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    folder = tmp_path_factory.mktemp("shop")
    units = ("flaky", "never", "tasks", "twice", "numbered")
    files = {f"{unit}/main.py": MAIN for unit in units} | {"tasks/jobs.sh": JOBS}
    write_tree(folder, {**files, "pyproject.toml": SETTINGS})
    state = tmp_path_factory.mktemp("state")
    environment = clean_environment() | {"XDG_STATE_HOME": str(state)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "funclens", "call", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    with RunnerProcess(folder, state=state):
        yield run


def test_a_failed_event_is_repeated_until_it_succeeds(call) -> None:
    done = call("flaky.main.third_time", "--retry")

    assert done.returncode == 0
    assert "attempt 1 after 0 s: 500" in done.stderr
    assert "attempt 2 after 10 s: 500" in done.stderr
    assert "attempt 3 after 30 s: 200" in done.stderr
    assert "ValueError: not yet" in done.stderr
    assert "no file says whether failed events are retried" in done.stderr


def test_a_poison_event_ends_after_the_given_attempts(call) -> None:
    done = call("never.main.never", "--retry", "--attempts", "4", "--json")

    assert done.returncode == 1
    assert "Pub/Sub retries: 10 s to 10 min apart, for 24 h" in done.stderr
    assert "stopped after 4 attempts" in done.stderr
    deliveries = json.loads(done.stdout)["deliveries"]
    assert [(item["after_seconds"], item["status"]) for item in deliveries] == [
        (0, 500),
        (10, 500),
        (30, 500),
        (70, 500),
    ]


def test_without_retries_production_drops_the_event(call) -> None:
    done = call("numbered.main.numbered", "--event", "storage", "--retry")

    assert done.returncode == 1
    assert "Pub/Sub does not retry" in done.stderr
    assert "production gives up after 1 attempt" in done.stderr


def test_a_task_knows_its_attempt(call) -> None:
    done = call("tasks.main.task", "--retry")

    assert (done.returncode, done.stdout) == (0, "2")
    assert "delivered at attempt 3" in done.stderr


def test_a_job_is_repeated_as_often_as_its_deploy_file_says(call) -> None:
    done = call("tasks.main.nightly", "--retry")

    assert done.returncode == 1
    assert "Cloud Scheduler retries: 5 s to 1 h apart, up to 3 attempts" in done.stderr
    assert "attempt 3 after 15 s: 500" in done.stderr
    assert "not delivered: production gives up after 3 attempts" in done.stderr


def test_a_duplicate_shows_what_differs(call) -> None:
    done = call("twice.main.counted", "--event", "scheduler", "--duplicate")

    assert done.returncode == 0
    assert "body:\n  @@ -1 +1 @@\n  -1\n  +2\n" in done.stderr
    assert "output:\n  @@ -1 +1 @@\n  -call 1\n  +call 2\n" in done.stderr


def test_without_a_difference_a_duplicate_says_what_was_compared(call) -> None:
    done = call("twice.main.same", "--event", "scheduler", "--duplicate")

    assert "no difference in status, headers, body and output" in done.stderr


def test_events_arrive_out_of_order_and_numbered(call) -> None:
    done = call(
        *("numbered.main.numbered", "--shuffle", "5", "--seed", "1"),
        *("--data", "order {{n}}"),
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(call("numbered.main.all_seen").stdout)
    assert seen != sorted(seen)
    assert sorted(seen) == [f"order {number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--retry", "--duplicate"), "--retry and --duplicate exclude each other"),
        (("--attempts", "3"), "--attempts requires --retry"),
        (("--retry", "--attempts", "0"), "--attempts must be 1 or more"),
        (("--seed", "3"), "--seed requires --shuffle"),
        (("--shuffle", "1"), "--shuffle must be 2 to 10,000"),
        (("--retry",), "--retry, --duplicate and --shuffle deliver events"),
    ],
)
def test_options_that_do_not_fit_are_explained(call, words, error) -> None:
    done = call("twice.main.counted", *words)

    assert done.returncode == 2
    assert f"error: {error}" in done.stderr
    assert "Traceback" not in done.stderr
