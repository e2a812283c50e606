"""Messages of the real Pub/Sub emulator reach functions of a real runner."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from emulators.published import is_up
from runner_process import RunnerProcess
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emulators.conftest import RunningEmulator
    from emulators.published import Topic

pytestmark = [pytest.mark.may_skip_in_ci, pytest.mark.timeout(400)]

LONG_S = 120.0
"""For what takes several attempts."""

MAIN = """\
import base64
import os
from pathlib import Path

import functions_framework
from firebase_functions import pubsub_fn


def text(message):
    return base64.b64decode(message["data"]).decode()


@functions_framework.cloud_event
def on_order(event):
    print("cloudevent", event["source"], text(event.data["message"]), flush=True)
    if Path("fail").exists():
        raise ValueError("not now")


def on_order_first(event, context):
    print("background", context.resource["name"], text(event), flush=True)


@pubsub_fn.on_message_published(topic="orders")
def on_order_firebase(event):
    project = os.environ["GOOGLE_CLOUD_PROJECT"]
    print("firebase", event.data.message.json, project, flush=True)
    if event.data.message.json == "poison":
        raise ValueError("poison")
"""
DEPLOY = """\
gcloud functions deploy on_order --source . --gen2 --trigger-topic=orders --retry
gcloud functions deploy on_order_first --source . --no-gen2 --trigger-topic=orders
"""
FUNCTIONS = ("main.on_order", "main.on_order_first", "main.on_order_firebase")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "shop", {"main.py": MAIN, "deploy.sh": DEPLOY})


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def running(shop: Path, state: Path, topic: Topic) -> RunnerProcess:
    options = ("--port", "0", "--emulators")
    return RunnerProcess(shop, state=state, options=options, env=topic.environment)


@pytest.fixture
def runner(shop: Path, state: Path, topic: Topic) -> Iterator[RunnerProcess]:
    with running(shop, state, topic) as process:
        wait_wired(process)
        yield process


def wait_wired(process: RunnerProcess, *ids: str) -> None:
    for id_ in ids or FUNCTIONS:
        process.wait_event("wired", id=id_, deadline=LONG_S)


def printed(process: RunnerProcess, text: str) -> None:
    def look() -> bool:
        events = process.events
        return text in "".join(e["text"] for e in events if e["event"] == "output")

    process.wait_until(look, what=repr(text), deadline=LONG_S)


def test_a_message_reaches_each_function_in_the_form_of_production(
    runner: RunnerProcess, topic: Topic
) -> None:
    # The worker is there before the first message.
    runner.wait_event("unit-state", unit="main", state="ready", deadline=LONG_S)
    topic.publish("7")

    source = f"projects/{topic.project}/topics/orders"
    printed(runner, f"cloudevent //pubsub.googleapis.com/{source} 7\n")
    printed(runner, f"background {source} 7\n")
    printed(runner, f"firebase 7 {topic.project}\n")
    for id_ in FUNCTIONS:
        event = runner.wait_event("delivery", id=id_, deadline=LONG_S)
        assert (event["source"], event["attempt"]) == ("topic orders", 1)
        assert (event["status"], event["result"]) == (200, "delivered")


def test_a_failed_message_is_delivered_again_until_it_succeeds(
    runner: RunnerProcess, topic: Topic, shop: Path
) -> None:
    (shop / "fail").touch()
    topic.publish("8")

    runner.wait_event(
        "delivery", id="main.on_order", result="retrying", attempt=2, deadline=LONG_S
    )
    (shop / "fail").unlink()

    found = runner.wait_event(
        "delivery", id="main.on_order", result="delivered", deadline=LONG_S
    )
    assert found["attempt"] >= 3


def test_without_retries_a_failed_message_is_dropped(
    runner: RunnerProcess, topic: Topic
) -> None:
    topic.publish('"poison"')
    id_ = "main.on_order_firebase"

    dropped = runner.wait_event("delivery", id=id_, result="dropped", deadline=LONG_S)
    topic.publish('"after"')

    runner.wait_event("delivery", id=id_, result="delivered", deadline=LONG_S)
    assert dropped["status"] == 500
    seen = [e for e in runner.events if e["event"] == "delivery" and e["id"] == id_]
    assert len(seen) == 2


def test_a_function_is_connected_when_it_is_saved_and_served_with_new_code(
    runner: RunnerProcess, topic: Topic, shop: Path
) -> None:
    added = MAIN + (
        '\n@pubsub_fn.on_message_published(topic="returns")\n'
        'def on_return(event):\n    print("returned", event.data.message.json)\n'
    )
    before = len(topic.subscriptions())
    replace_file(shop / "main.py", added.replace('print("firebase"', 'print("new"'))

    wait_wired(runner, "main.on_return")
    topic.publish("9")

    printed(runner, f"new 9 {topic.project}\n")
    assert len(topic.subscriptions()) == before + 1


def test_a_function_that_is_removed_is_disconnected(
    runner: RunnerProcess, topic: Topic, shop: Path
) -> None:
    since = len(runner.events)
    replace_file(shop / "deploy.sh", DEPLOY.splitlines()[0] + "\n")

    runner.wait_event("unwired", since=since, id="main.on_order_first", deadline=LONG_S)
    assert len(topic.subscriptions()) == 2


def test_ctrl_c_leaves_no_subscription_and_touches_none_of_others(
    shop: Path, state: Path, topic: Topic
) -> None:
    topic.ask("PUT", f"projects/{topic.project}/topics/orders", {})
    topic.subscribe("mine")
    with running(shop, state, topic) as process:
        wait_wired(process)
        assert len(topic.subscriptions()) == 4

        os.kill(process.pid, signal.SIGINT)
        process.stop()

    assert topic.subscriptions() == ["mine"]


def test_what_a_killed_runner_left_is_removed_by_the_next(
    shop: Path, state: Path, topic: Topic
) -> None:
    with running(shop, state, topic) as process:
        wait_wired(process)
        os.kill(process.pid, signal.SIGKILL)
        process.stop()
    assert len(topic.subscriptions()) == 3
    replace_file(shop / "deploy.sh", "#\n")

    with running(shop, state, topic) as process:
        wait_wired(process, "main.on_order_firebase")
        removed = process.wait_event("leftovers-removed", deadline=LONG_S)
        assert removed["count"] == 2
        assert len(topic.subscriptions()) == 1


def test_more_messages_than_fit_at_once_are_all_delivered(
    runner: RunnerProcess, topic: Topic
) -> None:
    topic.publish(*map(str, range(300)))
    found: set[str] = set()
    read = 0

    def all_delivered() -> bool:
        nonlocal read
        lines = runner.stdout[read:]
        read += len(lines)
        events = [json.loads(line) for line in lines if '"delivery"' in line]
        found.update(e["event_id"] for e in events if e["id"] == "main.on_order")
        return len(found) == 300

    runner.wait_until(all_delivered, what="all messages", deadline=300)


def test_an_invalid_topic_is_explained_and_the_rest_works(
    shop: Path, state: Path, topic: Topic
) -> None:
    bad = '@pubsub_fn.on_message_published(topic="a?")\ndef bad(event): ...\n'
    replace_file(shop / "main.py", f"{MAIN}\n{bad}")
    with running(shop, state, topic) as process:
        wait_wired(process)

        warning = process.wait_event("warning", deadline=LONG_S)

        assert "cannot subscribe 'main.bad' to topic 'a?'" in warning["message"]
        topic.publish("1")
        process.wait_event("delivery", id="main.on_order", deadline=LONG_S)


def test_an_emulator_that_returns_is_connected_again(
    pubsub: RunningEmulator, runner: RunnerProcess, topic: Topic
) -> None:
    pubsub.stop()
    try:
        runner.wait_until(
            lambda: any("is gone" in e.get("message", "") for e in runner.events),
            what="the loss",
            deadline=LONG_S,
        )
        since = len(runner.events)
    finally:
        pubsub.start()
    for id_ in FUNCTIONS:
        runner.wait_event("wired", since=since, id=id_, deadline=LONG_S)

    topic.publish("again")

    runner.wait_event("delivery", since=since, id="main.on_order", deadline=LONG_S)


def test_an_emulator_that_is_needed_is_started_and_ends_with_the_runner(
    pubsub: RunningEmulator, shop: Path, state: Path, topic: Topic
) -> None:
    del pubsub  # it is installed
    environment = {"GOOGLE_CLOUD_PROJECT": topic.project, "PUBSUB_EMULATOR_HOST": ""}
    options = ("--port", "0", "--emulators")
    with RunnerProcess(shop, state=state, options=options, env=environment) as process:
        found = process.wait_event("emulator", kind="pubsub")
        own = type(topic)(found["host"], topic.project, "orders")
        wait_wired(process)
        own.publish("3")
        printed(process, "firebase 3")
        os.kill(process.pid, signal.SIGKILL)
        process.stop()

    end = time.monotonic() + LONG_S
    while is_up(found["host"]):
        assert time.monotonic() < end, "the emulator outlives its runner"


def replace_file(path: Path, text: str) -> None:
    """Write a file that is watched, in one step."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
