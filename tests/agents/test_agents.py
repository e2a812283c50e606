"""A coding agent finds, calls and repairs functions through `funclens mcp`."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from agents.agent import DEADLINE_S, Agent
from runner_process import RunnerProcess
from saving import save_at_once
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(400)

MAIN = """\
import functions_framework
from pathlib import Path

Path(__file__).with_name("loaded").touch()


@functions_framework.http
def total(request):
    order = request.get_json()
    prices = [item["price"] for item in order["items"]]
    print("adding", prices)
    return {"total": sum(prices) / order["discount"]}


@functions_framework.http
def large(request):
    return "é" * 5_000_000


@functions_framework.http
def picture(request):
    return bytes(range(256)) * 100, {"Content-Type": "image/png"}


@functions_framework.http
def noisy(request):
    for number in range(1_000):
        print(number, "x" * 10_000)
    raise ValueError("y" * 1_000_000)


@functions_framework.cloud_event
def on_message(event):
    print("got", event.data["message"]["data"])


@functions_framework.http
def twin(request):
    return "first"
"""
TWIN = """\
import functions_framework


@functions_framework.http
def twin(request):
    return "second"
"""
ORDER = {"items": [{"price": 4}, {"price": 6}], "discount": 0}
MOST_CHARACTERS = 100_000
"""Of any answer: about 25,000 tokens."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("agents")


@pytest.fixture(scope="module")
def shop(place) -> Path:
    return write_tree(place / "shop", {"main.py": MAIN, "other/main.py": TWIN})


@pytest.fixture(scope="module")
def agent(shop, place):
    with Agent(shop, "--trust", state=write_tree(place / "state", {"a": ""})) as agent:
        yield agent


def test_an_agent_repairs_a_function(agent, shop):
    listed = agent.call("list_functions", filter="total")
    assert [item["id"] for item in listed["functions"]] == ["main.total"]
    assert listed["functions"][0]["file"] == str(shop / "main.py")

    failed = agent.call("call_function", function="total", json=ORDER)
    assert failed["status"] == 500
    assert failed["failure"]["type"] == "ZeroDivisionError"
    frame = failed["failure"]["frames"][-1]
    assert frame["source"].strip() == MAIN.split("\n")[frame["line"] - 1].strip()
    assert frame["locals"]["prices"] == "[4, 6]"
    assert failed["output"][0] == "adding [4, 6]"

    found = agent.call("list_requests", failed_only=True, function="total")
    assert [item["id"] for item in found["requests"]] == [failed["request_id"]]
    detail = agent.call("get_request", id=failed["request_id"])
    assert json.loads(detail["request_body"]["text"]) == ORDER
    assert detail["failure"] == failed["failure"]
    assert detail["output"] == failed["output"]

    mended = MAIN.replace('order["discount"]', '(order["discount"] or 1)')
    save_at_once(shop / "main.py", mended)
    answer = agent.call("call_function", function="total", json=ORDER)
    assert answer["status"] == 200
    assert json.loads(answer["body"]["text"]) == {"total": 10.0}
    assert answer["failure"] is None


def test_what_functions_print_is_in_the_log(agent):
    agent.call("send_event", function="on_message", data="hello agent")

    end = time.monotonic() + DEADLINE_S
    while not (lines := agent.call("get_logs", contains="got")["lines"]):
        assert time.monotonic() < end

    assert all(line.startswith("main: got ") for line in lines)


@pytest.mark.parametrize("name", ["large", "noisy", "picture"])
def test_no_answer_fills_the_context_of_an_agent(agent, name):
    answer = agent.call("call_function", function=name)
    detail = agent.call("get_request", id=answer["request_id"])
    logs = agent.call("get_logs", lines=500)

    for value in (answer, detail):
        assert len(json.dumps(value)) < MOST_CHARACTERS
    assert len(json.dumps(logs)) < 4 * MOST_CHARACTERS
    assert answer["body"]["size"] in {
        10_000_000,
        25_600,
        detail["response_body"]["size"],
    }
    assert name == "noisy" or answer["body"]["truncated"]


def test_an_event_reaches_a_function_in_the_form_it_takes(agent):
    answer = agent.call("send_event", function="on_message")

    assert answer["status"] == 200


def test_problems_are_found_without_running_code(agent):
    found = agent.call("get_problems", file="other/main.py")

    assert [(p["code"], p["line"]) for p in found["problems"]] == [
        ("duplicate-endpoint", 5)
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("call_function", {"function": "totl"}, "did you mean 'total'"),
        ("call_function", {"function": "twin"}, "use a qualified name: "),
        ("call_function", {}, "function\n  Field required"),
        ("call_function", {"function": "total", "json": 1, "body": "1"}, "pass one of"),
        (
            "call_function",
            {"function": "total", "headers": {"A\nB": "c"}},
            "write it as 'Name: value'",
        ),
        ("call_function", {"function": "total", "path": "a b"}, "percent-encode"),
        ("send_event", {"function": "on_message", "event": "pubsubb"}, "pubsub"),
        ("send_event", {"function": "on_message", "mode": "morse"}, "use one of"),
        ("get_request", {"id": "ab-1"}, "no request with this id"),
        ("list_requests", {"limit": 0}, "greater than or equal to 1"),
        ("setup_environment", {"unit": "nosuch"}, "units: main"),
        ("list_files", {}, "Unknown tool"),
    ],
)
def test_a_wrong_argument_is_an_error_with_the_next_step(agent, tool, arguments, words):
    assert words in agent.error(tool, **arguments)


def test_every_tool_has_schemas_and_says_whether_it_runs_code(agent):
    tools = agent.tools()

    assert {tool.name for tool in tools} == {
        *("list_functions", "get_problems", "call_function", "send_event"),
        *("list_requests", "get_request", "get_logs", "setup_environment"),
        *("start", "stop"),
    }
    for tool in tools:
        assert tool.output_schema["type"] == "object"
        assert tool.description.endswith(".")
        assert tool.annotations.read_only_hint == ("Runs no code" in tool.description)
        for argument in tool.input_schema["properties"].values():
            assert argument["description"]


def test_the_documentation_is_there_to_read(agent):
    pages = {str(page.uri): page.title for page in agent.resources()}

    text = agent.read("funclens://docs/guides/events")
    assert text.startswith(f"# {pages['funclens://docs/guides/events']}\n")
    assert "duplicate-endpoint" in agent.read("funclens://docs/reference/diagnostics")


def test_a_hanging_function_does_not_hold_the_agent(agent, shop):
    code = "\n\n@functions_framework.http\ndef hang(request):\n    import time\n"
    save_at_once(shop / "main.py", MAIN + code + "    time.sleep(600)\n")

    error = agent.error("call_function", function="hang", timeout_seconds=0.5)

    assert "did not respond within 0.5 s" in error
    save_at_once(shop / "main.py", MAIN)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_no_code_runs_unless_the_user_allows_it(tmp_path, mode):
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    state = write_tree(tmp_path / "state", {"a": ""})
    with Agent(shop, state=state, mode=mode) as agent:
        assert agent.call("list_functions")["may_run_code"] is False
        assert agent.call("get_problems")["problems"] == []
        for tool in ("call_function", "send_event"):
            assert "funclens mcp --trust" in agent.error(tool, function="total")
        for tool in ("start", "setup_environment"):
            assert "funclens mcp --trust" in agent.error(tool)
        assert "no runner is up" in agent.error("get_logs")
    with Agent(shop, state=state, answer=False, mode=mode) as agent:
        assert "the user did not allow it" in agent.error("start")
        assert len(agent.questions) == 1
    assert not (shop / "loaded").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no pidfd")
def test_the_user_is_asked_once(tmp_path):
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    with Agent(shop, state=tmp_path, answer=True) as agent:
        first = agent.call("call_function", function="twin")
        second = agent.call("call_function", function="twin")

        assert (first["status"], second["status"]) == (200, 200)
        assert len(agent.questions) == 1
        assert str(shop) in agent.questions[0]
        assert agent.call("start")["is_own"] is True
        (entry,) = (tmp_path / "funclens" / "runners").glob("*.json")
        runner = os.pidfd_open(json.loads(entry.read_text("utf-8"))["pid"])

    assert select.select([runner], [], [], DEADLINE_S)[0]  # it ended with the agent
    os.close(runner)


def test_a_runner_that_is_up_is_used_and_left_alone(tmp_path):
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    with RunnerProcess(shop, state=tmp_path) as runner:
        urllib.request.urlopen(f"{runner.url}/twin?by=a-person").read()
        with Agent(shop, "--trust", state=tmp_path) as agent:
            found = agent.call("start", function="twin")
            assert (found["url"], found["is_own"]) == (runner.url, False)
            assert {"unit": "main", "state": "ready"}.items() <= found["units"][
                0
            ].items()
            requests = agent.call("list_requests")["requests"]
            assert [item["query"] for item in requests] == ["by=a-person"]
            assert "left alone" in agent.error("stop")
        assert urllib.request.urlopen(f"{runner.url}/twin").read() == b"first"


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path):
    code = (
        "import sys; sys.modules['mcp'] = None; from funclens.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "mcp", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.stderr == (
        "error: the package 'mcp' is not installed, or not in version 2\n"
        "hint: install the extra: pip install 'funclens[mcp]'\n"
    )
