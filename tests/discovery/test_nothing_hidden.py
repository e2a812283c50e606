"""What ignore files and hidden folders must not hide from discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, open_tree, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HELLO = """\
import functions_framework


@functions_framework.http
def hello(request):
    return ""
"""

PLAIN = """\
def nightly(argument):
    return ""
"""

COMMAND = "gcloud functions deploy job --entry-point nightly --runtime python312\n"


def test_a_gcloudignore_hides_neither_functions_nor_deploy_files(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            ".gcloudignore": "web/\ndeploy.sh\nrequirements.txt\n*.md\n",
            "web/main.py": HELLO,
            "main.py": PLAIN,
            "deploy.sh": COMMAND,
            "requirements.txt": "functions-framework\n",
        },
    )

    found = functions_of(tmp_path)

    assert set(found) == {"web.main.hello", "main.nightly"}
    assert found["main.nightly"].deployed_name == "job"


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/deploy.yml",
        ".github/actions/deploy/action.yml",
        ".gitlab-ci.yml",
        ".gitlab/ci/deploy.yml",
        ".circleci/config.yml",
        ".buildkite/pipeline.yml",
        ".woodpecker/deploy.yaml",
        ".woodpecker.yml",
        ".azure-pipelines/deploy.yml",
        ".drone.yml",
        ".travis.yml",
        ".semaphore/semaphore.yml",
        ".ci/deploy.sh",
    ],
)
def test_pipelines_in_hidden_folders_are_read(tmp_path: Path, path: str) -> None:
    text = COMMAND if path.endswith(".sh") else f"jobs:\n  - run: {COMMAND}"
    write_tree(tmp_path, {"main.py": PLAIN, path: text})

    found = functions_of(tmp_path)

    assert found["main.nightly"].deployed_name == "job"


def test_pipelines_that_change_are_read_again(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": PLAIN})
    workspace = open_tree(tmp_path)
    assert not workspace.facts().folders[0].sources

    write_tree(tmp_path, {".github/workflows/deploy.yml": f"run: {COMMAND}"})
    workspace.changed([str(tmp_path / ".github" / "workflows" / "deploy.yml")])
    (source,) = workspace.facts().folders[0].sources

    assert source.functions[0].deployed_names == ("job",)


def test_modules_in_hidden_folders_have_no_functions(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            ".github/scripts/main.py": HELLO,
            ".cache/main.py": HELLO,
            ".ci/main.py": HELLO,
        },
    )
    workspace = open_tree(tmp_path)
    workspace.changed([str(tmp_path / ".ci" / "main.py"), str(tmp_path / ".github")])

    assert not functions_of(tmp_path)
    assert not workspace.facts().folders[0].sources


def test_deploy_files_that_git_ignores_still_count(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            ".gitignore": "deploy.sh\n.vscode\nrequirements.txt\n",
            "main.py": PLAIN,
            "deploy.sh": COMMAND,
        },
    )

    assert functions_of(tmp_path)["main.nightly"].deployed_name == "job"


def test_requirements_are_read_even_if_ignored(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            ".gitignore": "*.txt\n",
            ".gcloudignore": "*.txt\n",
            "main.py": "import yaml\n" + HELLO,
            "requirements.txt": "functions-framework\npyyaml\n",
        },
    )

    assert not problems_of(tmp_path, code="missing-requirement")


def test_the_setting_exclude_applies_to_deploy_files(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "pyproject.toml": '[tool.funclens]\nexclude = [".github", "old.sh"]\n',
            "main.py": PLAIN,
            "old.sh": COMMAND,
            ".github/workflows/deploy.yml": f"run: {COMMAND}",
        },
    )

    assert not functions_of(tmp_path)


IGNORED = {
    ".gitignore": "/build/\n/old/main.py\n/data/\nvenv/\n",
    "main.py": HELLO,
    "build/one/main.py": HELLO,
    "build/two/main.py": HELLO + HELLO.replace("hello", "other"),
    "build/two/test_main.py": HELLO,
    "old/main.py": HELLO,
    "old/helper.py": "",
    "data/script.py": "print()\n",
    "venv/main.py": HELLO,
}


def test_functions_hidden_by_ignore_files_are_counted(tmp_path: Path) -> None:
    workspace = open_tree(write_tree(tmp_path, IGNORED))
    workspace.facts()

    (hidden,) = workspace.hidden().values()

    assert {(item.place, item.functions) for item in hidden} == {
        ("build/", 3),
        ("old/main.py", 1),
    }


def test_the_suggested_patterns_include_hidden_functions(tmp_path: Path) -> None:
    workspace = open_tree(write_tree(tmp_path, IGNORED))
    workspace.facts()
    (hidden,) = workspace.hidden().values()
    patterns = [item.pattern for item in hidden]
    write_tree(tmp_path, {"pyproject.toml": f"[tool.funclens]\ninclude = {patterns}\n"})

    workspace = open_tree(tmp_path)
    found = functions_of(tmp_path)

    assert set(found) == {
        "main.hello",
        "build.one.main.hello",
        "build.two.main.hello",
        "build.two.main.other",
        "old.main.hello",
    }
    workspace.facts()
    assert not any(workspace.hidden().values())


def test_functions_excluded_by_a_setting_are_not_counted(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        IGNORED
        | {
            "pyproject.toml": '[tool.funclens]\nexclude = ["/build/", "/old/"]\n',
            "more/main.py": HELLO,
        },
    )
    workspace = open_tree(tmp_path)
    workspace.facts()

    assert not any(workspace.hidden().values())
