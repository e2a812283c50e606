"""What pip and the package index get: the packages, their docs, and the man page."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import PurePosixPath

import pytest

from funclens import __version__
from vsix.build import ROOT


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_packages_and_the_man_page(dist):
    name = f"funclens-{__version__}"
    with zipfile.ZipFile(dist / f"{name}-py3-none-any.whl") as wheel:
        files = {*wheel.namelist()}
        metadata = Parser().parsestr(wheel.read(f"{name}.dist-info/METADATA").decode())

    shared = {file for file in files if file.startswith(f"{name}.data/")}
    assert shared == {f"{name}.data/data/share/man/man1/funclens.1"}
    assert {file.partition("/")[0] for file in files - shared} == {
        *("funclens", "funclens_worker", f"{name}.dist-info")
    }
    assert {PurePosixPath(file).suffix for file in files} <= {
        *(".py", ".md", ".html", ".css", ".js", ".json", ".typed", ".txt", ".1", "")
    }
    assert "funclens/docs/guides/run.md" in files
    assert metadata["Version"] == __version__
    assert (
        files & {"funclens/docs/diagnostics.md", "funclens/docs/man/funclens.1"}
        == set()
    )
    relative = re.findall(r"\]\((?!https?:)[^)]*\)", metadata.get_payload())
    assert relative == []  # on the package index, they would lead nowhere
    assert "![" in metadata.get_payload()
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_source_distribution_builds_the_same_and_has_no_tests(dist):
    with tarfile.open(dist / f"funclens-{__version__}.tar.gz") as archive:
        tops = {PurePosixPath(member.name).parts[1] for member in archive}

    assert tops == {
        *("server", "docs", "pyproject.toml", "PKG-INFO"),
        *("README.md", "CHANGELOG.md", "LICENSE", ".gitignore"),
    }
