"""Writes in the real Firestore emulator reach functions of a real runner."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from emulators.published import is_up
from funclens.runner.emulators.installed import EMULATORS, find_command
from runner_process import RunnerProcess
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.may_skip_in_ci, pytest.mark.timeout(400)]

LONG_S = 180.0
OPTIONS = ("--port", "0", "--emulators")
PROJECT = "demo-documents"

MAIN = """\
from pathlib import Path

import functions_framework
from firebase_functions import firestore_fn


@firestore_fn.on_document_written(document="users/{id}")
def on_user(event):
    found = event.params, event.data.after.to_dict()
    print(f"firebase {found}\\n", end="", flush=True)


@functions_framework.cloud_event
def on_created(event):
    found = event["source"], event["subject"], type(event.data).__name__
    print(f"cloudevent {found}\\n", end="", flush=True)
    if Path("fail").exists():
        raise ValueError("not now")


def on_write(data, context):
    print(f"background {context.resource}\\n", end="", flush=True)
"""
DEPLOY = """\
gcloud functions deploy on_created --source . --gen2 --retry \\
  --trigger-event-filters=type=google.cloud.firestore.document.v1.created \\
  --trigger-event-filters-path-pattern=document='users/{id}'
gcloud functions deploy on_write --source . --no-gen2 \\
  --trigger-event=providers/cloud.firestore/eventTypes/document.write \\
  --trigger-resource='projects/p/databases/(default)/documents/users/{id}'
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    if find_command(EMULATORS["firestore"], os.environ) is None:
        pytest.skip(f"no emulator: {EMULATORS['firestore'].how_to_install}")
    return write_tree(tmp_path / "shop", {"main.py": MAIN, "deploy.sh": DEPLOY})


def write(host: str, path: str) -> None:
    """Write a document."""
    base = f"http://{host}/v1/projects/{PROJECT}/databases/(default)/documents"
    request = urllib.request.Request(
        f"{base}/{path}",
        json.dumps({"fields": {"name": {"stringValue": "Ada"}}}).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer owner"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=60).close()


def test_a_written_document_reaches_each_function_and_follows_edits(
    shop: Path, tmp_path: Path
) -> None:
    with RunnerProcess(
        shop,
        state=tmp_path,
        options=OPTIONS,
        env={"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": ""},
    ) as runner:
        ids = ("main.on_user", "main.on_created", "main.on_write")
        host = runner.wait_event("emulator", kind="firestore")["host"]
        for id_ in ids:
            runner.wait_event("wired", id=id_, deadline=LONG_S)

        (shop / "fail").touch()
        write(host, "users/u1")
        for id_ in ids:
            event = runner.wait_event("delivery", id=id_, deadline=LONG_S)
            assert event["source"] == "document users/{id}"
        runner.wait_event("delivery", id="main.on_created", attempt=2, deadline=LONG_S)
        (shop / "fail").unlink()
        runner.wait_event(
            "delivery", id="main.on_created", result="delivered", deadline=LONG_S
        )

        database = f"projects/{PROJECT}/databases/(default)"
        for text in (
            "firebase ({'id': 'u1'}, {'name': 'Ada'})",
            (
                f"cloudevent ('//firestore.googleapis.com/{database}', "
                "'documents/users/u1', 'bytes')"
            ),
            f"background {database}/documents/users/u1",
        ):
            runner.wait_until(lambda text=text: text in output(runner), what=text)

        beside = shop / ".main.new"
        beside.write_text(MAIN.replace("users/{id}", "orders/{id}"), "utf-8")
        beside.replace(shop / "main.py")
        runner.wait_event("wired", source="document orders/{id}", deadline=LONG_S)
        since = len(runner.events)
        write(host, "orders/o1")
        found = runner.wait_event(
            "delivery", since=since, id="main.on_user", deadline=LONG_S
        )
        assert found["result"] == "delivered"

        os.kill(runner.pid, signal.SIGKILL)
        runner.stop()
    end = time.monotonic() + LONG_S
    while is_up(host):
        assert time.monotonic() < end, "the emulator outlives its runner"


def test_an_emulator_of_somebody_else_sends_no_events_and_that_is_said(
    shop: Path, tmp_path: Path
) -> None:
    environment = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"}
    with RunnerProcess(
        shop, state=tmp_path, options=OPTIONS, env=environment
    ) as runner:
        warning = runner.wait_event("warning", deadline=LONG_S)

    assert "127.0.0.1:9 sends no events here" in warning["message"]
    assert "unset FIRESTORE_EMULATOR_HOST" in warning["hint"]


def output(runner: RunnerProcess) -> str:
    events = runner.events
    return "".join(event["text"] for event in events if event["event"] == "output")
