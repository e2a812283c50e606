"""What becomes of a request: in the lens, in the problems, and again."""

from __future__ import annotations

import os
import urllib.error
import urllib.request

import pytest

from lsp.client import ResponseError, range_
from lsp.test_running import ID, get

FAILING = """\
import functions_framework


@functions_framework.http
def hello(request):
    divide(request.args.get("by", "1"), request.get_data(as_text=True))
    return "Hello World!"


def divide(by, body):
    return 1 / int(body or by)
"""
LINE = FAILING.splitlines().index("    return 1 / int(body or by)")


@pytest.fixture
def failing(editor, write):
    """An editor on a function that fails when it is told to divide by 0."""
    (main,) = write({"main.py": FAILING})
    client = editor()
    client.open(main)
    return client, main


def failures(items):
    return [item for item in items if item["code"] == "last-request-failed"]


def test_a_failure_is_shown_where_it_happened_until_the_next_success(failing):
    client, main = failing
    url = client.execute("funclens.run", ID)["url"]

    with pytest.raises(urllib.error.HTTPError, match="500"):
        get(f"{url}?by=0")

    (found,) = failures(client.diagnostics(main, failures))
    assert found["range"] == range_((LINE, 4), (LINE, 30))
    assert "ZeroDivisionError: division by zero" in found["message"]
    assert [
        (place["message"], place["location"]["uri"])
        for place in found["relatedInformation"]
    ] == [("in hello", main.as_uri()), ("in divide", main.as_uri())]
    assert client.titles(main)[1:] == [
        "500 · ZeroDivisionError · Replay",
        "Debug this request",
        "Stop",
    ]

    assert get(url) == "Hello World!"

    assert client.diagnostics(main, lambda items: not failures(items)) == []
    assert client.titles(main)[1].startswith("200 · ")


def test_a_request_is_replayed_with_its_body(failing):
    client, _main = failing
    request = {**ID, "path": "/x", "data": "0"}
    assert client.execute("funclens.call", request)["status"] == 500

    again = client.execute("funclens.replay", ID)

    assert (again["id"], again["status"]) == ("main.hello", 500)


def test_a_request_with_a_body_from_elsewhere_is_replayed(failing):
    client, main = failing
    url = client.execute("funclens.run", ID)["url"]
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(url, data=b"0", timeout=20)
    client.diagnostics(main, failures)

    again = client.execute("funclens.replay", ID)

    assert (again["id"], again["status"]) == ("main.hello", 500)
    shown = client.execute("funclens.showFailure", ID)
    assert (shown["file"], shown["line"]) == (str(main), LINE + 1)
    if client.name == "visual_studio_code":
        place = client.wait_for("window/showDocument")
        assert place["uri"] == main.as_uri()
        assert place["selection"]["start"] == {"line": LINE, "character": 0}
    else:
        told = client.wait_for("window/showMessage")["message"]
        assert told.endswith(f"{main}:{LINE + 1}")


def test_there_is_nothing_to_replay_before_the_first_request(failing):
    client, _main = failing

    with pytest.raises(ResponseError, match=r"No request to main\.hello"):
        client.execute("funclens.replay", ID)
    with pytest.raises(ResponseError, match=r"line where .* is unknown"):
        client.execute("funclens.showFailure", ID)


SLOW = """\
import os

import functions_framework


@functions_framework.http
def hello(request):
    print("begun", flush=True)
    with open(os.environ["GATE"]) as gate:
        gate.read()
    return "late"
"""
WAITING = "Waiting for response…"


def test_a_slow_response_is_shown_as_pending_in_the_lens(
    vscode, write, tmp_path, monkeypatch
):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    monkeypatch.setenv("GATE", str(gate))
    (main,) = write({"main.py": SLOW})
    client = vscode()
    client.open(main)
    client.execute("funclens.run", ID)

    call = {"command": "funclens.call", "arguments": [ID]}
    number = client.send_request("workspace/executeCommand", call)
    client.wait_for_titles(main, lambda titles: WAITING in titles)
    gate.write_text("go")

    assert client.result(number)["body"] == "late"
    assert client.titles(main)[1].startswith("200 · ")


def test_a_client_can_give_up_waiting(vscode, write):
    (main,) = write({"main.py": FAILING})
    client = vscode()
    client.open(main)
    client.execute("funclens.run", ID)

    client.notify("funclens/sending", {**ID, "method": "POST", "data": "1"})
    client.wait_for_titles(main, lambda titles: WAITING in titles)
    client.notify("funclens/sent", ID)
    client.wait_for_titles(main, lambda titles: WAITING not in titles)
