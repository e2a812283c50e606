"""What docs/guides/ci.md promises to CI: the hook and the examples."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from cli.command import funclens
from source_tree import write_tree

TOP = Path(__file__).parents[2]


def test_the_pre_commit_hook_calls_an_existing_command(tmp_path: Path) -> None:
    (hook,) = YAML(typ="safe", pure=True).load(TOP / ".pre-commit-hooks.yaml")
    program, *words = hook["entry"].split()
    write_tree(tmp_path, {"main.py": "def hello(request):\n    return ''\n"})

    ended = funclens(*words, cwd=tmp_path)

    assert program == "funclens"
    assert ended.returncode == 0
    assert hook["pass_filenames"] is False


PROBLEM = "import functions_framework\n\n@functions_framework.http\ndef hello(): ...\n"


def run_action(cwd: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step of action.yml as GitHub does, with inputs in the environment."""
    installed = str(Path(sys.executable).with_name("funclens"))
    given = os.environ | {"FUNCLENS": installed} | inputs
    return subprocess.run(
        [TOP / ".ci" / "action"],
        cwd=cwd,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_annotates_and_writes_sarif(tmp_path: Path) -> None:
    write_tree(tmp_path, {"one two/main.py": PROBLEM, "ok/main.py": ""})

    ended = run_action(tmp_path, FOLDERS="one two\nok\n", SARIF="out.sarif")

    assert ended.returncode == 1, ended.stderr
    assert "one two/main.py,line=4,col=5" in ended.stdout
    (run,) = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"]
    (result,) = run["results"]
    ignored = run_action(tmp_path, FOLDERS="one two", IGNORE=result["ruleId"])
    assert (ignored.returncode, ignored.stdout) == (0, "")


def test_the_steps_of_the_action_pass_every_input_it_declares() -> None:
    action = YAML(typ="safe", pure=True).load(TOP / "action.yml")
    (check,) = (s for s in action["runs"]["steps"] if s.get("name") == "Check")
    passed = {
        re.sub(r"\W|inputs", "", v) for v in check["env"].values() if "inputs" in v
    }

    declared = {re.sub(r"\W", "", name) for name in action["inputs"]}
    assert declared - passed == {"pythonversion"}


def test_the_gitlab_job_runs_with_its_defaults(tmp_path: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    spec, jobs = yaml.load_all(TOP / ".ci" / "gitlab.yml")
    inputs = spec["spec"]["inputs"]
    job = yaml.load(
        re.sub(
            r"\$\[\[ inputs\.([\w-]+) \]\]",
            lambda match: inputs[match[1]]["default"],
            json.dumps(jobs["funclens-check"]),
        )
    )

    install, check = map(str.split, job["script"])
    assert install == ["pip", "install", "--quiet", '"funclens"']
    assert check[0] == "funclens"
    assert funclens(*check[1:], cwd=tmp_path).returncode == 0


def test_the_yaml_on_the_ci_page_is_valid() -> None:
    page = (TOP / "docs" / "guides" / "ci.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    assert len(blocks) == 4
    for block in blocks:
        assert YAML(typ="safe", pure=True).load(block)
