"""A release is cut by one command, on a clone, and leaves nothing half done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from funclens import __version__
from vsix.build import ROOT

AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--no-hardlinks",
        "--depth",
        "1",
        ROOT.as_uri(),
        folder,
    )
    for name in (
        *("CHANGELOG.md", "docs/man/funclens.1", "docs/guides/ci.md"),
        *("server/funclens/__init__.py", "scripts/release", "scripts/set_repository"),
    ):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    if git(folder, "status", "--porcelain"):
        git(folder, "commit", "--quiet", "--all", "--message", "As it is now")
    return folder


def git(folder, *words):
    done = run(folder, "git", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def run(folder, *command):
    environment = os.environ | AUTHOR
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def release(folder, *words):
    return run(folder, "python3", "scripts/release", *words)


def test_a_release_is_a_version_a_dated_changelog_a_commit_and_a_tag(clone):
    before = git(clone, "rev-parse", "HEAD")
    unreleased = (clone / "CHANGELOG.md").read_text("utf-8")
    unreleased = unreleased.partition("## [Unreleased]\n")[2].strip()

    done = release(clone, "9.8.7")

    assert (done.returncode, done.stderr) == (0, "")
    assert "git push origin HEAD v9.8.7" in done.stdout
    assert git(clone, "rev-parse", "v9.8.7^{commit}~1") == before
    assert git(clone, "status", "--porcelain") == ""
    package = (clone / "server/funclens/__init__.py").read_text("utf-8")
    assert '__version__ = "9.8.7"' in package
    man_page = (clone / "docs/man/funclens.1").read_text("utf-8")
    assert re.search(
        r'^\.TH FUNCLENS 1 "\d{4}-\d\d-\d\d" "Funclens 9\.8\.7"$',
        man_page,
        re.MULTILINE,
    )
    assert versions_in(clone) == {"9.8.7"}
    package = json.loads((clone / "extension/package.json").read_text("utf-8"))
    lock = json.loads((clone / "extension/package-lock.json").read_text("utf-8"))
    assert package["version"] == lock["version"] == "9.8.7"
    assert lock["packages"][""]["version"] == "9.8.7"
    changed = git(clone, "diff", "--numstat", "HEAD~1", "HEAD", "--", "extension")
    assert [line.split()[:2] for line in changed.splitlines()] == [
        ["2", "2"],
        ["1", "1"],
    ]
    assert release(clone, "--version").stdout == "9.8.7\n"
    assert release(clone, "--notes").stdout.strip() == unreleased
    changelog = (clone / "CHANGELOG.md").read_text("utf-8")
    assert re.search(
        r"^## \[Unreleased\]\n\n## \[9\.8\.7\] - \d{4}-\d\d-\d\d\n",
        changelog,
        re.MULTILINE,
    )


def versions_in(clone):
    """Return the versions that the guide for CI and the dev container feature name."""
    guide = (clone / "docs/guides/ci.md").read_text("utf-8")
    name = ".devcontainer/funclens/devcontainer-feature.json"
    feature = (clone / name).read_text("utf-8")
    return {*re.findall(r"v(\d+\.\d+\.\d+)\b", guide)} | {
        *re.findall(r"\d+\.\d+\.\d+", feature)
    }


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("9.8", "not a version such as 0.2.0: '9.8'"),
        ("0.0.1", "version 0.0.1 is older than"),
        ("9.9.9", "the checkout has changes; commit or stash them first"),
        ("7.7.7", "the tag v7.7.7 exists already"),
    ],
)
def test_what_cannot_be_released_changes_nothing(clone, version, message):
    git(clone, "tag", "v7.7.7")
    if version == "9.9.9":
        (clone / "README.md").write_text("changed", "utf-8")
    status = git(clone, "status", "--porcelain")
    head = git(clone, "rev-parse", "HEAD")

    done = release(clone, version)

    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {message}")
    assert git(clone, "status", "--porcelain") == status
    assert git(clone, "rev-parse", "HEAD") == head


def test_the_repository_is_written_everywhere_by_one_command(clone):
    done = run(clone, "scripts/set_repository", "ada/lens")

    assert done.returncode == 0, done.stderr
    assert (
        "OWNER/funclens"
        not in run(clone, "git", "grep", "OWNER/", "--", ".github").stdout
    )
    package = json.loads((clone / "extension/package.json").read_text("utf-8"))
    assert package["repository"]["url"] == "https://github.com/ada/lens.git"
    assert "ada/lens@v" in (clone / "docs/guides/ci.md").read_text("utf-8")
    assert run(clone, "scripts/set_repository", "no name").returncode == 2


def test_the_component_for_gitlab_is_what_its_schema_allows(tmp_path):
    folder = tmp_path / "component"

    done = run(tmp_path, sys.executable, ROOT / "scripts" / "gitlab_component", folder)

    assert done.returncode == 0, done.stderr
    yaml = YAML(typ="safe", pure=True)
    spec, jobs = yaml.load_all(folder / "templates" / "check.yml")
    assert spec["spec"]["inputs"]["package"]["default"] == f"funclens=={__version__}"
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| .+ \|$", readme(folder), re.MULTILINE)
    assert rows == [*spec["spec"]["inputs"]]
    (tmp_path / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    checker = Path(sys.executable).with_name("check-jsonschema")
    schema = ("--builtin-schema", "vendor.gitlab-ci")
    files = (tmp_path / "jobs.json", folder / ".gitlab-ci.yml")
    checked = run(tmp_path, checker, *schema, "--data-transform", "gitlab-ci", *files)
    assert checked.returncode == 0, checked.stdout
    again = run(tmp_path, sys.executable, ROOT / "scripts" / "gitlab_component", folder)
    assert (again.returncode, again.stderr[:32]) == (
        1,
        "error: the folder is not empty: ",
    )


def readme(folder):
    return (folder / "README.md").read_text("utf-8")
