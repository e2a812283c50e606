"""Editors for the tests: real server processes, under two sets of capabilities."""

from __future__ import annotations

import functools

import pytest

from lsp.client import Client
from runner_process import clean_environment

CLIENTS = ("visual_studio_code", "neovim_0.7.2")

HELLO = """\
import functions_framework


@functions_framework.http
def hello(request):
    return f"Hello {request.args.get('name', 'World')}!"
"""


@pytest.fixture(params=CLIENTS)
def client_name(request):
    """Each kind of client."""
    return request.param


@pytest.fixture
def workspace(tmp_path):
    """An empty workspace folder whose name needs quoting in a URI."""
    folder = tmp_path / "my wörk space"
    folder.mkdir()
    return folder


@pytest.fixture
def write(workspace):
    """Write files: `write({"main.py": "…"})`; return their paths in order."""

    def write_files(files):
        paths = []
        for name, text in files.items():
            path = workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            paths.append(path)
        return paths

    return write_files


@pytest.fixture
def start_client(workspace, tmp_path, request):
    """Start an editor of a name on the workspace; it is closed after the test."""
    state = tmp_path / "state"
    clients = []
    # Where starts and ends are tested, nothing is prepared.
    command = getattr(request.module, "COMMAND", None)

    def start_one(name, *, folders=None, start=True, **options):
        options.setdefault("command", command)
        client = Client(
            name,
            [workspace] if folders is None else folders,
            environ={**clean_environment(), "XDG_STATE_HOME": str(state)},
            **options,
        )
        clients.append(client)
        if start:
            client.start()
        return client

    yield start_one
    for client in clients:
        client.close()


@pytest.fixture
def editor(start_client, client_name):
    """Start an editor: `editor()`; the test is run for each kind of client."""
    return functools.partial(start_client, client_name)


@pytest.fixture
def vscode(start_client):
    """Start an editor with the capabilities of Visual Studio Code."""
    return functools.partial(start_client, "visual_studio_code")


@pytest.fixture
def neovim(start_client):
    """Start an editor with the capabilities of Neovim."""
    return functools.partial(start_client, "neovim_0.7.2")
