"""`funclens plan` as a person calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from funclens.cli.plan import plan_table
from funclens.plan.differences import Difference
from plan.test_reading import SECOND, SERVICE
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
    import functions_framework

    @functions_framework.cloud_event
    def on_order(event):
        pass
    """
ENDPOINT = '[tool.funclens.endpoints]\n"main.on_order" = "on-order"\n'


def run(
    folder: Path, *words: str, given: str = "", path: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-m", "funclens", "plan", *words, str(folder)],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )


def workspace(folder: Path) -> Path:
    return write_tree(folder, {"main.py": MAIN, "pyproject.toml": ENDPOINT})


def test_no_differences_exit_with_0(tmp_path: Path) -> None:
    done = run(workspace(tmp_path), "--from", "-", given=json.dumps([SECOND]))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No differences (1 function).\n"


def test_differences_exit_with_1_and_can_be_ignored(tmp_path: Path) -> None:
    other = {**SECOND, "name": "projects/p/locations/r/functions/old"}
    other["buildConfig"] = {"entryPoint": "old", "runtime": "python39"}
    file = tmp_path / "deployed.json"
    file.write_text(json.dumps([SECOND, other]))
    workspace(tmp_path)

    shown = run(tmp_path, "--from", str(file))
    listed = run(tmp_path, "--from", str(file), "--json")
    ignored = run(tmp_path, "--from", str(file), "--ignore", "extra,memory")

    assert (shown.returncode, listed.returncode, ignored.returncode) == (1, 1, 0)
    assert "old (p, r) extra not in the workspace deployed" in " ".join(
        shown.stdout.split()
    )
    assert json.loads(listed.stdout)["differences"] == [
        {
            "fact": "extra",
            "name": "old",
            "function": None,
            "region": "r",
            "project": "p",
            "workspace": None,
            "deployed": "old",
        }
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "/nowhere.json"), "cannot read '/nowhere.json'"),
        (("--from", "-"), "standard input is not JSON"),
        (("--ignore", "memroy"), "did you mean 'memory'?"),
        (("--project", "p"), "--project needs --from gcloud"),
    ],
)
def test_bad_input_exits_with_2(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = run(workspace(tmp_path), *words, given="what?")

    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr


def test_deploy_files_are_compared_without_production(tmp_path: Path) -> None:
    script = "gcloud functions deploy orders --entry-point=on_ordr --runtime=python312"
    write_tree(workspace(tmp_path), {"deploy.sh": f"{script} --trigger-http\n"})

    done = run(tmp_path)

    assert done.returncode == 1
    shown = " ".join(done.stdout.split())
    assert "on-order missing in the workspace in no deploy file" in shown
    assert "on_ordr extra not in the workspace in a deploy file" in shown


def with_gcloud(folder: Path, script: str) -> str:
    write_tree(folder, {"bin/gcloud": f"#!/bin/sh\n{script}\n"})
    (folder / "bin" / "gcloud").chmod(0o755)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


def test_gcloud_is_asked_for_functions_and_services(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"functions.json": json.dumps([SECOND]), "run.json": json.dumps([SERVICE])},
    )
    script = f'echo "$@" >> {tmp_path}/asked; cat {tmp_path}/$1.json'
    folder = workspace(tmp_path / "workspace")

    done = run(
        folder,
        *("--from", "gcloud", "--project", "shop", "--json"),
        path=with_gcloud(tmp_path, script),
    )

    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line.split(" --")[0] for line in asked] == [
        "functions list",
        "run services list",
    ]
    assert all("--project=shop" in line and "--quiet" in line for line in asked)
    [found] = json.loads(done.stdout)["differences"]
    assert (found["fact"], found["name"]) == ("extra", "orders")


@pytest.mark.parametrize(
    ("script", "said", "hint"),
    [
        (
            (
                "echo 'ERROR: (gcloud.functions.list) You do not currently have an "
                "active account selected.' >&2; exit 1"
            ),
            "gcloud is not signed in",
            "gcloud auth login",
        ),
        (
            (
                "echo 'ERROR: (gcloud.functions.list) The required property [project] "
                "is not currently set.' >&2; exit 1"
            ),
            "gcloud has no project",
            "pass --project",
        ),
        (
            "echo 'ERROR: (gcloud.functions.list) API is off' >&2; exit 1",
            "gcloud failed: API is off",
            "gcloud functions list",
        ),
        ("echo oops", "the output of gcloud is not JSON", "gcloud functions list"),
    ],
)
def test_what_gcloud_lacks_is_said_in_one_sentence(
    tmp_path: Path, script: str, said: str, hint: str
) -> None:
    folder = workspace(tmp_path / "workspace")

    done = run(folder, "--from", "gcloud", path=with_gcloud(tmp_path, script))

    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {said}" in done.stderr
    assert hint in done.stderr


def test_a_missing_gcloud_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    folder = workspace(tmp_path / "workspace")

    done = run(folder, "--from", "gcloud", path=str(tmp_path / "empty"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "error: gcloud is not installed, or not on PATH" in done.stderr


def test_functions_of_several_projects_and_regions_are_told_apart(
    tmp_path: Path,
) -> None:
    small = {**SECOND["serviceConfig"], "availableMemory": "128Mi"}
    deployed = [
        {**SECOND, "name": f"projects/{place}/functions/on-order", "serviceConfig": it}
        for place, it in (
            ("shop-prod/locations/europe-west1", SECOND["serviceConfig"]),
            ("shop-prod/locations/us-east1", small),
            ("shop-test/locations/us-east1", small),
        )
    ]
    triggered = '[tool.funclens.triggers]\n"main.on_order" = "--trigger-topic=orders'
    write_tree(
        workspace(tmp_path),
        {"pyproject.toml": f'{ENDPOINT}\n{triggered} --memory=512Mi"\n'},
    )

    done = run(tmp_path, "--from", "-", given=json.dumps(deployed))

    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert rows[1:3] == [
        "on-order (shop-prod, us-east1) memory 512 MiB 128 MiB",
        "on-order (shop-test, us-east1) memory 512 MiB 128 MiB",
    ]


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (120, "on-order    memory        1 GiB        512 MiB"),
        (30, "    workspace: 1 GiB"),
    ],
)
def test_a_narrow_terminal_gets_a_block_for_each_function(
    monkeypatch: pytest.MonkeyPatch, columns: int, line: str
) -> None:
    monkeypatch.setattr(plan_table, "terminal_columns", lambda: columns)
    place = ("on-order", "main.on_order", "", "")
    found = [
        Difference("memory", *place, "1 GiB", "512 MiB"),
        Difference("timeout", *place, "60 s", "540 s"),
    ]

    lines = plan_table.plan_lines(found, 1, [])

    assert line in lines
    assert lines[-1] == "2 differences in 1 function"
    assert lines.count("on-order") == (1 if columns == 30 else 0)
