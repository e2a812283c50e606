"""Run, call, restart and stop: with the real runner behind the real server."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import urllib.request
from urllib.parse import urlsplit

import pytest

from lsp.client import ResponseError
from lsp.conftest import HELLO

ID = {"id": "main.hello"}


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def wait_for_state(client, state):
    def fits(params):
        return params["state"] == state

    return client.wait_for("funclens/runnerChanged", fits)


def runner_pid(tmp_path):
    (file,) = (tmp_path / "state" / "funclens" / "runners").iterdir()
    return json.loads(file.read_text())["pid"]


def test_a_function_runs_responds_and_stops(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    answer = client.execute("funclens.run", ID)

    url = answer["url"]
    assert answer == {"id": "main.hello", "url": url}
    assert client.titles(main) == [f"● {url}", "Debug", "Stop"]
    assert get(f"{url}?name=Ada") == "Hello Ada!"

    client.execute("funclens.stop", ID)

    wait_for_state(client, "stopped")
    assert client.titles(main) == ["Run locally", "Debug"]
    parts = urlsplit(url)
    with socket.socket() as probe:
        assert probe.connect_ex((parts.hostname, parts.port)) != 0


def test_one_unit_is_stopped_while_another_goes_on(editor, write):
    main, _ = write({"main.py": HELLO, "two/main.py": HELLO.replace("hello", "bye")})
    client = editor()
    client.open(main)
    url = client.execute("funclens.run", ID)["url"]
    assert client.titles(main) == [f"● {url}", "Debug", "Stop"]

    assert client.execute("funclens.stop", {"unit": "main"}) == {"unit": "main"}

    client.wait_until(lambda: client.titles(main) == [f"○ {url}", "Debug", "Stop All"])
    assert get(url.replace("hello", "bye")) == "Hello World!"

    client.execute("funclens.stop", ID)
    wait_for_state(client, "stopped")


def test_the_client_is_notified_of_each_state(vscode, write, workspace):
    write({"main.py": HELLO})
    client = vscode()

    url = client.execute("funclens.run", ID)["url"].removesuffix("/hello")

    wait_for_state(client, "starting")
    told = client.wait_for(
        "funclens/runnerChanged",
        lambda params: [unit["state"] for unit in params["units"]] == ["ready"],
    )
    told["units"][0]["cold_start"] = ""
    assert told == {
        "state": "running",
        "url": url,
        "folders": [str(workspace)],
        "units": [
            {
                "unit": "main",
                "state": "ready",
                "debug": None,
                "failure": None,
                "crash_loop": None,
                "cold_start": "",
            }
        ],
    }
    listed = client.request("funclens/functions")["runner"]
    listed["units"][0]["cold_start"] = ""  # measured a moment after it is ready
    assert listed == told
    assert client.told("workspace/codeLens/refresh")


def test_starting_is_shown_as_progress_if_supported(editor, write):
    write({"main.py": HELLO})
    client = editor()

    client.execute("funclens.run", ID)

    begun = client.wait_for(
        "$/progress", lambda params: "runner" in params["value"].get("title", "")
    )
    client.wait_for(
        "$/progress",
        lambda params: (
            params["token"] == begun["token"] and params["value"]["kind"] == "end"
        ),
    )


def test_everything_can_be_served_without_naming_a_function(vscode, write):
    write({"main.py": HELLO})
    client = vscode()

    answer = client.execute("funclens.run")

    assert answer["id"] is None
    assert get(answer["url"] + "/hello") == "Hello World!"


def test_a_function_can_be_called(editor, write):
    source = HELLO.replace(
        "return f",
        "return {'m': request.method, 'p': request.full_path, "
        "'h': request.headers['X-One'], 'd': request.get_json()}  # ",
    )
    write({"main.py": source})
    client = editor()
    request = {"method": "PUT", "path": "/a/b?c=1", "data": {"x": 1}}

    answer = client.execute(
        "funclens.call", {**ID, **request, "headers": {"X-One": "1"}}
    )

    assert (answer["id"], answer["status"]) == ("main.hello", 200)
    assert json.loads(answer["body"]) == {
        "m": "PUT",
        "p": "/a/b?c=1",
        "h": "1",
        "d": {"x": 1},
    }
    assert ["Content-Type", "application/json"] in answer["headers"]
    assert 0 < answer["seconds"] < 20


def test_a_binary_body_is_base64(vscode, write):
    write({"main.py": HELLO.replace("return f", "return b'\\xff\\x00'  # ")})

    answer = vscode().execute("funclens.call", ID)

    assert (answer["body"], answer["base64"]) == ("/wA=", True)


def test_a_url_is_opened_by_the_client_or_shown(editor, write):
    write({"main.py": HELLO})
    client = editor()

    url = client.execute("funclens.open", ID)["url"]

    if client.name == "visual_studio_code":
        shown = client.wait_for("window/showDocument")
        assert (shown["uri"], shown["external"]) == (url, True)
    else:
        assert url in client.wait_for("window/showMessage")["message"]


def test_a_restart_replaces_the_worker(vscode, write):
    source = HELLO.replace("return f", "import os; return str(os.getpid())  # ")
    write({"main.py": source})
    client = vscode()
    url = client.execute("funclens.run", ID)["url"]
    before = get(url)

    client.execute("funclens.restart", ID)

    assert get(url) != before


def test_output_of_the_functions_comes_in_batches(vscode, write):
    source = HELLO.replace("return f", "[print(i) for i in range(300)]; return f")
    write({"main.py": source})
    client = vscode()

    client.execute("funclens.call", ID)

    def entries():
        told = client.told("funclens/output")
        return [entry for params in told for entry in params["entries"]]

    def text(stream):
        return "".join(item["text"] for item in entries() if item["stream"] == stream)

    client.wait_until(lambda: "299" in text("stdout") and text("request"))
    assert text("stdout") == "".join(f"{number}\n" for number in range(300))
    assert re.fullmatch(r"hello GET / → 200 · \d+ ms\n", text("request"))
    assert {item["unit"] for item in entries()} == {"main"}
    assert len(client.told("funclens/output")) < 100


def test_an_unknown_function_id_gets_suggestions(editor, write):
    write({"main.py": HELLO})
    client = editor()

    with pytest.raises(ResponseError, match=r"main\.helo.*Did you mean.*main\.hello"):
        client.execute("funclens.run", {"id": "main.helo"})
    with pytest.raises(ResponseError, match="takes one object"):
        client.execute("funclens.run", "main.hello")
    with pytest.raises(ResponseError, match="needs the id of a function"):
        client.execute("funclens.debug", {})
    with pytest.raises(ResponseError, match="Units: main"):
        client.execute("funclens.endDebug", {"unit": "x"})
    assert not client.told("funclens/runnerChanged")


@pytest.mark.parametrize(
    "command", ["run", "debug", "stop", "restart", "call", "open", "endDebug"]
)
def test_nothing_runs_in_an_untrusted_workspace(vscode, write, command):
    (main,) = write({"main.py": HELLO + "open('ran', 'w')\n"})
    client = vscode(options={"trusted": False})

    with pytest.raises(ResponseError, match=r"unavailable.*not trusted.*Trust"):
        client.execute(f"funclens.{command}", ID)

    assert client.titles(main) == []
    assert not client.told("funclens/runnerChanged")
    assert not (main.parent / "ran").exists()


def test_a_window_joins_a_running_runner(start_client, write):
    (main,) = write({"main.py": HELLO})
    first = start_client("visual_studio_code")
    url = first.execute("funclens.run", ID)["url"]

    second = start_client("visual_studio_code")

    wait_for_state(second, "running")
    assert second.titles(main)[0] == f"● {url}"
    assert second.execute("funclens.run", ID)["url"] == url
    second.execute("funclens.stop", ID)
    wait_for_state(first, "stopped")


def test_a_window_that_joined_leaves_the_runner_running(start_client, write):
    write({"main.py": HELLO})
    first = start_client("visual_studio_code")
    url = first.execute("funclens.run", ID)["url"]
    second = start_client("visual_studio_code")
    wait_for_state(second, "running")

    second.close()

    assert get(url) == "Hello World!"


def test_the_runner_ends_with_its_window(vscode, write, tmp_path):
    # A port that no other runner of this machine would take next.
    write({"main.py": HELLO, "pyproject.toml": "[tool.funclens]\nport = 0\n"})
    client = vscode()
    url = urlsplit(client.execute("funclens.run", ID)["url"])
    runner = os.pidfd_open(runner_pid(tmp_path))

    client.process.send_signal(signal.SIGKILL)
    client.process.wait(20)

    assert select.select([runner], [], [], 20)[0]
    os.close(runner)
    with socket.socket() as probe:
        assert probe.connect_ex((url.hostname, url.port)) != 0


def test_a_crashed_runner_is_reported_and_can_be_restarted(vscode, write, tmp_path):
    (main,) = write({"main.py": HELLO})
    client = vscode()
    client.execute("funclens.run", ID)

    os.kill(runner_pid(tmp_path), signal.SIGKILL)

    wait_for_state(client, "stopped")
    client.wait_for(
        "window/showMessage", lambda params: "runner stopped" in params["message"]
    )
    assert client.titles(main) == ["Run locally", "Debug"]
    assert get(client.execute("funclens.run", ID)["url"]) == "Hello World!"


def test_simultaneous_clicks_start_one_runner(vscode, write):
    write({"main.py": HELLO})
    client = vscode()
    params = {"command": "funclens.run", "arguments": [ID]}

    numbers = [client.send_request("workspace/executeCommand", params) for _ in "abc"]

    assert len({client.result(number)["url"] for number in numbers}) == 1


def test_the_port_setting_of_the_editor_is_used(vscode, write):
    write({"main.py": HELLO})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = vscode(settings={"port": port})

    assert client.execute("funclens.run", ID)["url"] == f"http://127.0.0.1:{port}/hello"


def test_a_port_in_use_is_replaced_by_the_next(vscode, write):
    write({"main.py": HELLO})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        client = vscode(settings={"port": taken.getsockname()[1]})

        assert get(client.execute("funclens.run", ID)["url"]) == "Hello World!"


def test_running_without_a_folder_is_an_error(vscode):
    client = vscode(folders=[])

    with pytest.raises(ResponseError, match="Open a folder"):
        client.execute("funclens.run")


def test_a_runner_that_fails_to_start_reports_the_reason(vscode, write):
    (main,) = write({"main.py": HELLO})
    client = vscode(settings={"host": "256.256.256.256"})

    with pytest.raises(ResponseError, match=r"256\.256\.256\.256"):
        client.execute("funclens.run", ID)

    assert client.titles(main) == ["Run locally", "Debug"]


def test_a_canceled_start_leaves_no_process(vscode, write, tmp_path):
    (main,) = write({"main.py": "import time\ntime.sleep(60)\n" + HELLO})
    client = vscode()
    params = {"command": "funclens.run", "arguments": [ID]}
    number = client.send_request("workspace/executeCommand", params)
    client.wait_for(
        "funclens/runnerChanged",
        lambda params: [unit["state"] for unit in params["units"]] == ["starting"],
    )

    client.notify("$/cancelRequest", {"id": number})
    client.wait_until(lambda: number in client.answers)

    assert client.answers[number]["error"]["code"] == -32800
    assert client.titles(main)[0] == "Starting…"
    runner = os.pidfd_open(runner_pid(tmp_path))
    client.execute("funclens.stop")
    assert select.select([runner], [], [], 20)[0]
    os.close(runner)
