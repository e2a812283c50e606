"""What `funclens doctor` finds, and what it says to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from funclens import __version__
from funclens.cli.doctor.environment_variables import variables
from funclens.cli.doctor.other_installations import extensions, programs
from funclens.cli.doctor.port_use import ports, ports_of_folders
from funclens.cli.doctor.registered_runners import runners
from funclens.cli.doctor.unit_interpreters import interpreters
from funclens.runner.api.registry import RunnerAddress, publish
from funclens.settings import Settings
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.cli.doctor.finding import Finding

MAIN = "import functions_framework\n\n@functions_framework.http\ndef f(r): return ''\n"
SECRET = "hunter2"


def doctor(
    folder: Path, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("proxy") and name != "VIRTUAL_ENV"
    }
    return subprocess.run(
        [sys.executable, "-m", "funclens", "doctor", *words, str(folder)],
        env={
            **clean,
            "HOME": str(folder.parent),
            "XDG_STATE_HOME": str(folder.parent / "state"),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_sound_workspace_has_no_problems(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "workspace", {"main.py": MAIN})

    done = doctor(folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 function in 1 unit" in done.stdout
    assert "functions-framework 3" in done.stdout
    assert done.stdout.endswith("No problems found.\n")


def test_problems_exit_with_1_and_say_what_to_do(tmp_path: Path) -> None:
    folder = write_tree(
        tmp_path / "workspace",
        {
            "main.py": MAIN,
            "pyproject.toml": "[tool.funclens]\nprot = 1\n",
            ".venv/pyvenv.cfg": "version = 3.12.1\n",
        },
    )

    done = doctor(folder, "--json", GOOGLE_APPLICATION_CREDENTIALS=f"/{SECRET}.json")

    found = json.loads(done.stdout)
    problems = {it["code"]: it for it in found["findings"] if it["status"] == "problem"}
    assert (done.returncode, found["version"]) == (1, 1)
    assert problems.keys() >= {"setting", "unit-environment", "file"}
    assert all(it["advice"] for it in problems.values())
    assert SECRET not in done.stdout


def by_code(found: Any) -> dict[str, Finding]:
    return {item.code: item for item in found}


@pytest.mark.parametrize(
    ("given", "code", "status"),
    [
        ({"HTTPS_PROXY": f"http://me:{SECRET}@proxy"}, "proxy", "note"),
        (
            {"https_proxy": SECRET, "no_proxy": "localhost,127.0.0.1"},
            "proxy",
            "ok",
        ),
        ({"PYTHONHOME": SECRET}, "python-home", "problem"),
        ({"VIRTUAL_ENV": f"/{SECRET}"}, "virtual-env", "problem"),
        ({"SSL_CERT_FILE": f"/{SECRET}"}, "file", "problem"),
        ({"FUNCTION_TARGET": SECRET}, "framework", "note"),
        ({"PYTHONPATH": SECRET}, "variable", "note"),
        ({"HOME": SECRET}, "variables", "ok"),
    ],
)
def test_variables_are_judged_by_name_and_never_shown(
    given: dict[str, str], code: str, status: str
) -> None:
    found = by_code(variables(given))

    assert found.keys() == {code}
    assert found[code].status == status
    assert SECRET not in repr(found)


def test_who_has_the_port_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        taken = by_code(ports("127.0.0.1", port, []))["port"]
        own = RunnerAddress(f"http://127.0.0.1:{port}", "t", 7, ())
        known = by_code(ports("127.0.0.1", port, [own]))["port"]

    assert taken.status == "note"
    assert f"port {port} is in use" in taken.text
    if sys.platform == "linux":
        assert f"(process {os.getpid()})" in taken.text
    assert (known.status, known.text) == (
        "ok",
        f"port {port}: the runner of this folder, process 7",
    )


def test_a_host_that_is_not_this_machine_is_a_problem() -> None:
    [found] = ports("192.0.2.1", 8080, [])

    assert (found.status, bool(found.advice)) == ("problem", True)


def test_entries_of_dead_and_foreign_runners_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    nowhere = "http://127.0.0.1:9"
    folder = str(tmp_path)
    publish(RunnerAddress(nowhere, "secret token", os.getpid(), (folder,)))
    alive, live = runners([folder])
    publish(RunnerAddress(nowhere, "secret token", int(ended.stdout), (folder,)))
    both, _ = runners([folder])

    assert [item.status for item in alive] == ["problem"]
    assert f"kill {os.getpid()}" in alive[0].advice
    assert live == []
    assert sorted(item.status for item in both) == ["note", "problem"]
    assert "secret token" not in repr(both)


def test_each_unit_is_said_with_its_python_and_what_it_lacks(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "a/main.py": MAIN,
            "a/requirements.txt": "surely-not-installed\n",
            "a/.venv/pyvenv.cfg": "version = 3.8.1\n",
            "a/.venv/bin/python": "",
            "b/main.py": MAIN,
        },
    )
    (tmp_path / "a/.venv/bin/python").chmod(0o755)
    found = [*interpreters(catalog_of(tmp_path), {}, {})]
    unit = {
        item.code: (item.status, item.text)
        for item in found
        if item.text.startswith("a.main")
    }

    assert unit["unit-python"] == (
        "problem",
        "a.main: a/.venv/bin/python, Python 3.8, no functions-framework",
    )
    assert unit["unit-packages"] == (
        "problem",
        "a.main: not installed: surely-not-installed, functions-framework",
    )
    assert [item.status for item in found if item.text.startswith("b.main")] == ["ok"]
    assert found[-1].text == "no environment of their own: b.main"


def test_a_setting_that_names_no_interpreter_is_a_problem(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": MAIN})

    found = by_code(
        interpreters(catalog_of(tmp_path), {str(tmp_path): "nowhere/python"}, {})
    )

    assert found["unit-python"].status == "problem"
    assert "nowhere/python" in found["unit-python"].text


def test_the_ports_of_all_folders_are_looked_at() -> None:
    settings = {
        "/shop": Settings(port=0),
        "/billing": Settings(host="192.0.2.1", port=8081),
        "/mail": Settings(port=0),
    }

    found = [*ports_of_folders(settings, [])]

    assert [item.status for item in found] == ["ok", "problem", "note"]
    assert "0 of /shop, 8081 of /billing" in found[-1].text
    assert [*ports_of_folders({"/shop": Settings(port=0)}, [])][1:] == []


def program(folder: Path, version: str = "") -> Path:
    write_tree(folder, {"bin/funclens": "#!/bin/sh\n"})
    (folder / "bin" / "funclens").chmod(0o755)
    if version:
        name = f"lib/python3.12/site-packages/funclens-{version}.dist-info/METADATA"
        write_tree(folder, {name: f"Name: funclens\nVersion: {version}\n"})
    return folder / "bin"


def test_another_funclens_on_path_is_said(tmp_path: Path) -> None:
    other, own = program(tmp_path / "other", "0.0.9"), program(tmp_path / "own")
    argv, sys.argv = sys.argv, [str(own / "funclens")]
    try:
        found = {
            key: next(programs({"PATH": os.pathsep.join(map(str, folders))}))
            for key, folders in {
                "none": [tmp_path],
                "own": [own, own],
                "hidden": [own, other],
                "shadowed": [other, own],
            }.items()
        }
    finally:
        sys.argv = argv

    assert found["own"].status == "ok"
    assert "is not on PATH" in found["none"].text
    assert f"PATH also has {other}/funclens (0.0.9)" in found["hidden"].text
    assert found["shadowed"].text.endswith("(0.0.9), not the one that runs now")


@pytest.mark.parametrize(
    ("version", "status"),
    [(f'"{__version__}"', "ok"), ('"0.0.9"', "note"), ("1", "ok"), ("", "ok")],
)
def test_an_extension_of_another_version_is_said(
    tmp_path: Path, version: str, status: str
) -> None:
    folder = ".vscode-server/extensions/funclens.funclens-1"
    text = f'{{"version": {version}}}' if version else "[]"
    write_tree(tmp_path, {f"{folder}/package.json": text})

    [found] = extensions(tmp_path)

    assert (found.status, bool(found.advice)) == (status, status == "note")
