"""Docs agree with the repository: links, commands, dependencies, line length."""

from __future__ import annotations

import json
import os
import re

import pytest

from architecture.checkout import TOP, tracked_files
from architecture.test_lock import asked_for

DOCS = [
    path
    for path in tracked_files("*.md")
    if not path.is_relative_to(TOP / "tests") and "CHANGELOG" not in path.name
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)|<img[^>]*src=\"([^\"]+)\"")
COMMAND = re.compile(r"(?<![\w/.-])(?:\./)?((?:scripts|\.ci)/[\w.-]+)")


def anchors_of(text: str) -> set[str]:
    """Return the anchors of the headings, as the usual renderers make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def named_in_dependencies() -> set[str]:
    """Return the packages that have a row in docs/internals/dependencies.md."""
    text = (TOP / "docs" / "internals" / "dependencies.md").read_text("utf-8")
    return set(re.findall(r"^\| ([@\w./-]+)", text, re.MULTILINE)) - {"package", "---"}


def asked_for_anywhere() -> set[str]:
    """Return the packages that some file of ours asks for by name."""
    names = {requirement.name for requirement in asked_for()} | {"hatchling"}
    for path in tracked_files("*package.json"):
        package = json.loads(path.read_text("utf-8"))
        names |= {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    for path in tracked_files("scripts/*requirements.in"):
        names |= set(re.findall(r"^([\w.-]+)", path.read_text("utf-8"), re.MULTILINE))
    names |= set(
        re.findall(r"^needs ([\w.-]+)", (TOP / ".ci/run").read_text(), re.MULTILINE)
    )
    return names


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(TOP)))
def test_links_and_pictures_lead_somewhere(path: object) -> None:
    assert path in DOCS
    text = FENCE.sub("", path.read_text("utf-8"))
    broken = []
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        if not found.exists() or (
            anchor and anchor not in anchors_of(found.read_text("utf-8"))
        ):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(TOP)))
def test_documented_scripts_exist_and_are_executable(path: object) -> None:
    assert path in DOCS
    missing = [
        command
        for command in COMMAND.findall(path.read_text("utf-8"))
        if not os.access(TOP / command, os.X_OK)
    ]

    assert missing == []


def test_every_dependency_is_documented() -> None:
    assert asked_for_anywhere() - named_in_dependencies() == set()


def test_removed_dependencies_are_not_documented() -> None:
    assert named_in_dependencies() - asked_for_anywhere() == set()


def test_every_script_is_executable_and_has_a_shebang() -> None:
    scripts = [
        path
        for path in (*(TOP / "scripts").iterdir(), TOP / ".ci" / "run")
        if path.is_file() and not path.suffix
    ]
    wrong = [
        path.name
        for path in scripts
        if not os.access(path, os.X_OK) or not path.read_text("utf-8").startswith("#!")
    ]

    assert scripts
    assert wrong == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(TOP)))
def test_prose_is_wrapped_at_100_columns(path: object) -> None:
    """Tables, pictures and code can't be wrapped."""
    assert path in DOCS
    too_long = [
        line
        for line in FENCE.sub("", path.read_text("utf-8")).splitlines()
        if len(line) > 100 and not line.startswith(("|", "![", "    ", "<!--"))
    ]

    assert too_long == []


def test_the_map_of_the_code_names_files_that_exist() -> None:
    text = (TOP / "CONTRIBUTING.md").read_text("utf-8")
    entries = text.partition("## Where do I change")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:server|extension|scripts)/[^`]+)`", entries)

    assert len(named) > 10
    assert [name for name in named if not (TOP / name).is_file()] == []
