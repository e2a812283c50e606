"""What a file or a bug must not do: freeze the server, or leave it silent."""

from __future__ import annotations

import os
import sys

import pytest

from lsp.client import at
from lsp.conftest import HELLO

OTHER = HELLO.replace("hello", "later").replace("import functions_framework\n", "")
OTHER_HELLO = HELLO.replace("hello", "other")
LENSES = ["Run locally", "Debug"]


@pytest.fixture
def faulty(vscode, tmp_path):
    """Start a server into which a fault was put: `faulty("python code")`."""

    def start(code, **options):
        launcher = tmp_path / "faulty.py"
        launcher.write_text(
            f"import sys\n{code}\n"
            "from funclens.cli import main\n"
            "sys.exit(main(['lsp', '--stdio']))\n"
        )
        return vscode(command=[sys.executable, "-u", str(launcher)], **options)

    return start


FAILING = """
import funclens.discovery as discovery
original = discovery.Workspace.{method}
def failing(self, *arguments):
    if {condition}:
        raise RecursionError("too deep")
    return original(self, *arguments)
discovery.Workspace.{method} = failing
"""


HAS = "any({0!r} in (self.texts.text(path) or '') for path in self.texts)"
"""Whether an open text holds something."""


@pytest.mark.parametrize("method", ["load", "facts"])
def test_a_server_responds_even_if_the_first_read_fails(
    faulty, write, workspace, method
):
    (main,) = write({"main.py": HELLO})
    flag = workspace / "works"
    condition = f"not __import__('os').path.exists({str(flag)!r})"
    client = faulty(FAILING.format(method=method, condition=condition))

    client.open(main)
    assert client.lenses(main) == []
    assert client.request("funclens/functions")["functions"] == []
    logged = client.wait_for("window/logMessage")
    assert logged["type"] == 1
    assert "RecursionError: too deep" in logged["message"]
    shown = client.wait_for("window/showMessage")
    assert "RecursionError: too deep" in shown["message"]

    flag.touch()
    client.notify("workspace/didChangeConfiguration", {"settings": {}})

    assert client.wait_for_titles(main, bool) == LENSES


def test_an_edit_that_cannot_be_analyzed_keeps_the_last_results(faulty, write):
    main, other = write({"main.py": HELLO, "other/main.py": OTHER_HELLO})
    client = faulty(
        FAILING.format(method="_take_open_texts", condition=HAS.format("# boom"))
    )
    client.open(main)
    assert client.titles(main) == LENSES

    client.change(main, HELLO + "# boom\n")

    (found,) = client.diagnostics(main, bool)
    assert found["code"] == "analysis-failed"
    assert "RecursionError: too deep" in found["message"]
    assert client.titles(main) == LENSES
    assert client.request("textDocument/hover", at(main, 4, 5)) is not None
    assert client.titles(other) == LENSES
    assert "too deep" in client.wait_for("window/logMessage")["message"]

    client.change(main, HELLO + OTHER)

    assert client.diagnostics(main, lambda items: not items) == []
    assert client.titles(main) == LENSES * 2


def test_a_failure_is_shown_to_the_user_once(faulty, write):
    (main,) = write({"main.py": HELLO})
    client = faulty(
        FAILING.format(method="_take_open_texts", condition=HAS.format("#" * 200))
    )
    client.open(main)
    assert client.titles(main) == LENSES

    for number in range(3):
        client.change(main, HELLO + "#" * 200 + str(number))
        assert client.titles(main) == LENSES

    assert len(client.told("window/showMessage")) == 1


def test_a_slow_text_does_not_block_requests(faulty, write, tmp_path):
    """Others are answered from the last results; when it is read, lenses follow."""
    main, other = write({"main.py": HELLO, "other/main.py": OTHER_HELLO})
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    client = faulty(
        "import funclens.discovery as discovery\n"
        "original = discovery.Workspace._take_open_texts\n"
        "def slow(self):\n"
        f"    if {HAS.format('# slow')}:\n"
        f"        open({str(pipe)!r}).read()\n"
        "    return original(self)\n"
        "discovery.Workspace._take_open_texts = slow\n"
    )
    client.open(main)
    client.open(other)
    assert client.titles(main) == LENSES

    client.change(main, HELLO + OTHER + "# slow\n")

    assert client.request("textDocument/hover", at(other, 4, 5)) is not None
    assert client.titles(main) == LENSES
    seen = len(client.told("workspace/codeLens/refresh"))
    pipe.write_text("go on")
    client.wait_until(lambda: len(client.told("workspace/codeLens/refresh")) > seen)
    assert client.titles(main) == LENSES * 2


@pytest.mark.parametrize(
    "files",
    [
        {".gitignore": "!\nbuild\\\n"},
        {"pyproject.toml": "tool = 5\n"},
        {"pyproject.toml": "[tool]\nfunclens = 5\n"},
        {"pyproject.toml": "[tool.funclens]\nexclude = ['!', 'a\\']\n"},
        {"pyproject.toml": f"a = {'[' * 3000}{']' * 3000}\n"},
        {"pyproject.toml": f"a = {'9' * 10_000}\n"},
        {"broken.py": "(" * 100_000},
        {"broken.py": HELLO + 'f"' + "{{a}}" * 24},
    ],
    ids=lambda files: repr(files)[:40],
)
def test_a_bad_file_does_not_block_the_server(vscode, write, files):
    main, *others = write({"main.py": HELLO, **files})
    client = vscode()
    for other in others:
        client.open(other)

    assert client.titles(main) == LENSES
    assert client.request("textDocument/hover", at(main, 0, 0)) is None


def test_pipes_do_not_block_the_server(vscode, write, workspace):
    (main,) = write({"main.py": HELLO})
    for name in ("pyproject.toml", ".gitignore", "requirements.txt", "pipe.py"):
        os.mkfifo(workspace / name)
    client = vscode()

    assert client.titles(main) == LENSES
    client.files_changed(
        (workspace / "requirements.txt", 2), (workspace / "pipe.py", 2)
    )
    assert client.titles(main) == LENSES


def test_a_client_that_never_responds_is_served(faulty, write):
    (main,) = write({"main.py": HELLO})
    client = faulty(
        "import funclens.lsp.language_server as server\nserver.CLIENT_SECONDS = 0.1",
        start=False,
    )
    client.ignores = {"client/registerCapability", "workspace/configuration"}
    client.start()

    assert client.titles(main) == LENSES


def test_what_was_skipped_is_logged_once(vscode, write):
    main, _ignore = write({"main.py": HELLO, ".gitignore": "build\\\n"})
    client = vscode()
    client.open(main)

    client.change(main, HELLO + OTHER)
    client.lenses(main)

    client.close()
    assert "".join(client.log).count(".gitignore") == 1
