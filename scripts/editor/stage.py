"""Opens the example shop in the real editor, as the pictures of the docs show it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from e2e.workbench import Workbench
from editor.code_server import CodeServer, Profile
from editor.install import chromium, install
from vsix.build import ROOT, build

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DARK", "LIGHT", "SHOP", "WIDTHS", "Series", "stage"]

SHOP = ROOT / "examples" / "shop"
SETTINGS = {
    "security.workspace.trust.enabled": False,
    "editor.minimap.enabled": False,
    "editor.fontSize": 13,
    "editor.occurrencesHighlight": "off",
    "editor.cursorBlinking": "solid",
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "debug.internalConsoleOptions": "neverOpen",
    "json.schemaDownload.enable": False,
    "remote.autoForwardPorts": False,
    "window.commandCenter": False,
    "workbench.layoutControl.enabled": False,
    "workbench.reduceMotion": "on",
}
HEIGHT = 720
OF_THE_BROWSER = r"#status\.workbench\.keyboardLayout { display: none }"
"""Hides what VS Code shows in a browser only."""
DARK, LIGHT = "Dark Modern", "Light Modern"
WIDTHS = (1180, 860)
LAUNCH = '{\n  "version": "0.2.0",\n  "configurations": [\n    \n  ]\n}\n'
REQUESTS = """\
### A charge
POST {{url}}/charge
Content-Type: application/json

{"amount": "12.50"}

### What the shop sells
GET {{url}}/search?q=lamp
"""


@dataclass(frozen=True)
class Series:
    """Pictures that look alike."""

    folder: Path
    theme: str = DARK
    width: int = WIDTHS[0]
    scale: int = 1


@contextmanager
def stage(series: Series, folder: Path | None = None) -> Iterator[Workbench]:
    """Open a folder, or a copy of the shop, in a window; yield what drives it."""
    with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
        folder = folder or _shop(Path(temporary))
        settings = {**SETTINGS, "workbench.colorTheme": series.theme}
        profile = Profile(Path(temporary) / "profile", settings)
        with _window(profile, folder, series) as see:
            yield see


def _shop(temporary: Path) -> Path:
    folder = temporary / "shop"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SHOP, folder, ignore=ignore)
    (folder / "requests.http").write_text(REQUESTS, "utf-8")
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "launch.json").write_text(LAUNCH, "utf-8")
    return folder


@contextmanager
def _window(profile: Profile, folder: Path, series: Series) -> Iterator[Workbench]:
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    server = CodeServer(install(), profile, environment={"PATH": path})
    server.install_extension(build(if_stale=True))
    with server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": series.width, "height": HEIGHT},
            device_scale_factor=series.scale,
            reduced_motion="reduce",
        )
        see = Workbench(context.new_page(), series.folder)
        see.open(server.url_of(folder))
        see.page.add_style_tag(content=OF_THE_BROWSER)
        yield see
        browser.close()
