"""Queues of Cloud Tasks: names, limits, targets and requests, without a runner."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from funclens.model import DeployOptions, Trigger
from funclens.requests.delivery.retry_policy import queue_policy
from funclens.runner.emulators.tasks.api_error import ApiError
from funclens.runner.emulators.tasks.cloud_tasks import declared_queues
from funclens.runner.emulators.tasks.grpc_bridge import GrpcBridge
from funclens.runner.emulators.tasks.queue_limits import (
    TokenBucket,
    limits_of_json,
    limits_of_trigger,
)
from funclens.runner.emulators.tasks.queue_store import QueueStore
from funclens.runner.emulators.tasks.queued_task import task_of_json
from funclens.runner.emulators.tasks.resource_names import (
    QueueName,
    parse_queue,
    parse_task,
)
from funclens.runner.emulators.tasks.rest_routes import parse_call
from funclens.runner.emulators.tasks.task_dispatcher import TaskDispatcher
from funclens.runner.emulators.tasks.task_request import request_of_task
from funclens.runner.emulators.tasks.task_target import find_target
from funclens.runner.emulators.tasks.wire_times import parse_duration, parse_time
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.model import Catalog
    from funclens.runner.emulators.deliverer import Attempt

QUEUE = QueueName("p", "us-central1", "q")
POLICY = queue_policy({}, is_firebase=False)
MAIN = """\
from firebase_functions import tasks_fn, options
import functions_framework


@tasks_fn.on_task_dispatched(region="europe-west1")
def sendmail(request): ...


@tasks_fn.on_task_dispatched()
def send_mail(request): ...


@functions_framework.http
def my_invoice(request): ...
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return catalog_of(write_tree(tmp_path, {"main.py": MAIN}))


def task(given: dict[str, Any] | None = None, **request: Any) -> Any:
    wanted = {"httpRequest": {"url": "https://x/f", **request}, **(given or {})}
    return task_of_json(wanted, QUEUE, POLICY, new_id="1", now=1_000.0)


def test_a_queue_is_where_its_function_is_if_its_name_can_be_that_of_a_queue(
    catalog: Catalog,
) -> None:
    assert {
        name.path: id_ for name, (id_, _) in declared_queues(catalog, "p").items()
    } == {"projects/p/locations/europe-west1/queues/sendmail": "main.sendmail"}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", None),
        ("https://us-central1-p.cloudfunctions.net/my_invoice", ("my_invoice", "")),
        ("https://r-p.cloudfunctions.net/my_invoice/7?a=b", ("my_invoice", "/7?a=b")),
        ("https://my-invoice-abcdefghij-uc.a.run.app", ("my_invoice", "")),
        ("https://v2---my-invoice-abcdefghij-uc.a.run.app/", ("my_invoice", "")),
        ("https://my-invoice-1234567.europe-west1.run.app/x", ("my_invoice", "/x")),
        ("http://127.0.0.1:8080/main.my_invoice/é", ("my_invoice", "/%C3%A9")),
        ("https://example.com/other", None),
        ("https://other-abcdefghij-uc.a.run.app/my_invoice", None),
        ("https://[", None),
        ("https://", None),
    ],
)
def test_a_url_names_a_function(
    catalog: Catalog, url: str, found: tuple[str, str] | None
) -> None:
    target = find_target(url, "unknown", catalog)

    assert (target and (target.function.name, target.path)) == found


def test_a_task_without_a_url_is_for_the_function_of_its_queue(
    catalog: Catalog,
) -> None:
    target = find_target("", "sendmail", catalog)

    assert target is not None
    assert (target.function.id, target.path) == ("main.sendmail", "")


def test_the_decorators_limits_are_those_of_the_queue() -> None:
    rates = (("max_dispatches_per_second", 5), ("max_concurrent_dispatches", 3))
    trigger = Trigger("tasks", "decorator", rate_limits=rates)

    limits = limits_of_trigger(trigger)

    assert (limits.per_second, limits.concurrent, limits.at_once) == (5, 3, 3)
    assert limits.retries.max_attempts == 3, "Firebase's default"
    assert limits_of_json({}).retries.max_attempts == 100


def test_a_seconds_worth_of_tasks_may_come_at_once_then_they_are_apart() -> None:
    bucket = TokenBucket(2)
    taken = []
    now = 0.0
    while len(taken) < 6:
        if (wait := bucket.wait(now)) == 0:
            bucket.take()
            taken.append(now)
        now += wait

    assert taken == pytest.approx([0, 0, 0.5, 1.0, 1.5, 2.0])
    assert bucket.wait(now + 3600) == 0


def test_less_than_one_task_a_second_is_a_rate_too() -> None:
    bucket = TokenBucket(0.1)
    bucket.wait(0)
    bucket.take()

    assert bucket.wait(0) == pytest.approx(10)


@pytest.mark.parametrize(
    "queue",
    [
        {"rateLimits": {"maxDispatchesPerSecond": 0}},
        {"rateLimits": {"maxDispatchesPerSecond": 501}},
        {"rateLimits": {"maxDispatchesPerSecond": float("nan")}},
        {"rateLimits": {"maxConcurrentDispatches": "many"}},
        {"rateLimits": []},
        {"retryConfig": {"minBackoff": "1"}},
        {"retryConfig": {"minBackoff": "9s", "maxBackoff": "1s"}},
        {"retryConfig": {"maxAttempts": float("inf")}},
    ],
)
def test_invalid_limits_are_refused(queue: dict[str, Any]) -> None:
    if queue == {"rateLimits": []}:
        assert limits_of_json(queue) == limits_of_json({}), "an empty value is none"
        return
    with pytest.raises(ApiError):
        limits_of_json(queue)


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"httpRequest": {"url": "ftp://x"}},
        {"httpRequest": {"url": "https://x/a b"}},
        {"httpRequest": {"url": "https://x/" + "a" * 3_000}},
        {"httpRequest": {"url": "https://x", "httpMethod": "PROPFIND"}},
        {"httpRequest": {"url": "https://x", "httpMethod": "GET", "body": "eA=="}},
        {"httpRequest": {"url": "https://x", "body": "?"}},
        {"httpRequest": {"url": "https://x", "body": 7}},
        {"httpRequest": {"url": "https://x", "body": "A" * 1_500_000}},
        {"httpRequest": {"url": "https://x", "headers": {"A\r\nB": "c"}}},
        {"httpRequest": {"url": "https://x", "headers": {"A": "c\r\nHost: d"}}},
        {"httpRequest": {"url": "https://x", "headers": {"A": "☃"}}},
        {"httpRequest": {"url": "https://x"}, "scheduleTime": "tomorrow"},
        {"httpRequest": {"url": "https://x"}, "scheduleTime": "2999-01-01T00:00:00Z"},
        {"httpRequest": {"url": "https://x"}, "dispatchDeadline": "14s"},
        {"httpRequest": {"url": "https://x"}, "dispatchDeadline": "1801s"},
        {"httpRequest": {"url": "https://x"}, "name": "mine"},
        {
            "httpRequest": {"url": "https://x"},
            "name": "projects/p/locations/us-central1/queues/other/tasks/mine",
        },
        {"appEngineHttpRequest": {"relativeUri": "/"}},
    ],
)
def test_a_task_that_production_refuses_is_refused(given: Any) -> None:
    with pytest.raises(ApiError):
        task_of_json(given, QUEUE, POLICY, new_id="1", now=1_000.0)


def test_a_task_of_its_own_policy_and_time() -> None:
    found = task(
        {
            "name": f"{QUEUE.path}/tasks/mine",
            "scheduleTime": "1970-01-01T01:00:00.5+00:30",
            "dispatchDeadline": "15s",
            "retryConfig": {"maxAttempts": 2},
        }
    )

    assert (found.id, found.due, found.deadline) == ("mine", 1_800.5, 15.0)
    assert found.retries is not None
    assert found.retries.max_attempts == 2
    assert task({"scheduleTime": "1970-01-01T00:00:01Z"}).due == 1_000, "now at best"


def test_headers_that_cloud_tasks_sets_are_not_the_clients() -> None:
    found = task(
        headers={
            "Host": "evil",
            "user-agent": "mine",
            "X-CloudTasks-TaskName": "forged",
            "X-Google-Anything": "x",
            "X-Kept": "yes",
        },
        body=base64.b64encode(b"body").decode(),
        oidcToken={"serviceAccountEmail": "me@p"},
    )
    found.begin(2_000.0)

    request = request_of_task(found, QUEUE, "/below")

    headers = dict(request.headers)
    assert (request.method, request.path, request.body) == ("POST", "/below", b"body")
    assert headers["X-Kept"] == "yes"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["User-Agent"] == "Google-Cloud-Tasks"
    assert headers["X-CloudTasks-TaskName"] == "1"
    assert headers["X-CloudTasks-TaskETA"] == "1000.000000"
    assert not {"Host", "user-agent", "X-Google-Anything"} & set(headers)
    claims = headers["Authorization"].split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (decoded["email"], decoded["aud"]) == ("me@p", "https://x/f")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "q",
        "projects/p/locations/l/queues/a_b",
        "projects/p/locations/Region.X/queues/q",
        7,
        None,
    ],
)
def test_an_invalid_name_of_a_queue_is_refused(text: object) -> None:
    with pytest.raises(ApiError):
        parse_queue(text)


@pytest.mark.parametrize("id_", ["", "a b", "a" * 501, "a/b", "é"])
def test_an_invalid_name_of_a_task_is_refused(id_: str) -> None:
    with pytest.raises(ApiError):
        parse_task(f"{QUEUE.path}/tasks/{id_}")


def test_times_and_durations_are_those_of_googles_apis() -> None:
    assert parse_duration("3.5s", "x") == 3.5
    assert parse_time("1970-01-01T00:00:01.250000001Z", "x") == pytest.approx(1.25)
    for text in ("1970-13-01T00:00:00Z", "9" * 10_000, "1970-01-01T00:00:00", 5):
        with pytest.raises(ApiError):
            parse_time(text, "x")
    for text in ("s", "1", "1e9s", "1" * 10_000 + "s", 1):
        with pytest.raises(ApiError):
            parse_duration(text, "x")


@pytest.mark.parametrize(
    ("verb", "path", "method"),
    [
        ("POST", f"/v2/{QUEUE.path}/tasks", "CreateTask"),
        ("POST", f"/v2beta3/{QUEUE.path}/tasks/1:run", "RunTask"),
        ("PATCH", f"/v2/{QUEUE.path}?updateMask=rateLimits", "UpdateQueue"),
        ("POST", "/google.cloud.tasks.v2.CloudTasks/GetQueue", "GetQueue"),
    ],
)
def test_paths_are_those_of_the_api(verb: str, path: str, method: str) -> None:
    call = parse_call(verb, path, b"{}")

    assert (call.method, call.is_emulator) == (method, False)
    assert parse_call("POST", f"/{QUEUE.path}/tasks", b"").is_emulator


@pytest.mark.parametrize("body", [b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError):
        parse_call("POST", f"/{QUEUE.path}/tasks", body)


class Silent:
    """A delivery whose function never answers."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.done = asyncio.Event()

    async def post(self, *_: object) -> None:
        await asyncio.Event().wait()

    def publish(self, _: object, attempt: Attempt) -> None:
        self.published.append({**attempt.shown, "status": attempt.status})
        if attempt.result == "dropped":
            self.done.set()


class Pool:
    """What a dispatcher asks the pool of workers."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def interpreters(self) -> list[str]:
        return [sys.executable]

    def is_debugged(self, unit: str) -> bool:
        del unit
        return False


def test_an_attempt_that_takes_too_long_counts_as_failed(catalog: Catalog) -> None:
    async def enqueue() -> list[dict[str, Any]]:
        silent: Any = Silent()
        pool: Any = Pool(catalog)
        dispatcher = TaskDispatcher(silent, pool, lambda *_: None)
        store = QueueStore(dispatcher)
        limits = limits_of_json({"retryConfig": {"maxAttempts": 2, "minBackoff": "0s"}})
        queue = store.create(QUEUE, limits)
        url = "https://r-p.cloudfunctions.net/my_invoice"
        late = task(url=url)
        late.deadline = 0.01
        queue.add(late)
        await asyncio.wait_for(silent.done.wait(), 45)
        assert store.pending() == {}
        await queue.close()
        return list(silent.published)

    found = asyncio.run(enqueue())

    assert [(e["attempt"], e["status"], e["result"]) for e in found] == [
        (1, 0, "retrying"),
        (2, 0, "dropped"),
    ]


def test_a_missing_package_is_warned_about_once(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "lacks.py"
    script.write_text('print(\'{"missing": "google"}\')')
    bridge_module = "funclens.runner.emulators.tasks.grpc_bridge"
    monkeypatch.setattr(f"{bridge_module}._SCRIPT", script)
    monkeypatch.setattr(f"{bridge_module}._AGAIN_SECONDS", 0.0)
    warnings: list[tuple[str, str]] = []

    async def connect() -> None:
        pool: Any = Pool(catalog)
        bridge = GrpcBridge("127.0.0.1:9", pool, lambda *said: warnings.append(said))
        nothing: Any = None
        for _ in range(2):
            await bridge.pump(b"PRI", nothing, nothing)
        await bridge.close()

    asyncio.run(connect())

    ((message, hint),) = warnings
    assert "no interpreter has google-cloud-tasks" in message
    assert "pip install 'funclens[tasks]'" in hint


def test_names_and_room_are_bounded(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_module = "funclens.runner.emulators.tasks.queue_store"
    monkeypatch.setattr(f"{store_module}._MOST_TASKS", 3)
    monkeypatch.setattr(f"{store_module}._REMEMBERED", 4)

    async def fill() -> None:
        silent: Any = Silent()
        pool: Any = Pool(catalog)
        store = QueueStore(TaskDispatcher(silent, pool, lambda *_: None))
        queue = store.create(QUEUE, limits_of_json({}))
        queue.pause(is_paused=True)
        given = {"httpRequest": {"url": "https://x/f"}}
        kept = store.add(queue, given)
        for _ in range(10):
            queue.delete(store.add(queue, given))
        for _ in range(2):
            store.add(queue, given)
        with pytest.raises(ApiError, match="Too many tasks"):
            store.add(queue, given)
        name = {"name": f"{QUEUE.path}/tasks/{kept.id}", **given}
        with pytest.raises(ApiError, match="too recently"):
            store.add(queue, name)
        await queue.close()
        assert queue.bytes == sum(item.size for item in queue.tasks.values()) > 0

    asyncio.run(fill())


def test_a_function_with_several_regions_has_a_queue_in_each(catalog: Catalog) -> None:
    regions = ("europe-west1", "asia-east1")
    first = replace(catalog.functions[0], options=DeployOptions(regions=regions))

    names = declared_queues(replace(catalog, functions=(first,)), "p")

    assert {name.location for name in names} == {*regions}
