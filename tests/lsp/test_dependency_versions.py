"""The editor protocol's library: its oldest and newest version, and old dependencies.

`funclens.lsp.protocol` is the only module that touches private names of pygls; its
docstring names what is tested here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from interpreters import environment, interpreters
from lsp.client import ResponseError, at
from lsp.conftest import HELLO

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

TOP = Path(__file__).parents[2]
VERSION = next(version for version in ("3.11", "3.10") if version in interpreters())


def dependencies():
    """Return what Funclens needs at run time on this system."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    found = [Requirement(line) for line in project["dependencies"]]
    return [item for item in found if not item.marker or item.marker.evaluate()]


def oldest():
    """Return the lowest version of each direct dependency."""
    for requirement in dependencies():
        (lowest,) = [item for item in requirement.specifier if item.operator == ">="]
        yield f"{requirement.name}=={lowest.version}"


def newest():
    """Return each direct dependency, as new as it may be."""
    for requirement in dependencies():
        yield f"{requirement.name}{requirement.specifier}"


@pytest.fixture(params=[oldest, newest], ids=lambda choose: choose.__name__)
def client(request, vscode):
    python = environment(VERSION, *request.param())
    code = (
        f"import sys; sys.path.insert(0, {str(TOP / 'server')!r}); "
        "from funclens.cli import main; sys.exit(main(['lsp', '--stdio']))"
    )
    return vscode(command=[str(python), "-I", "-c", code])


def test_texts_requests_and_shutdown_work(client, write):
    (main,) = write({"main.py": HELLO})
    client.open(main)
    assert client.titles(main) == ["Run locally", "Debug"]

    client.change(main, ((4, 4), (4, 9), "grüße"))

    hover = client.request("textDocument/hover", at(main, 4, 6))
    assert "grüße" in hover["contents"]["value"]
    assert client.diagnostics(main) == []
    assert client.request("funclens/functions")["functions"][0]["name"] == "grüße"
    assert client.request("workspace/symbol", {"query": ""})[0]["name"] == "/grüße"
    with pytest.raises(ResponseError, match="nobody"):
        client.execute("funclens.show", {"id": "nobody"})
    assert client.close() == 0


def test_unreadable_messages_get_an_error(client):
    with pytest.raises(ResponseError):
        client.request("textDocument/hover", {"position": "here"})
    with pytest.raises(ResponseError, match="textDocument/unheardOf"):
        client.request("textDocument/unheardOf", {})
    client.send_bytes(b"{")

    assert client.request("workspace/symbol", {"query": ""}) == []
