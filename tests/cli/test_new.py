"""`funclens new`: what it writes passes its test, is clean, and answers."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import funclens
from funclens.errors import UsageError
from funclens.scaffold import KINDS, event_kinds, plan_unit
from process import DEADLINE_S
from runner_process import RunnerProcess, clean_environment

UNITS = {
    "shop/greet": (),
    "shop/typed-greet": ("--kind", "typed"),
    "fire": ("--kind", "firebase"),
    "on_message": ("--kind", "cloudevent"),
    "on_object": ("--kind", "cloudevent", "--event", "storage.deleted"),
    "on_document": ("--kind", "cloudevent", "--event", "firestore.created"),
    "on_value": ("--kind", "cloudevent", "--event", "database.written"),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A folder with a new unit of each kind."""
    folder = tmp_path_factory.mktemp("new") / "work space"
    folder.mkdir()
    for name, options in UNITS.items():
        done = funclens("new", *options, name, str(folder), timeout=3 * DEADLINE_S)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_first_tests_pass_with_functions_framework(workspace):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=3 * DEADLINE_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert f"{len(UNITS)} passed" in done.stdout


def test_there_are_no_problems_in_them(workspace):
    done = funclens("check", str(workspace), timeout=3 * DEADLINE_S)

    assert (done.returncode, done.stdout) == (0, "No problems found.\n")


def test_they_answer(workspace, tmp_path):
    def call(name, *words):
        done = subprocess.run(
            [sys.executable, "-m", "funclens", "call", "--json", name, *words],
            env=clean_environment() | {"XDG_STATE_HOME": str(tmp_path)},
            cwd=workspace,
            capture_output=True,
            timeout=3 * DEADLINE_S,
            check=False,
        )
        answer = json.loads(done.stdout)
        return answer["status"], answer["body"].strip()

    with RunnerProcess(workspace, state=tmp_path) as runner:
        runner.wait_event("ready")

        assert call("greet", "--path", "?name=Ada") == (200, "Hello Ada!")
        assert call("fire") == (200, "Hello World!")
        status, body = call("typed_greet", "--data", '{"name": "Ada"}')
        assert (status, json.loads(body)) == (200, {"text": "Hello Ada!"})
        for name in ("on_message", "on_object", "on_document"):
            assert call(name, "--event")[0] == 200
        assert call("on_object", "--event", "storage.deleted")[0] == 200
        assert call("on_value", "--event", "database.written")[0] == 200


def test_the_paths_are_told(tmp_path):
    done = funclens("new", "payments/charge", cwd=tmp_path)

    assert done.stdout.splitlines()[:3] == [
        "created payments/charge/main.py",
        "created payments/charge/requirements.txt",
        "created payments/charge/test_charge.py",
    ]
    assert "'funclens call charge'" in done.stdout


def test_programs_get_json(tmp_path):
    done = funclens("new", "--json", "order-created", cwd=tmp_path)

    made = json.loads(done.stdout)
    folder = tmp_path / "order-created"
    assert made == {
        "version": 1,
        "function": "order_created",
        "folder": str(folder),
        "files": [
            str(folder / name)
            for name in ("main.py", "requirements.txt", "test_order_created.py")
        ],
        "line": 6,
    }
    line = (folder / "main.py").read_text("utf-8").splitlines()[made["line"] - 1]
    assert line.startswith("def order_created(")


@pytest.mark.parametrize("taken", ["charge/notes.txt", "charge/main.py"])
def test_nothing_that_exists_is_replaced(tmp_path, taken):
    path = tmp_path / taken
    path.parent.mkdir()
    path.write_text("mine", "utf-8")

    done = funclens("new", "charge", cwd=tmp_path)

    assert done.returncode == 2
    assert "already exists" in done.stderr
    assert [*tmp_path.rglob("*.*")] == [path]
    assert path.read_text("utf-8") == "mine"


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "charge").mkdir()

    assert funclens("new", "charge", cwd=tmp_path).returncode == 0
    assert (tmp_path / "charge" / "main.py").exists()


def test_a_file_or_a_dangling_link_in_the_way_is_an_error(tmp_path):
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("file", "file/charge", "link"):
        done = funclens("new", name, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("error: ")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "link"}


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    done = funclens("new", "a" * 300, cwd=tmp_path)

    assert done.returncode == 2
    assert "File name too long" in done.stderr
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "name",
    [
        *("../charge", "/charge", "charge/", "a//b", "./charge", ""),
        *("1st", "class", "print", "_private", "with space", "naïve", "a.b", "x\ny"),
        *("functions_framework", "Request"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(name, tmp_path):
    with pytest.raises(UsageError):
        plan_unit(str(tmp_path), name)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--kind", "cloudevnt"), "did you mean 'cloudevent'?"),
        (("--event", "pubsub"), "use --kind cloudevent"),
        (("--kind", "cloudevent", "--event", "pubsb"), "did you mean 'pubsub'?"),
    ],
)
def test_a_misspelled_kind_or_event_is_explained(words, message, tmp_path):
    done = funclens("new", "charge", *words, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert not [*tmp_path.iterdir()]


def test_each_event_has_a_function_that_names_it(tmp_path):
    events = event_kinds()
    assert {item.name.partition(".")[0] for item in events} >= {
        *("pubsub", "storage", "firestore", "database", "auth"),
    }
    for event in events:
        unit = plan_unit(str(tmp_path), "handle", "cloudevent", event.name)
        assert event.title in unit.files["main.py"]
        assert f'"ce-type": "{event.type}"' in unit.files["test_handle.py"]


@pytest.mark.parametrize("kind", [item.name for item in KINDS])
def test_each_kind_is_python_that_this_test_can_read(kind, tmp_path):
    unit = plan_unit(str(tmp_path), "handle", kind)

    for name, text in unit.files.items():
        if name.endswith(".py"):
            ast.parse(text)
            assert max(map(len, text.splitlines())) <= 88
    assert Path(unit.folder) == tmp_path / "handle"
