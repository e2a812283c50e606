"""The lock holds what pyproject.toml asks for, with hashes and without hosts."""

from __future__ import annotations

import re

from packaging.requirements import Requirement
from packaging.version import Version

from architecture.checkout import TOP

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

LOCK = TOP / "tests" / "requirements.lock"


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, list[Version]]:
    """Return the locked versions by normalized name; some differ by Python."""
    found: dict[str, list[Version]] = {}
    for match in re.finditer(r"^([\w.-]+)==([^\s;]+)", LOCK.read_text(), re.MULTILINE):
        found.setdefault(normalized(match[1]), []).append(Version(match[2]))
    return found


def asked_for() -> list[Requirement]:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return [Requirement(line) for line in lines]


def test_every_dependency_is_locked_at_a_matching_version() -> None:
    """When this fails, `scripts/lock` writes the lock anew."""
    versions = locked()
    wrong = [
        str(wanted)
        for wanted in asked_for()
        if not (have := versions.get(normalized(wanted.name)))
        or not all(version in wanted.specifier for version in have)
    ]

    assert wrong == []


def test_every_locked_package_has_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.read_text())
    bare = [
        entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry
    ]

    assert bare == []
