"""How well discovery judges code that people wrote: the measured goal of the project.

Functions are those of tests/workspaces/labelled, marked `# @http` and so on in the
style of published samples and services. Look-alikes are those and what well-known
frameworks publish: whatever is found there is found wrongly.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from source_tree import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELLED = Path(__file__).parents[1] / "workspaces" / "labelled"
LABEL = re.compile(r"# @(http|event|cloudevent|typed)\b")

PUBLISHED = {
    "Django": "5.2.19",
    "aiohttp": "3.14.5",
    "django-allauth": "65.21.1",
    "fastapi": "0.165.0",
    "starlette": "1.10.0",
}
"""Source archives, with their tests and examples, which hold most look-alikes."""

INSTALLED = {
    "aws-lambda-powertools": "3.37.0",
    "celery": "5.7.0",
    "djangorestframework": "3.18.3",
    "firebase-functions": "0.6.0",
    "flask-admin": "2.2.1",
    "functions-framework": "3.10.2",
    "moto": "5.2.5",
    "pytest": "9.2.0",
    "python-telegram-bot": "22.8",
    "sanic": "25.12.1",
    "slack-bolt": "1.30.0",
    "wagtail": "8.0.1",
}
"""Wheels, which need no build to look into."""

LOOKS_ALIKE = re.compile(
    r"^(?:async )?def \w+\(\s*(?:\w*req(?:uest)?\b|event\b|data\b|\w*cloud_?event"
    r"|\w+\s*(?::[^,()]*)?,\s*(?:context|ctx)\b)",
    re.MULTILINE,
)
"""What a regular expression would take for a function."""


def labels(folder: Path) -> dict[tuple[str, int], str]:
    """Return path, line and kind of each marked function."""
    return {
        (str(path), number): match[1]
        for path in folder.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (match := LABEL.search(line))
    }


def found_in(folder: Path) -> dict[tuple[str, int], str]:
    """Return path, line and kind of each function that is found."""
    return {
        (str(Path(function.folder, function.file)), function.span.line): (
            function.signature_type.value
        )
        for function in catalog_of(folder).functions
    }


def look_alikes(folder: Path) -> int:
    """Count definitions that look like functions to a regular expression."""
    return sum(
        len(LOOKS_ALIKE.findall(path.read_text("utf-8", "replace")))
        for path in folder.rglob("*.py")
    )


@pytest.mark.parametrize("as_one", [True, False])
def test_exactly_the_labelled_functions_are_found(*, as_one: bool) -> None:
    wanted = labels(LABELLED)
    folders = [LABELLED] if as_one else sorted(LABELLED.iterdir())
    found = {key: kind for folder in folders for key, kind in found_in(folder).items()}

    assert sorted(set(wanted) - set(found)) == []
    assert sorted(set(found) - set(wanted)) == []
    assert found == wanted


@pytest.fixture(scope="session")
def published(request: pytest.FixtureRequest) -> Path:
    """A folder with the packages, fetched once and kept for later runs."""
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("packages")
    for name, version in (PUBLISHED | INSTALLED).items():
        target = folder / f"{name}-{version}"
        if not target.exists():
            _fetch(name, version, folder, target)
    return folder


def _fetch(name: str, version: str, folder: Path, target: Path) -> None:
    kind = "--no-binary" if name in PUBLISHED else "--only-binary"
    arrived = folder / f"arrived-{name}"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", kind, name, "--dest", str(arrived)),
            f"{name}=={version}",
        ],
        check=True,
        timeout=300,
        capture_output=True,
    )
    (archive,) = arrived.iterdir()
    partial = folder / f"partial-{name}"
    if archive.suffix == ".whl":
        shutil.unpack_archive(archive, partial, "zip")
    else:
        shutil.unpack_archive(archive, partial, filter="data")
    partial.rename(target)
    archive.unlink()


def _packages(folder: Path) -> Iterator[Path]:
    for name, version in (PUBLISHED | INSTALLED).items():
        yield folder / f"{name}-{version}"


@pytest.mark.timeout(900)
def test_the_score_on_published_code(published: Path) -> None:
    """At least 99 % of the functions are found, and 99 % of what is found are some."""
    wanted = labels(LABELLED)
    found = found_in(LABELLED)
    false = [key for folder in _packages(published) for key in found_in(folder)]
    right = set(wanted) & set(found)
    asked = sum(look_alikes(folder) for folder in _packages(published))

    recall = len(right) / len(wanted)
    precision = len(right) / (len(found) + len(false))
    kinds = sum(found[key] == wanted[key] for key in right) / len(right)

    assert asked > 1_300
    assert false == []
    assert recall >= 0.99
    assert precision >= 0.99
    assert kinds >= 0.99
