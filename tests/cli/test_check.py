"""`funclens check`: formats, exit codes, selection."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import jsonschema
import pytest

from cli.command import funclens
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path


WRONG = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    print('ü, 100%: é')\n\n"
    "@functions_framework.http\nasync def other(request):\n    return ''\n"
)
RIGHT = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return ''\n"
)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A folder with a warning and an error."""
    return write_tree(tmp_path, {"a b/main.py": WRONG})


def codes(stdout: str) -> list[str]:
    return [problem["code"] for problem in json.loads(stdout)["problems"]]


def test_a_clean_folder_exits_with_0(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": RIGHT})

    ended = funclens("check", str(tmp_path))

    assert (ended.returncode, ended.stdout) == (0, "No problems found.\n")


def test_check_says_how_much_it_checked(wrong: Path) -> None:
    write_tree(
        wrong,
        {
            "helper.py": "",
            "deploy.sh": "gcloud functions deploy hello --source 'a b' --trigger-http",
        },
    )

    text = funclens("check", str(wrong))
    found = json.loads(funclens("check", "--format", "json", str(wrong)).stdout)

    assert text.stderr == (
        "checked 2 functions in 1 unit; searched 2 Python files and 1 deploy file\n"
    )
    assert found["checked"] == {
        "functions": 2,
        "units": 1,
        "python_files": 2,
        "deploy_files": 1,
    }
    assert found["notes"] == []


def test_a_problem_is_one_line_with_location_and_code(wrong: Path) -> None:
    ended = funclens("check", str(wrong))

    assert ended.returncode == 1
    first, second, blank, summary = ended.stdout.splitlines()
    assert first.startswith("a b/main.py:4:5: warning[returns-none] ")
    assert second.startswith("a b/main.py:8:11: error[async-without-aio] ")
    assert (blank, summary) == ("", "Found 2 problems (1 error, 1 warning).")


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        (["--select", "returns-none"], ["returns-none"], 1),
        (["--ignore", "returns-none"], ["async-without-aio"], 1),
        (["--select", "returns-none,async-without-aio"], None, 1),
        (["--select", "returns-none", "--fail-on", "error"], ["returns-none"], 0),
        (["--fail-on", "error"], None, 1),
        (["--ignore", "returns-none", "--ignore", "async-without-aio"], [], 0),
    ],
)
def test_codes_and_severities_can_be_selected(
    wrong: Path, words: list[str], found: list[str] | None, code: int
) -> None:
    ended = funclens("check", "--format", "json", *words, str(wrong))

    assert ended.returncode == code
    if found is not None:
        assert codes(ended.stdout) == found


def test_an_unknown_code_is_wrong_usage(wrong: Path) -> None:
    ended = funclens("check", "--select", "return-none", str(wrong))

    assert ended.returncode == 2
    assert "did you mean 'returns-none'?" in ended.stderr


def test_github_gets_workflow_commands(wrong: Path) -> None:
    first, second = funclens(
        "check", "--format", "github", str(wrong)
    ).stdout.splitlines()

    assert first.startswith("::warning file=a b/main.py,line=4,col=5,")
    assert "title=funclens returns-none::" in first
    assert second.startswith("::error file=a b/main.py,line=8,")


@pytest.fixture(scope="session")
def sarif_schema(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The schema of SARIF 2.1.0, as a package of the npm registry carries it."""
    npm = shutil.which("npm")
    assert npm, "npm is needed to get the schema"
    folder = tmp_path_factory.mktemp("schema")
    subprocess.run(
        [npm, "pack", "--silent", "@microsoft/jest-sarif@1.0.0-beta.0"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=100,
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        file = files.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json")
        assert file is not None
        return json.load(file)


def test_sarif_matches_its_schema(wrong: Path, sarif_schema: object) -> None:
    write_tree(wrong, {"b/main.py": WRONG})
    ended = funclens("check", "--format", "sarif", str(wrong))

    log = json.loads(ended.stdout)
    jsonschema.Draft7Validator(sarif_schema).validate(log)
    (run,) = log["runs"]
    assert {result["ruleId"] for result in run["results"]} == {
        "returns-none",
        "async-without-aio",
        "duplicate-endpoint",
    }
    for result in run["results"]:
        rules = run["tool"]["driver"]["rules"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri in {"a%20b/main.py", "b/main.py"}


def test_several_folders_are_checked_together(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_tree(tmp_path / name, {"main.py": RIGHT})

    ended = funclens("check", str(tmp_path / "one"), str(tmp_path / "two"))

    assert ended.returncode == 0
    assert ended.stdout.count("[duplicate-endpoint]") == 1
    assert ended.stdout.startswith(str(tmp_path / "one" / "main.py"))


def test_five_hundred_units_with_one_name_are_summarized(tmp_path: Path) -> None:
    text = "def main(request):\n    return ''\n"
    write_tree(tmp_path, {f"unit{n}/main.py": text for n in range(500)})
    write_tree(tmp_path, {"extra/main.py": WRONG})

    ended = funclens("check", str(tmp_path))

    assert ended.returncode == 1
    assert len(ended.stdout.splitlines()) < 12
    assert "and 495 more" in ended.stdout
    assert "[returns-none]" in ended.stdout
    assert (
        funclens("check", "--select", "duplicate-endpoint", str(tmp_path)).returncode
        == 0
    )
