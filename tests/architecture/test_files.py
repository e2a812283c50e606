"""How files are named and sized, and what none of them says."""

from __future__ import annotations

import re

from architecture.checkout import TOP, tracked_files

SOURCES = ("*.py", "*.ts", "*.mjs", "*.js")
MOST_LINES = 500

# Written in parts, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        [
            "/ro" + "ot/",
            "/work" + "/(main|shared)",
            r"/home/(?!user\b|ada\b|me\b)[a-z]",
            "registry" + r"\.npmjs",
            "files" + r"\.pythonhosted",
            "deb" + r"\.debian",
            "py" + r"pi\.org/simple",
        ]
    ).encode()
)
"""Paths of one machine and hosts of registries: true nowhere else."""

USERS_CODE = (
    TOP / "examples",
    TOP / "tests" / "workspaces",
    TOP / "tests" / "fidelity" / "sources",
)
"""What stands for the code of users: named and written as they would."""

BINARY = {".png", ".svg", ".ico", ".gif", ".woff2"}


def test_no_module_is_named_utils_or_helpers() -> None:
    drawers = [
        path.relative_to(TOP)
        for path in tracked_files(*SOURCES)
        if re.search(r"(^|_)(utils?|helpers?|common)$", path.stem)
        and not any(path.is_relative_to(folder) for folder in USERS_CODE)
    ]

    assert drawers == []


def test_no_source_file_is_longer_than_five_hundred_lines() -> None:
    long = {
        str(path.relative_to(TOP)): lines
        for path in tracked_files(*SOURCES)
        if (lines := path.read_bytes().count(b"\n")) > MOST_LINES
        and not any(path.is_relative_to(folder) for folder in USERS_CODE)
    }

    assert long == {}


def test_no_file_contains_a_local_path_or_a_registry_host() -> None:
    found = [
        f"{path.relative_to(TOP)}: {match[0].decode()}"
        for path in tracked_files()
        if path.suffix not in BINARY and (match := FOREIGN.search(path.read_bytes()))
    ]

    assert found == []
