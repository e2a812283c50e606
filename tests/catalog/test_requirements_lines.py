"""Lines of a requirements file that pip rejects, and the table of distributions."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from funclens.catalog.rules.requirements.knowledge import Wanted, known, normalized
from source_tree import problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.model import Problem


FUNCTION = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return ''\n"
)


def invalid(folder: Path, requirements: bytes) -> list[Problem]:
    write_tree(folder, {"main.py": FUNCTION})
    (folder / "requirements.txt").write_bytes(requirements)
    return problems_of(folder, code="invalid-requirement")


@pytest.mark.parametrize(
    "line",
    ["google - cloud - pubsub", "requests = 2.0", "pandas 1.0", "import os", "@#!"],
)
def test_a_line_that_pip_rejects_is_reported(tmp_path: Path, line: str) -> None:
    (problem,) = invalid(tmp_path, f"flask\n\n{line}\n".encode())

    assert (problem.file, problem.severity.value) == ("requirements.txt", "error")
    assert (problem.span.line, problem.span.end_column) == (3, len(line) + 1)
    with pytest.raises(ValueError, match=r"\S"):
        Requirement(line)


@pytest.mark.parametrize(
    "text",
    [
        b"pytz>=2011k\n",
        b"flask==1.0,\n",
        b"flask ; python_version >= 3\n",
        b"flask==1.*.2\n",
        b"${EXTRA}\n{{ more }}\n<<<<<<< HEAD\n",
        b"./local\n../other\nhttps://example.com/a.zip\nmine.whl\n",
        b"# google - cloud - pubsub\n",
        b"flask \\\n  >= 1\n",
        "flask==1.0\r\nrequests\r\n".encode("utf-16"),
        "\ufeffflask\n".encode(),
        b"f\0l\0a\0s\0k\0",
        b"",
    ],
)
def test_a_line_that_some_pip_accepts_is_not_reported(
    tmp_path: Path, text: bytes
) -> None:
    assert invalid(tmp_path, text) == []


def test_the_table_matches_installed_distributions() -> None:
    """Its rows are held against the metadata of everything that tests install."""
    table = known()
    looked_at = 0
    for distribution in distributions():
        name = normalized(distribution.metadata["Name"])
        if name not in table.brings:
            continue
        everything = table.installed_by([Wanted(name)], None)
        if everything is None:
            continue
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
                continue
            looked_at += 1
            assert normalized(requirement.name) in everything, (
                f"{name} brings {requirement.name}"
            )
    assert looked_at > 50


def test_the_table_is_well_formed() -> None:
    table = known()

    for name, brought in table.brings.items():
        for word in (name.partition("[")[0], *brought):
            plain = word.removeprefix("~")
            assert plain in {"?", normalized(plain)}
    for module, names in table.providers.items():
        assert re.fullmatch(r"[A-Za-z_][\w.]*", module)
        assert set(names) <= set(table.brings)
