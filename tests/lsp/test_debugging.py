"""Debug over the wire: where to attach, and back to normal."""

from __future__ import annotations

import urllib.error

import pytest

from lsp.client import ResponseError
from lsp.conftest import HELLO
from lsp.test_requests import FAILING, LINE
from lsp.test_running import ID, get
from runner.dap import AS_IN_THE_EXTENSION, DebugClient


def test_debug_returns_an_address_and_can_be_ended(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()

    answer = client.execute("funclens.debug", ID)

    assert (answer["id"], answer["unit"]) == ("main.hello", "main")
    told = client.wait_for(
        "funclens/runnerChanged",
        lambda params: any(unit["debug"] for unit in params["units"]),
    )
    address = {"host": answer["host"], "port": answer["port"]}
    assert told["units"][0]["debug"] == address
    with DebugClient(**address) as debugger:
        debugger.attach({str(main): [6]})
        call = {"command": "funclens.call", "arguments": [ID]}
        number = client.send_request("workspace/executeCommand", call)
        thread, file, line = debugger.wait_stopped()
        assert (file, line) == (str(main), 6)
        debugger.go_on(thread)
        assert client.result(number)["body"] == "Hello World!"
        debugger.detach()

    client.execute("funclens.endDebug", {"unit": "main"})

    client.wait_until(
        lambda: not client.told("funclens/runnerChanged")[-1]["units"][0]["debug"]
    )
    assert client.execute("funclens.call", ID)["body"] == "Hello World!"


def test_a_function_with_a_process_to_itself_is_debugged(editor, write):
    """Its unit has other processes, which go on without a debugger."""
    other = HELLO.replace("def hello", "def other")
    settings = '[tool.funclens]\nisolation = "function"\n'
    (main, _) = write({"main.py": f"{HELLO}\n\n{other}", "pyproject.toml": settings})
    client = editor()

    answer = client.execute("funclens.debug", ID)

    with DebugClient(answer["host"], answer["port"]) as debugger:
        debugger.attach({str(main): [6]})
        call = {"command": "funclens.call", "arguments": [ID]}
        number = client.send_request("workspace/executeCommand", call)
        thread, _, line = debugger.wait_stopped()
        assert line == 6
        debugger.go_on(thread)
        assert client.result(number)["body"] == "Hello World!"
        other = {"command": "funclens.call", "arguments": [{"id": "main.other"}]}
        number = client.send_request("workspace/executeCommand", other)
        assert client.result(number)["body"] == "Hello World!"
        debugger.detach()


def test_a_client_without_commands_gets_a_message(editor, write):
    write({"main.py": HELLO})
    client = editor()

    answer = client.execute("funclens.debug", ID)

    told = client.wait_for("window/showMessage")["message"]
    assert told.endswith(f"at {answer['host']}:{answer['port']}.")


@pytest.mark.parametrize("commands", [[], ["funclens.send"]], ids=["plain", "own"])
def test_a_unit_that_does_not_load_is_an_error_as_after_run(vscode, write, commands):
    """Each time: the debugger is attached, then the module fails."""
    write({"main.py": f"import nowhere_to_be_found\n{HELLO}"})
    client = vscode(options={"clientCommands": commands})
    said = "funclens/debugFailed" if commands else "window/showMessage"
    for count in (1, 2):
        answer = client.execute("funclens.debug", ID)
        with DebugClient(answer["host"], answer["port"]) as debugger:
            debugger.attach({})
            client.wait_until(
                lambda count=count: (
                    sum(
                        "failed to load (main.py:1): ModuleNotFoundError"
                        in item["message"]
                        for item in client.told(said)
                    )
                    == count
                )
            )


def test_a_client_that_attaches_by_itself_gets_no_message(editor, write):
    write({"main.py": HELLO})
    client = editor(options={"clientCommands": ["funclens.debug"]})

    client.execute("funclens.debug", ID)
    client.execute("funclens.stop")

    assert client.told("window/showMessage") == []


def test_the_last_request_is_sent_again_under_the_debugger(vscode, write):
    (main,) = write({"main.py": FAILING})
    client = vscode()
    url = client.execute("funclens.run", ID)["url"]
    with pytest.raises(urllib.error.HTTPError):
        get(f"{url}?by=0")
    client.diagnostics(main, bool)
    lens = next(
        item["command"]
        for item in client.lenses(main)
        if item["command"]["title"] == "Debug this request"
    )

    address = client.execute(lens["command"], *lens["arguments"])

    with DebugClient(address["host"], address["port"]) as debugger:
        debugger.attach({str(main): [LINE + 1]})
        thread, file, line = debugger.wait_stopped()
        assert (file, line) == (str(main), LINE + 1)
        debugger.go_on(thread)


def test_a_client_that_attaches_first_replays_by_itself(vscode, write):
    """So it can set the exception filter that stops where the request fails."""
    (main,) = write({"main.py": FAILING})
    client = vscode()
    with pytest.raises(ResponseError, match="No request"):
        client.execute("funclens.debug", {**ID, "replay": "later"})
    url = client.execute("funclens.run", ID)["url"]
    with pytest.raises(urllib.error.HTTPError):
        get(f"{url}?by=0")
    client.diagnostics(main, bool)

    address = client.execute("funclens.debug", {**ID, "replay": "later"})

    with DebugClient(address["host"], address["port"]) as debugger:
        debugger.attach({}, **AS_IN_THE_EXTENSION)
        debugger.request("setExceptionBreakpoints", filters=["userUnhandled"])
        call = {"command": "funclens.replay", "arguments": [ID]}
        number = client.send_request("workspace/executeCommand", call)
        thread, file, line = debugger.wait_stopped()
        assert (file, line) == (str(main), LINE + 1)
        debugger.go_on(thread)
        assert client.result(number)["status"] == 500
