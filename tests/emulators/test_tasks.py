"""Tasks of the real clients reach functions of a real runner."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import firebase_admin
import firebase_admin.functions
import grpc
import pytest
from firebase_admin.exceptions import (
    AlreadyExistsError,
    InvalidArgumentError,
    NotFoundError,
)
from firebase_admin.functions import TaskOptions
from google.api_core import exceptions as api_errors
from google.auth.credentials import AnonymousCredentials
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import (
    CloudTasksGrpcTransport,
)

from runner_process import RunnerProcess
from saving import save_at_once
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG_S = 120.0
PROJECT = "demo-tasks"
LOCATION = f"projects/{PROJECT}/locations/us-central1"
OPTIONS = ("--port", "0", "--emulators")
ENVIRONMENT = {"GOOGLE_CLOUD_PROJECT": PROJECT, "CLOUD_TASKS_EMULATOR_HOST": ""}

MAIN = """\
import asyncio
import json
import time

import functions_framework
from firebase_functions import options, tasks_fn
from google.cloud import tasks_v2


@tasks_fn.on_task_dispatched(
    retry_config=options.RetryConfig(
        max_attempts=3, min_backoff_seconds=1, max_backoff_seconds=1
    )
)
def sendmail(request):
    headers = {
        name.lower(): value
        for name, value in request.raw_request.headers.items()
        if name.lower().startswith(("x-cloudtasks", "user-agent", "content-type"))
    }
    print(f"got {json.dumps([request.data, headers])}\\n", end="", flush=True)
    if request.data.get("fails"):
        raise ValueError("not now")


@tasks_fn.on_task_dispatched(
    rate_limits=options.RateLimits(max_concurrent_dispatches=2)
)
def slow(request):
    print("slow begins\\n", end="", flush=True)
    time.sleep(0.2)
    print("slow ends\\n", end="", flush=True)


@functions_framework.http
def refer(request):
    kind = request.args["transport"]
    task = {"http_request": {"url": f"https://r-p.cloudfunctions.net/invoice/{kind}"}}
    parent = "projects/demo-tasks/locations/us-central1/queues/referred"
    trace = [("traceparent", request.headers["traceparent"])]
    if kind != "grpc_asyncio":
        client = tasks_v2.CloudTasksClient(transport=kind)
        return client.create_task(parent=parent, task=task, metadata=trace).name

    async def create():
        client = tasks_v2.CloudTasksAsyncClient()
        made = await client.create_task(parent=parent, task=task, metadata=trace)
        return made.name

    return asyncio.run(create())


@functions_framework.http
def invoice(request):
    found = request.method, request.full_path, request.get_data(as_text=True)
    print(f"invoice {json.dumps(found)}\\n", end="", flush=True)
    return "", 204
"""


class Tasks(RunnerProcess):
    """A runner, and what its functions printed."""

    @property
    def host(self) -> str:
        found = self.wait_event("emulator", kind="tasks", deadline=LONG_S)
        return str(found["host"])

    def printed(self, start: str) -> list[str]:
        """Return the lines that begin with a word, without it."""
        events = self.events
        text = "".join(e["text"] for e in events if e["event"] == "output")
        return [
            line.removeprefix(start).strip()
            for line in text.splitlines()
            if line.startswith(start)
        ]

    def warning(self, text: str) -> None:
        """Wait for a warning that has this text."""

        def look() -> bool:
            events = self.events
            return any(text in e["message"] for e in events if e["event"] == "warning")

        self.wait_until(look, what=f"the warning {text!r}", deadline=LONG_S)

    def delivery(self, task: str, **fields: Any) -> dict[str, Any]:
        return self.wait_event("delivery", event_id=task, deadline=LONG_S, **fields)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("shop"), {"main.py": MAIN})


@pytest.fixture(scope="module")
def runner(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tasks]:
    state = tmp_path_factory.mktemp("state")
    with Tasks(shop, state=state, options=OPTIONS, env=ENVIRONMENT) as runner:
        runner.wait_event("wired", id="main.sendmail", deadline=LONG_S)
        yield runner


@pytest.fixture(scope="module")
def app(runner: Tasks) -> Iterator[firebase_admin.App]:
    """An app of firebase-admin in an environment such as that of a unit."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CLOUD_TASKS_EMULATOR_HOST", runner.host)
    app = firebase_admin.initialize_app(options={"projectId": PROJECT}, name="tasks")
    firebase_admin.functions.task_queue("sendmail", app=app)  # reads the variable
    yield app
    close(app)
    patch.undo()


@pytest.fixture(scope="module")
def client(runner: Tasks) -> Iterator[tasks_v2.CloudTasksClient]:
    """Google's own client, through gRPC."""
    with grpc.insecure_channel(runner.host) as channel:
        transport = CloudTasksGrpcTransport(channel=channel)
        yield tasks_v2.CloudTasksClient(transport=transport)


def close(app: firebase_admin.App) -> None:
    """Delete an app with its connections, which firebase-admin leaves open."""
    queue_of(app, "any")._http_client.close()
    firebase_admin.delete_app(app)


def queue_of(app: firebase_admin.App, name: str) -> firebase_admin.functions.TaskQueue:
    return firebase_admin.functions.task_queue(name, app=app)


def test_an_enqueued_task_reaches_its_function_with_productions_headers(
    runner: Tasks, app: firebase_admin.App
) -> None:
    task = queue_of(app, "sendmail").enqueue({"data": {"order": 7}})

    found = runner.delivery(task)

    assert (found["id"], found["source"]) == ("main.sendmail", "queue sendmail")
    assert (found["status"], found["result"]) == (200, "delivered")
    line = runner.wait_until(
        lambda: next((x for x in runner.printed("got") if task in x), None),
        what="the output of the function",
    )
    data, headers = json.loads(line)
    eta = headers.pop("x-cloudtasks-tasketa")
    assert data == {"order": 7}
    assert abs(float(eta) - time.time()) < LONG_S
    assert headers == {
        "content-type": "application/json",
        "user-agent": "Google-Cloud-Tasks",
        "x-cloudtasks-queuename": "sendmail",
        "x-cloudtasks-taskname": task,
        "x-cloudtasks-taskretrycount": "0",
        "x-cloudtasks-taskexecutioncount": "0",
    }


def test_a_failed_task_is_retried_by_the_decorators_policy_and_then_dropped(
    runner: Tasks, app: firebase_admin.App
) -> None:
    task = queue_of(app, "sendmail").enqueue({"data": {"fails": True}})

    last = runner.delivery(task, result="dropped")

    assert (last["attempt"], last["status"]) == (3, 500)
    assert [
        (event["attempt"], event["result"])
        for event in runner.events
        if event["event"] == "delivery" and event["event_id"] == task
    ] == [(1, "retrying"), (2, "retrying"), (3, "dropped")]
    got = [json.loads(line)[1] for line in runner.printed("got") if task in line]
    etas = [float(headers["x-cloudtasks-tasketa"]) for headers in got]
    assert all(later - sooner >= 1 for sooner, later in pairwise(etas))
    assert got[2]["x-cloudtasks-taskretrycount"] == "2"
    assert got[2]["x-cloudtasks-taskexecutioncount"] == "0", "500s don't count"
    assert got[2]["x-cloudtasks-taskpreviousresponse"] == "500"


def test_a_delay_is_honored_and_a_name_is_not_used_twice(
    runner: Tasks, app: firebase_admin.App
) -> None:
    queue = queue_of(app, "sendmail")
    started = time.time()
    later = TaskOptions(schedule_delay_seconds=2, task_id="later")

    assert queue.enqueue({"data": {}}, later) == "later"
    with pytest.raises(AlreadyExistsError):
        queue.enqueue({"data": {}}, later)

    runner.delivery("later", result="delivered")
    assert time.time() - started >= 2
    with pytest.raises(AlreadyExistsError):
        queue.enqueue({"data": {}}, later)


def test_a_deleted_task_does_not_run(
    runner: Tasks, app: firebase_admin.App, client: tasks_v2.CloudTasksClient
) -> None:
    queue = queue_of(app, "sendmail")
    client.pause_queue(name=f"{LOCATION}/queues/sendmail")
    deleted = queue.enqueue({"data": {}})
    after = queue.enqueue({"data": {}})
    queue.delete(deleted)
    client.resume_queue(name=f"{LOCATION}/queues/sendmail")

    runner.delivery(after)

    assert not any(event.get("event_id") == deleted for event in runner.events)
    with pytest.raises(NotFoundError):
        queue.delete(deleted)


def test_a_queue_that_production_would_not_have_is_refused(
    app: firebase_admin.App,
) -> None:
    with pytest.raises(InvalidArgumentError, match="can contain only letters"):
        queue_of(app, "send_mail").enqueue({"data": {}})
    with pytest.raises(NotFoundError, match=r"There is .*us-central1/queues/sendmail"):
        queue_of(app, "locations/europe-west1/functions/sendmail").enqueue({})


def test_a_body_without_data_is_warned_about(
    runner: Tasks, app: firebase_admin.App
) -> None:
    task = queue_of(app, "sendmail").enqueue({"order": 7})

    assert runner.delivery(task)["status"] == 400
    runner.warning("has no 'data'")


def test_no_more_tasks_run_at_a_time_than_the_decorator_allows(
    runner: Tasks, app: firebase_admin.App
) -> None:
    queue = queue_of(app, "slow")
    for task in [queue.enqueue({"data": {}}) for _ in range(6)]:
        runner.delivery(task, result="delivered")

    running = most = 0
    for line in runner.printed("slow"):
        running += 1 if line == "begins" else -1
        most = max(most, running)
    assert most == 2


def test_a_task_of_googles_client_reaches_the_function_that_its_url_names(
    runner: Tasks, client: tasks_v2.CloudTasksClient
) -> None:
    url = f"https://us-central1-{PROJECT}.cloudfunctions.net/invoice/7?copy=1"

    created = client.create_task(
        parent=f"{LOCATION}/queues/by-hand",
        task={"http_request": {"url": url, "body": b"seven"}},
    )

    assert created.name.startswith(f"{LOCATION}/queues/by-hand/tasks/")
    found = runner.delivery(created.name.rpartition("/")[2])
    assert (found["id"], found["source"]) == ("main.invoice", "queue by-hand")
    line = runner.wait_until(
        lambda: next(iter(runner.printed("invoice")), None), what="the output"
    )
    assert json.loads(line) == ["POST", "/7?copy=1", "seven"]


def test_googles_client_manages_queues_and_tasks(
    client: tasks_v2.CloudTasksClient,
) -> None:
    name = f"{LOCATION}/queues/managed"
    rates = {"max_dispatches_per_second": 5}
    client.create_queue(parent=LOCATION, queue={"name": name, "rate_limits": rates})
    client.pause_queue(name=name)
    request = {"url": "https://invoice-abcdefghij-uc.a.run.app/7"}
    task = client.create_task(parent=name, task={"http_request": request})

    queue = client.get_queue(name=name)
    assert queue.state == tasks_v2.Queue.State.PAUSED
    assert queue.rate_limits.max_dispatches_per_second == 5
    assert queue.retry_config.max_attempts == 100
    assert name in [item.name for item in client.list_queues(parent=LOCATION)]
    assert [item.name for item in client.list_tasks(parent=name)] == [task.name]
    assert client.get_task(name=task.name).http_request.url == request["url"]
    client.delete_task(name=task.name)
    assert [*client.list_tasks(parent=name)] == []
    with pytest.raises(api_errors.NotFound):
        client.get_task(name=task.name)
    with pytest.raises(api_errors.AlreadyExists):
        client.create_queue(parent=LOCATION, queue={"name": name})
    with pytest.raises(api_errors.InvalidArgument):
        client.create_task(parent=name, task={"http_request": {"url": "ftp://x"}})


def test_googles_client_works_over_rest_too(runner: Tasks) -> None:
    client = tasks_v2.CloudTasksClient(
        transport="rest",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": f"http://{runner.host}"},
    )
    request = {"url": f"{runner.url}/invoice/rest", "http_method": "PUT"}

    task = client.create_task(
        parent=f"{LOCATION}/queues/rest", task={"http_request": request}
    )

    runner.delivery(task.name.rpartition("/")[2], id="main.invoice")
    assert [*client.list_tasks(parent=f"{LOCATION}/queues/rest")] == []
    with pytest.raises(api_errors.NotFound):
        client.get_queue(name=f"{LOCATION}/queues/unknown")


@pytest.mark.parametrize("kind", ["grpc", "grpc_asyncio", "rest"])
def test_googles_client_in_a_function_needs_no_configuration(
    runner: Tasks, client: tasks_v2.CloudTasksClient, kind: str
) -> None:
    assert client.list_queues(parent=LOCATION), "the bridge is up"

    trace_id = f"{'abcdef'[len(kind) % 6]}" * 32
    url = f"{runner.url}/refer?transport={kind}"
    headers = {"traceparent": f"00-{trace_id}-{'1' * 16}-01"}
    asked = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(asked, timeout=LONG_S) as response:
        name = response.read().decode()

    runner.delivery(name.rpartition("/")[2], id="main.invoice")
    # The task belongs to the trace of the request that created it.
    token = runner.wait_event("ready")["token"]
    listed = urllib.request.Request(
        f"{runner.url}/_funclens/requests?function=main.invoice",
        headers={"X-Funclens-Token": token},
    )

    def is_listed() -> bool:
        with urllib.request.urlopen(listed, timeout=LONG_S) as response:
            found = json.loads(response.read())["requests"]
        return any(item["trace_id"] == trace_id for item in found)

    runner.wait_until(is_listed, what="the delivery", deadline=LONG_S)


def test_a_url_that_no_function_has_is_never_called_and_that_is_said(
    runner: Tasks, client: tasks_v2.CloudTasksClient
) -> None:
    url = "https://example.com/elsewhere"

    client.create_task(
        parent=f"{LOCATION}/queues/by-hand", task={"http_request": {"url": url}}
    )

    runner.warning(url)


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "evil.example", 403),
        ("Origin", "https://evil.example", 403),
        ("Sec-Fetch-Site", "cross-site", 403),
        ("X-Nothing", "", 400),
    ],
)
def test_web_pages_cannot_enqueue_tasks(
    runner: Tasks, header: str, value: str, status: int
) -> None:
    body = b'{"task": {}}'
    url = f"http://{runner.host}/{LOCATION}/queues/sendmail/tasks"
    request = urllib.request.Request(url, body, {header: value})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)

    refused.value.close()
    assert refused.value.code == status


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
        + b"x" * 10**7,
        b"GET /" + b"a" * 10**6,
    ],
    ids=["tls", "nothing", "endless-body", "endless-head"],
)
def test_bytes_that_are_no_request_end_only_their_connection(
    runner: Tasks, client: tasks_v2.CloudTasksClient, sent: bytes
) -> None:
    host, _, port = runner.host.rpartition(":")
    with (
        socket.create_connection((host, int(port)), 60) as connection,
        contextlib.suppress(OSError),  # it may have closed the connection already
    ):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    assert client.get_queue(name=f"{LOCATION}/queues/sendmail")


def test_edits_are_followed_and_what_waits_at_the_end_is_counted(
    tmp_path: Path,
) -> None:
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    with Tasks(shop, state=tmp_path, options=OPTIONS, env=ENVIRONMENT) as runner:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CLOUD_TASKS_EMULATOR_HOST", runner.host)
            app = firebase_admin.initialize_app(options={"projectId": PROJECT})
            queue = queue_of(app, "parcels")
            with pytest.raises(NotFoundError):
                queue.enqueue({"data": {}})
            save_at_once(shop / "main.py", MAIN.replace("def slow", "def parcels"))
            runner.wait_event("wired", source="queue parcels", deadline=LONG_S)
            runner.wait_event("unwired", source="queue slow", deadline=LONG_S)
            runner.delivery(queue.enqueue({"data": {}}), id="main.parcels")
            for _ in range(3):
                queue.enqueue({"data": {}}, TaskOptions(schedule_delay_seconds=900))
            close(app)

        waiting = runner.wait_event("enqueued", source="queue parcels")
        assert waiting["id"] == "main.parcels"
        assert 0 < waiting["seconds"] <= 900
        os.kill(runner.pid, signal.SIGINT)
        runner.wait_event("stopped", deadline=LONG_S)
        runner.warning("3 tasks were not delivered: 3 of parcels")
