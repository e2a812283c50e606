"""What fixes a unit that does not load, as fields that a program reads."""

from __future__ import annotations

import sys

import pytest

from lsp.client import ResponseError
from lsp.conftest import HELLO


def remedy_of(client, function):
    """Run a function that does not load; return what the editor is told of it."""
    with pytest.raises(ResponseError, match="ModuleNotFoundError"):
        client.execute("funclens.run", {"id": function})
    told = client.wait_for(
        "funclens/runnerChanged",
        lambda params: any(unit["failure"] for unit in params["units"]),
    )
    (failure,) = [unit["failure"] for unit in told["units"] if unit["failure"]]
    return failure["remedy"]


def test_missing_requirements_have_an_install_command(vscode, write):
    _main, requirements = write(
        {
            "main.py": f"import nowhere_to_be_found.part\n{HELLO}",
            "requirements.txt": "nowhere\n",
        }
    )

    assert remedy_of(vscode(), "main.hello") == {
        "code": "missing-requirements",
        "interpreter": sys.executable,
        "module": "nowhere_to_be_found",
        "package": None,
        "command": [sys.executable, "-m", "pip", "install", "-r", str(requirements)],
    }


def test_no_package_name_is_guessed_from_a_module(vscode, write):
    write({"main.py": f"import nowhere_to_be_found\n{HELLO}"})

    assert remedy_of(vscode(), "main.hello") == {
        "code": "missing-package",
        "interpreter": sys.executable,
        "module": "nowhere_to_be_found",
        "package": None,
        "command": [],
    }
