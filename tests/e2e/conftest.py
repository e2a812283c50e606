"""A real VS Code with the extension installed, on a copy of a workspace."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
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

    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "ci-output" / "e2e"
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nobody looks at a window long enough for its code to pay for optimizing.
    "--js-flags=--no-opt --no-maglev",
)
SETTINGS = {
    "security.workspace.trust.enabled": False,
    "funclens.port": 0,
    # Ports that others open on this machine are not what is looked at.
    "remote.autoForwardPorts": False,
    # What is typed arrives as it was typed.
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    # What is offered comes from who knows, not from the words of the file.
    "editor.wordBasedSuggestions": "off",
    "json.schemaDownload.enable": False,
    # No workspace here is a repository, nor has it tasks to look for.
    "git.enabled": False,
    "npm.autoDetect": "off",
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "editor.autoIndent": "none",
    "editor.minimap.enabled": False,
    # Nothing moves that nobody looks at: each frame is drawn by the processor.
    "editor.cursorBlinking": "solid",
    "workbench.reduceMotion": "on",
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


def new_page(browser: Browser, size: tuple[int, int]) -> Page:
    """Open a page in a context of its own, as in a browser of its own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    return context.new_page()


@dataclass
class Host:
    """A code-server, its profile, and the mark that its processes carry."""

    server: CodeServer
    profile: Profile
    mark: str

    def logs(self) -> set[Path]:
        """Return the logs of language servers, of all windows so far."""
        folder = self.profile.folder / "data" / "logs"
        return set(folder.rglob("*Funclens Language Server.log"))


@dataclass
class Editor:
    """A window of a running editor."""

    host: Host
    workbench: Workbench
    folder: Path
    """The copy of the workspace that is open."""
    earlier_logs: set[Path]
    """Logs of windows that were opened before."""
    windows: list[Workbench] = field(default_factory=list)

    @property
    def server(self) -> CodeServer:
        """The code-server of the window."""
        return self.host.server

    def another_window(self) -> Workbench:
        """Open the same folder in a second window, as of another browser."""
        opener = self.workbench.page.context.browser
        assert opener is not None
        pictures = self.workbench.pictures / f"window-{len(self.windows) + 2}"
        window = Workbench(new_page(opener, (1280, 800)), pictures)
        self.windows.append(window)
        window.open(self.server.url_of(self.folder))
        return window

    def change_settings(self, settings: Mapping[str, Any]) -> None:
        """Change the settings of the workspace while it is open."""
        path = self.folder / ".vscode" / "settings.json"
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".new")  # what is half written is read by nobody
        beside.write_text(json.dumps(settings), "utf-8")
        beside.replace(path)

    def close_windows(self) -> None:
        """Close the windows that `another_window` opened."""
        for window in self.windows:
            window.page.context.close()

    def processes(self) -> Mapping[int, str]:
        """Return what runs because of this code-server: process id to command line."""
        return processes_of(self.host.mark)

    def log(self) -> str:
        """Return the log of the language server, as far as it is written."""
        found = sorted(self.host.logs() - self.earlier_logs)
        return "\n".join(path.read_text("utf-8") for path in found)


def make_host(
    editor_home: Path, profile: Profile, environment: Mapping[str, str] = {}
) -> Host:
    """Return a code-server that is not started yet."""
    mark = uuid.uuid4().hex
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "FUNCLENS_TEST_MARK": mark, **environment}
    return Host(
        CodeServer(editor_home, profile, environment=environment), profile, mark
    )


@pytest.fixture(scope="session")
def shared_host(
    editor_home: Path, extensions: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """Start the code-server that most tests open their windows in.

    What a window remembers lives in its browser context, so windows are strangers to
    each other; the user's settings are written before each opens.
    """
    folder = tmp_path_factory.mktemp("profile")
    host = make_host(editor_home, Profile(folder, SETTINGS, extensions))
    with host.server:
        yield host


@pytest.fixture
def open_editor(
    editor_home: Path,
    extensions: Path,
    browser: Browser,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Editor]]:
    """Return what opens a copy of a workspace in a fresh window.

    With `alone`, an environment or a prepared profile, in a code-server that no other
    test has windows in.
    """
    with ExitStack() as stack:
        made: list[Editor] = []

        def own_host(
            environment: Mapping[str, str],
            prepare: Callable[[Profile], None] | None,
        ) -> Host:
            shared = None if prepare else extensions
            profile = Profile(tmp_path / "profile", SETTINGS, shared)
            if prepare:
                shutil.copytree(extensions, profile.extensions)
                prepare(profile)
            host = make_host(editor_home, profile, environment)
            stack.enter_context(host.server)
            return host

        def start(
            workspace: Path,
            *,
            settings: Mapping[str, Any] = {},
            environment: Mapping[str, str] = {},
            size: tuple[int, int] = (1280, 800),
            prepare: Callable[[Profile], None] | None = None,
            alone: bool = False,
        ) -> Editor:
            folder = tmp_path / workspace.name
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(workspace, folder, ignore=ignore)
            host: Host = (
                own_host(environment, prepare)
                if alone or environment or prepare
                else request.getfixturevalue("shared_host")
            )
            replace(host.profile, settings={**SETTINGS, **settings}).write_settings()
            page = new_page(browser, size)
            stack.callback(page.context.close)
            workbench = Workbench(page, PICTURES / request.node.name)
            editor = Editor(host, workbench, folder, host.logs())
            made.append(editor)
            stack.callback(editor.close_windows)
            workbench.open(editor.server.url_of(folder))
            return editor

        failed_before = request.session.testsfailed
        yield start
        if request.session.testsfailed > failed_before:
            for editor in made:
                for window in (editor.workbench, *editor.windows):
                    if not window.page.is_closed():
                        window.picture("failed")
                print(editor.log())  # noqa: T201 - pytest shows it
