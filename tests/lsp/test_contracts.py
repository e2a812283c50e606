"""What commands return and notifications say: other people's editors rely on it.

`contracts.json` was recorded from version 0.1. Fields may be added; what is recorded
stays. To record new messages, delete the file's entry and run the test once with
`FUNCLENS_RECORD=1`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lsp.conftest import HELLO

RECORDED = Path(__file__).with_name("contracts.json")

EVENT = """

@functions_framework.cloud_event
def note(event):
    raise ValueError("no")
"""


def neutral(value, folder, url):
    """Return a message without what differs from run to run."""
    text = json.dumps(value, ensure_ascii=False)
    for found, name in ((str(folder), "FOLDER"), (url, "URL")):
        text = text.replace(json.dumps(found, ensure_ascii=False)[1:-1], name)
    return _steady(json.loads(text))


def _steady(value, key=""):
    if isinstance(value, dict):
        return {name: _steady(item, name) for name, item in value.items()}
    if isinstance(value, list):
        if key == "headers":
            return sorted(name for name, _ in value)
        return [_steady(item) for item in value]
    if key in {"seconds", "port"} and isinstance(value, int | float):
        return 0
    return value


def is_kept(before, now):
    """Return whether everything in `before` is in `now`; `now` may say more."""
    if isinstance(before, dict):
        return isinstance(now, dict) and all(
            name in now and is_kept(item, now[name]) for name, item in before.items()
        )
    if isinstance(before, list):
        return (
            isinstance(now, list)
            and len(before) == len(now)
            and all(map(is_kept, before, now))
        )
    return before == now


@pytest.fixture
def messages(vscode, write, workspace):
    """Run, call, debug, restart and stop; return all answers and notifications."""
    other = HELLO.replace("hello", "greet")
    write({"main.py": HELLO + EVENT, "other/main.py": other})
    client = vscode()
    hello, note = {"id": "main.hello"}, {"id": "main.note"}
    said = {}
    said["funclens/functions, stopped"] = client.request("funclens/functions")
    said["funclens.run"] = client.execute("funclens.run", hello)
    url = said["funclens.run"]["url"].rpartition("/")[0]
    said["funclens.run, all"] = client.execute("funclens.run", {})
    said["funclens.call"] = client.execute(
        "funclens.call", {**hello, "path": "?name=Ada", "data": {"a": 1}}
    )
    said["funclens.call, event"] = client.execute(
        "funclens.call", {**note, "event": "auto"}
    )
    said["funclens.replay"] = client.execute("funclens.replay", hello)
    said["funclens.show"] = client.execute("funclens.show", hello)
    said["funclens.showFailure"] = client.execute("funclens.showFailure", note)
    said["funclens.restart"] = client.execute("funclens.restart", hello)
    said["funclens.debug"] = client.execute(
        "funclens.debug", {"id": "other.main.greet"}
    )
    said["funclens.endDebug"] = client.execute(
        "funclens.endDebug", {"unit": "other.main"}
    )
    said["funclens/samples"] = {
        **client.request("funclens/samples", hello),
        "types": "…",
    }
    said["funclens/runnerChanged"] = client.wait_for(
        "funclens/runnerChanged",
        lambda params: any(unit["state"] == "ready" for unit in params["units"]),
    )
    said["funclens/output"] = client.wait_for(
        "funclens/output",
        lambda params: (
            any("GET /" in entry["text"] for entry in params["entries"])
            or any("POST /" in entry["text"] for entry in params["entries"])
        ),
    )
    for entry in said["funclens/output"]["entries"]:
        entry["text"] = "…"
    said["funclens.stop"] = client.execute("funclens.stop")
    said["funclens/runnerChanged, stopped"] = client.wait_for(
        "funclens/runnerChanged",
        lambda params: params["state"] == "stopped" and client.told("funclens/output"),
    )
    return neutral(said, workspace, url)


def test_fields_of_version_0_1_are_unchanged(messages):
    recorded = json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}
    if os.environ.get("FUNCLENS_RECORD"):
        recorded = {**messages, **recorded}
        text = json.dumps(recorded, indent=2, ensure_ascii=False)
        RECORDED.write_text(f"{text}\n", "utf-8")

    assert recorded.keys() == messages.keys()
    for name, before in recorded.items():
        assert is_kept(before, messages[name]), (name, before, messages[name])
