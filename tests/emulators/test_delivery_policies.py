"""Order, dead letters and retry policies of subscriptions, with the real emulator."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from emulators.published import Topic
from interpreters import environment, interpreters
from runner_process import RunnerProcess
from source_tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emulators.conftest import RunningEmulator

pytestmark = [pytest.mark.may_skip_in_ci, pytest.mark.timeout(400)]

LONG_S = 120.0
ATTEMPTS = 9
"""Of five messages, one of which takes five."""
OPTIONS = ("--port", "0", "--emulators")
MAIN = """\
import base64

import functions_framework


@functions_framework.http
def on_step(request):
    body = request.get_json()["message"]
    text = base64.b64decode(body["data"]).decode()
    print(f"step {text}\\n", end="", flush=True)
    return "", 500 if text == "poison" else 200


@functions_framework.cloud_event
def on_dead(event):
    message = event.data["message"]
    text = base64.b64decode(message["data"]).decode()
    kept = message["attributes"]["CloudPubSubDeadLetterSourceDeliveryCount"]
    print(f"dead {text} after {kept}\\n", end="", flush=True)
"""
DEPLOY = """\
gcloud run deploy steps --source . --function on_step
gcloud functions deploy on_dead --source . --gen2 --trigger-topic=steps-dead
gcloud pubsub subscriptions create steps --topic=steps --enable-message-ordering \\
  --push-endpoint=https://steps-abcdefghij-ew.a.run.app/ \\
  --dead-letter-topic=steps-dead --min-retry-delay=1s --max-retry-delay=1s \\
  --message-filter='NOT attributes.kind = "noise"'
"""


@pytest.fixture(scope="module")
def topic(pubsub: RunningEmulator) -> Topic:
    return Topic(pubsub.host, "demo-policies", "steps")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies") / "shop"
    return write_tree(folder, {"main.py": MAIN, "deploy.sh": DEPLOY})


def running(shop: Path, topic: Topic) -> RunnerProcess:
    return RunnerProcess(
        shop, state=shop.parent, options=OPTIONS, env=topic.environment
    )


def wait_wired(process: RunnerProcess) -> None:
    for id_ in ("main.on_step", "main.on_dead"):
        process.wait_event("wired", id=id_, deadline=LONG_S)


@pytest.fixture(scope="module")
def runner(shop: Path, topic: Topic) -> Iterator[RunnerProcess]:
    with running(shop, topic) as process:
        wait_wired(process)
        yield process


def deliveries(process: RunnerProcess, since: int, id_: str) -> list[dict[str, Any]]:
    events = process.events[since:]
    return [e for e in events if e["event"] == "delivery" and e["id"] == id_]


def test_a_failed_message_holds_up_its_key_until_it_is_dead_lettered(
    runner: RunnerProcess, topic: Topic
) -> None:
    """Messages that the filter keeps out are never seen."""
    since = len(runner.events)
    topic.publish("noise", key="a", kind="noise")
    topic.publish("first", "poison", "last", key="a")
    topic.publish("one", "two", key="b")

    def steps() -> list[str]:
        events = runner.events[since:]
        text = "".join(e["text"] for e in events if e["event"] == "output")
        return [line[5:] for line in text.splitlines() if line.startswith("step ")]

    runner.wait_until(
        lambda: (
            len(deliveries(runner, since, "main.on_step")) == len(steps()) == ATTEMPTS
        ),
        what="all attempts",
        deadline=LONG_S,
    )

    found = deliveries(runner, since, "main.on_step")
    first_key = [step for step in steps() if step in {"first", "poison", "last"}]
    assert first_key == ["first", *["poison"] * 5, "last"]
    assert [step for step in steps() if step in {"one", "two"}] == ["one", "two"]
    assert steps()[-1] == "last"
    poison = [e for e in found if e["status"] == 500]
    assert [(e["attempt"], e["result"]) for e in poison] == [
        *((n, "retrying") for n in range(1, 5)),
        (5, "dead-lettered"),
    ]
    assert poison[-1]["dead_letter_topic"] == "steps-dead"
    runner.wait_event("delivery", since=since, id="main.on_dead", deadline=LONG_S)
    runner.wait_until(
        lambda: any("dead poison after 5" in str(e) for e in runner.events[since:]),
        what="the dead letter",
        deadline=LONG_S,
    )


def test_a_delivery_is_in_the_history_and_can_be_replayed(
    runner: RunnerProcess, topic: Topic
) -> None:
    since = len(runner.events)
    topic.publish("remembered")
    found = runner.wait_event(
        "delivery", since=since, id="main.on_step", deadline=LONG_S
    )
    runner.wait_event("request", since=since, id="main.on_step", deadline=LONG_S)

    def ask(method: str, path: str) -> dict[str, Any]:
        headers = {"X-Funclens-Token": runner.events[0]["token"]}
        url = f"{runner.url}/_funclens/requests{path}"
        request = urllib.request.Request(url, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=LONG_S) as response:
            value: dict[str, Any] = json.load(response)
        return value

    (last,) = ask("GET", "?function=main.on_step&limit=1")["requests"]
    assert last["origin"] == "delivery"
    assert ask("GET", f"/{last['id']}")["delivery"] == {
        "source": "topic steps",
        "event_id": found["event_id"],
        "attempt": 1,
        "result": "delivered",
    }

    replayed = ask("POST", f"/{last['id']}/replay")
    again = ask("GET", f"/{replayed['id']}")
    assert (again["origin"], again["replay_of"]) == ("replay", last["id"])
    assert (again["status"], again["output"]) == (200, ["step remembered"])


def test_two_runners_of_a_folder_get_every_message_each(
    runner: RunnerProcess, shop: Path, topic: Topic
) -> None:
    with running(shop, topic) as other:
        wait_wired(other)
        since = len(runner.events)
        topic.publish(*map(str, range(20)))
        for process, start in ((runner, since), (other, 0)):
            process.wait_until(
                lambda p=process, s=start: (
                    len({e["event_id"] for e in deliveries(p, s, "main.on_step")}) == 20
                ),
                what="all messages",
                deadline=LONG_S,
            )
        assert len(topic.subscriptions()) == 4

    since = len(runner.events)
    topic.publish("after")
    runner.wait_event("delivery", since=since, id="main.on_step", deadline=LONG_S)


PUBLISH = """\
import sys
from google.cloud import pubsub_v1

client = pubsub_v1.PublisherClient()
path = client.topic_path(sys.argv[1], "steps")
print(client.publish(path, b"by Google's client", origin="test").result(60))
"""


def test_a_message_of_googles_client_arrives(
    runner: RunnerProcess, topic: Topic
) -> None:
    python = environment(next(iter(interpreters())), "google-cloud-pubsub")
    since = len(runner.events)

    done = subprocess.run(
        [str(python), "-c", PUBLISH, topic.project],
        env={**topic.environment, "GRPC_VERBOSITY": "ERROR"},
        check=True,
        capture_output=True,
        text=True,
        timeout=LONG_S,
    )

    found = runner.wait_event(
        "delivery", since=since, id="main.on_step", deadline=LONG_S
    )
    assert found["event_id"] == done.stdout.strip()
    assert found["result"] == "delivered"
