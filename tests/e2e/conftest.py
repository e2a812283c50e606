"""A real VS Code with the extension installed, on a copy of a workspace."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from e2e.processes import processes_of
from e2e.workbench import Workbench
from editor.code_server import CodeServer, Profile
from editor.install import EditorError, chromium, install
from vsix.build import ROOT, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser

PICTURES = ROOT / "ci-output" / "e2e"
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTINGS = {
    "security.workspace.trust.enabled": False,
    "funclens.port": 0,
    # Ports that others open on this machine are not what is looked at.
    "remote.autoForwardPorts": False,
    # What is typed arrives as it was typed.
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "editor.autoIndent": "none",
    "editor.minimap.enabled": False,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def editor_home() -> Path:
    """Return the installed editor; skip where it cannot be had, but not in CI."""
    try:
        chromium()
        return install()
    except EditorError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def vsix() -> Path:
    return build(if_stale=True)


@pytest.fixture(scope="session")
def extensions(
    editor_home: Path, vsix: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder of extensions in which ours is installed."""
    profile = Profile(tmp_path_factory.mktemp("installed"))
    CodeServer(editor_home, profile).install_extension(vsix)
    return profile.extensions


@pytest.fixture(scope="session")
def browser(editor_home: Path) -> Iterator[Browser]:  # noqa: ARG001 - or it skips
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*BROWSER_OPTIONS]
        )
        yield browser
        browser.close()


@dataclass
class Editor:
    """A running editor with one page open."""

    server: CodeServer
    workbench: Workbench
    folder: Path
    """The copy of the workspace that is open."""
    mark: str
    """Stands in the environment of every process that the editor started."""
    logs: Path = field(default_factory=Path)

    def processes(self) -> Mapping[int, str]:
        """Return what runs because of this editor: process id to command line."""
        return processes_of(self.mark)

    def log(self) -> str:
        """Return the log of the language server, as far as it is written."""
        found = sorted(self.logs.rglob("*Funclens Language Server.log"))
        return "\n".join(path.read_text("utf-8") for path in found)


@pytest.fixture
def open_editor(
    editor_home: Path,
    extensions: Path,
    browser: Browser,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Editor]]:
    """Return what opens a copy of a workspace in an editor of its own."""
    with ExitStack() as stack:
        made: list[Editor] = []

        def start(
            workspace: Path,
            *,
            settings: Mapping[str, Any] = {},
            environment: Mapping[str, str] = {},
            size: tuple[int, int] = (1280, 800),
            prepare: Callable[[Profile], None] | None = None,
        ) -> Editor:
            folder = tmp_path / workspace.name
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(workspace, folder, ignore=ignore)
            mark = uuid.uuid4().hex
            profile = Profile(
                tmp_path / "profile",
                {**SETTINGS, **settings},
                None if prepare else extensions,
            )
            if prepare:
                shutil.copytree(extensions, profile.extensions)
                prepare(profile)
            server = CodeServer(
                editor_home,
                profile,
                environment={
                    "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
                    "FUNCLENS_TEST_MARK": mark,
                    **environment,
                },
            )
            stack.enter_context(server)
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                permissions=["clipboard-read", "clipboard-write"],
            )
            stack.callback(context.close)
            name = request.node.name
            workbench = Workbench(context.new_page(), PICTURES / name)
            logs = profile.folder / "data" / "logs"
            editor = Editor(server, workbench, folder, mark, logs)
            made.append(editor)
            workbench.open(server.url_of(folder))
            return editor

        failed_before = request.session.testsfailed
        yield start
        if request.session.testsfailed > failed_before:
            for editor in made:
                editor.workbench.picture("failed")
                print(editor.log())  # noqa: T201 - pytest shows it
