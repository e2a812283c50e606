"""`funclens call` as people and scripts use it: real processes, real functions."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from funclens.cli import main
from markers import markers_of
from process import DEADLINE_S, LiveProcess
from runner.proc import wait_for_end
from runner_process import RunnerProcess, clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Call = Callable[..., subprocess.CompletedProcess[bytes]]

CALLS = Path(__file__).parents[1] / "workspaces" / "calls"
EVENTS = Path(__file__).parents[2] / "examples" / "events"


def command(words: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "funclens", "call", *map(str, words)]


def environment(state: Path) -> dict[str, str]:
    return clean_environment() | {"XDG_STATE_HOME": str(state)}


def calling(state: Path) -> Call:
    """Return what calls, and meets the runners of one state folder only."""

    def run(*words: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command(words),
            cwd=state,
            env=environment(state),
            input=data,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of a runner of tests/workspaces/calls."""
    folder = tmp_path_factory.mktemp("state")
    with RunnerProcess(CALLS, state=folder):
        yield folder


@pytest.fixture(scope="module")
def up(state: Path) -> Call:
    """Calls while that runner is up."""
    return calling(state)


@pytest.fixture
def down(tmp_path: Path) -> Call:
    """Calls while no runner is up."""
    return calling(tmp_path)


def echoed(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_running_runner_is_used(up: Call) -> None:
    done = up("text", CALLS)

    assert (done.returncode, done.stdout.decode()) == (0, "größe")
    assert done.stderr.decode().startswith("200 OK in ")
    assert b"starting one" not in done.stderr


def test_a_missing_runner_is_started_with_a_message(down: Call) -> None:
    done = down("text", CALLS)

    assert (done.returncode, done.stdout.decode()) == (0, "größe")
    first, last = done.stderr.decode().splitlines()
    assert first == "No runner for this folder; starting one for this call"
    assert last.startswith("200 OK in ")


def test_json_is_indented(up: Call) -> None:
    done = up("refuses", CALLS)

    assert done.stdout == b'{\n  "error": "No."\n}\n'
    assert done.returncode == 1
    assert done.stderr.startswith(b"422 UNPROCESSABLE ENTITY in ")


def test_fail_prints_no_body(up: Call) -> None:
    done = up("refuses", "--fail", CALLS)

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"422" in done.stderr


def test_binary_bodies_are_piped_unchanged(up: Call) -> None:
    assert up("image", CALLS).stdout == bytes(range(256))


def test_every_part_of_a_request_can_be_set(up: Call) -> None:
    done = up(
        *("echo", CALLS, "--method", "patch", "--path", "items/1?q=ä"),
        *("--header", "X-One: 1", "--header", "X-One: 2", "--data", '{"a": 1}'),
    )
    got = echoed(done)
    headers = [tuple(pair) for pair in got["headers"]]

    assert (got["method"], got["path"]) == ("PATCH", "/items/1?q=%C3%A4")
    assert got["body"] == '{"a": 1}'
    assert ("X-One", "1,2") in headers
    assert ("Content-Type", "application/json") in headers


def test_data_comes_from_a_file_or_standard_input(up: Call, tmp_path: Path) -> None:
    file = tmp_path / "body.txt"
    file.write_bytes(b"from a file")

    assert echoed(up("echo", CALLS, "--data", f"@{file}"))["body"] == "from a file"
    piped = up("echo", CALLS, "--data", "-", data=b"from a pipe")
    assert echoed(piped)["body"] == "from a pipe"


def test_invalid_json_data_causes_a_warning(up: Call) -> None:
    told = "warning: --data is not valid JSON ("
    assert told in up("echo", CALLS, "--data", '{"a": ').stderr.decode()
    for words in (
        ("--data", '{"a": 1}'),
        ("--data", "plain"),
        ("--data", "{x}", "--header", "Content-Type: text/x-template"),
    ):
        assert told not in up("echo", CALLS, *words).stderr.decode()


def test_the_response_is_printed_as_one_object(up: Call) -> None:
    done = up("refuses", "--json", CALLS)
    answer = json.loads(done.stdout)

    assert done.returncode == 1
    assert (answer["status"], answer["reason"]) == (422, "UNPROCESSABLE ENTITY")
    assert json.loads(answer["body"]) == {"error": "No."}
    assert ["Content-Type", "application/json"] in answer["headers"]
    assert 0 < answer["seconds"] < DEADLINE_S


def test_an_exception_is_printed_with_its_location(up: Call) -> None:
    line = markers_of(CALLS / "main.py")["crash"]
    done = up("crashes", CALLS)

    assert done.returncode == 1
    assert f"main.py:{line}: ZeroDivisionError" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_output_of_a_function_is_shown_by_the_started_runner(
    down: Call,
) -> None:
    done = down("crashes", CALLS)

    assert b"about to fail\n" in done.stderr
    assert b"error in the function: " in done.stderr


def test_a_unit_that_fails_to_load_reports_the_reason(up: Call) -> None:
    line = markers_of(CALLS / "broken" / "main.py")["import"]
    done = up("unloadable", CALLS)

    assert done.returncode == 1
    assert f"main.py:{line}" in done.stdout.decode()
    assert "nothing_of_this_name" in done.stdout.decode()


def test_a_worker_that_exits_is_reported(down: Call) -> None:
    done = down("ends", CALLS)

    assert done.returncode == 1
    assert b"500 Internal Server Error" in done.stderr
    assert b"ended while it handled this request: it exited with code" in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_default_event_needs_no_options(down: Call) -> None:
    done = down("on_message", CALLS)

    assert (done.returncode, done.stdout) == (0, b"OK")
    assert b"Sending pubsub to on_message: a CloudEvent in binary mode" in done.stderr
    assert b"got google.cloud.pubsub.topic.v1.messagePublished" in done.stderr


def test_data_is_the_payload_of_the_event(down: Call) -> None:
    done = down("on_message", "--event", "pubsub", "--data", "hello", CALLS)

    assert b"messagePublished aGVsbG8=" in done.stderr


def test_a_whole_event_is_sent_as_it_is(up: Call) -> None:
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "//x",
        "type": "t",
        "data": {"message": {"data": "eA=="}},
    }
    done = up("on_message", CALLS, "--data", json.dumps(event))

    assert (done.returncode, done.stdout) == (0, b"OK")
    assert b"Sending" not in done.stderr


def test_the_documented_example_calls_work(down: Call) -> None:
    assert b"Order 1042 is paid" in down("on_order", "--event", EVENTS).stderr
    upload = down("on_upload", EVENTS, "--data", '{"name": "cat.png"}').stderr
    assert b"gs://demo-project.appspot.com/cat.png" in upload
    push = json.loads(down("receive_push", EVENTS, "--event", "--data", "hi").stdout)
    assert push["text"] == "hi"
    assert json.loads(down("tidy_up", EVENTS, "--event").stdout)["job"] == "demo-job"
    price = down("price", EVENTS, "--data", '{"items": {"tea": 450}}')
    assert json.loads(price.stdout) == {"cents": 450}
    assert b"Welcome, Ada Lovelace" in down("on_new_user", EVENTS).stderr


def test_ambiguous_and_unknown_names_are_errors(up: Call) -> None:
    several = up("charge", CALLS)
    assert several.returncode == 1
    assert b"main.charge, other.main.charge" in several.stderr
    assert up("other.main.charge", CALLS).stdout == b"other"
    assert up("charge", CALLS / "other").stdout == b"other"
    unknown = up("ecko", CALLS)
    assert unknown.returncode == 1
    assert b"did you mean 'echo'?" in unknown.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "no function named"),
        (("echo", "--event", "nonsense"), "unknown event 'nonsense'"),
        (("echo", "--mode", "binary", CALLS), "--mode requires --event"),
        (("echo", "--mode", "wire"), "invalid choice"),
        (("echo", "--method", "A B"), "invalid method 'A B'"),
        (("echo", "--header", "x"), "write it as 'Name: value'"),
        (("echo", "--path", "/a b"), "invalid path '/a b'"),
        (("echo", "--data", "@/nonexistent"), "cannot read --data file '/nonexistent'"),
        (("echo", "/nonexistent"), "no such folder: '/nonexistent'"),
        (("echo", "--event", CALLS), "no default event for 'echo'"),
    ],
)
def test_wrong_arguments_are_reported(
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: Sequence[object],
    sentence: str,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    code = main(["call", *map(str, words)])
    shown = capsys.readouterr()

    assert code == 2
    assert sentence in shown.err
    assert (shown.out, "Traceback" in shown.err) == ("", False)


def test_all_events_are_listed(down: Call) -> None:
    lines = down("--list-events").stdout.decode().splitlines()

    assert lines[0].split() == ["EVENT", "SENT", "WHEN", "--data", "IS"]
    assert any(line.startswith("storage.metadata-updated ") for line in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes of POSIX")
def test_streamed_parts_are_printed_as_they_arrive(tmp_path: Path) -> None:
    """The function makes its second part only after the first was seen here."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = ("parts", CALLS, "--path", f"?until={pipe}")
    with LiveProcess(
        command(words), cwd=tmp_path, env=environment(tmp_path)
    ) as process:
        process.wait_for_line("first", stream="stdout")
        assert process.stdout == ["first"]
        pipe.write_text("go")
        process.wait_for_line("second", stream="stdout")
        assert process.wait() == 0
        assert process.stderr[-1].startswith("200 OK in ")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_a_killed_call_leaves_no_process(tmp_path: Path) -> None:
    with LiveProcess(
        command(("waits", CALLS)), cwd=tmp_path, env=environment(tmp_path)
    ) as process:
        pids = process.wait_for_line("pid ").split()[1:]
        os.kill(process.pid, signal.SIGKILL)

        assert [wait_for_end(int(pid)) for pid in pids] == [True, True]


def on_terminal(words: Sequence[object], state: Path) -> str:
    """Return all that a call shows on a terminal of its own."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(state)
        argv = command(words)
        os.execve(argv[0], argv, environment(state))  # noqa: S606 - no shell wanted
    shown = b""
    with os.fdopen(descriptor, "rb", buffering=0) as terminal:
        try:
            while data := terminal.read(65_536):
                shown += data
        except OSError:  # the other side of the terminal is gone
            pass
    os.waitpid(pid, 0)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_a_terminal_gets_text_and_sizes(tmp_path: Path) -> None:
    image = on_terminal(("image", CALLS), tmp_path)
    assert image.endswith("256 bytes of image/png, not shown in a terminal\n")

    lines = on_terminal(("text", CALLS), tmp_path).splitlines()
    assert lines[1].startswith("200 OK in ")
    assert lines[2] == "größe"
