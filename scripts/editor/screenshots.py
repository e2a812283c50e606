"""Takes the pictures of the README and the walkthrough in the real editor."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from e2e.workbench import Workbench
from editor.code_server import CodeServer, Profile
from editor.install import chromium, install
from vsix.build import ROOT, build

if TYPE_CHECKING:
    from collections.abc import Iterator

README = ROOT / "docs" / "images"
WALKTHROUGH = ROOT / "extension" / "walkthrough"
SETTINGS = {
    "security.workspace.trust.enabled": False,
    "editor.minimap.enabled": False,
    "editor.fontSize": 13,
    "editor.occurrencesHighlight": "off",
    "remote.autoForwardPorts": False,
    "window.commandCenter": False,
    "workbench.layoutControl.enabled": False,
}
HEIGHT = 720
DARK, LIGHT = "Default Dark Modern", "Default Light Modern"
WIDTHS = (1180, 860)


@dataclass(frozen=True)
class Series:
    """Pictures that look alike."""

    folder: Path
    theme: str = DARK
    width: int = WIDTHS[0]
    scale: int = 1


PUBLISHED = (Series(README, scale=2), Series(WALKTHROUGH))


def main() -> int:
    """Take all pictures, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--looks",
        type=Path,
        metavar="FOLDER",
        help="put pictures in light and dark, wide and narrow, into a folder instead",
    )
    looks = parser.parse_args().looks
    series = PUBLISHED if looks is None else tuple(_looks(looks.absolute()))
    for item in series:
        with tempfile.TemporaryDirectory(prefix="funclens-") as temporary:
            _take(item, Path(temporary))
    return 0


def _looks(folder: Path) -> Iterator[Series]:
    for name, theme in (("dark", DARK), ("light", LIGHT)):
        for width in WIDTHS:
            yield Series(folder / f"{name}-{width}", theme, width)


def _take(series: Series, temporary: Path) -> None:
    folder = temporary / "shop"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "examples" / "shop", folder, ignore=ignore)
    settings = {**SETTINGS, "workbench.colorTheme": series.theme}
    with _workbench(Profile(temporary / "profile", settings), folder, series) as see:
        _running(see)
        _problems(see)
        _sending(see)
        _debugging(see)


@contextmanager
def _workbench(profile: Profile, folder: Path, series: Series) -> Iterator[Workbench]:
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
        )
        see = Workbench(context.new_page(), series.folder)
        see.open(server.url_of(folder))
        yield see
        browser.close()


def _running(see: Workbench) -> None:
    rows = see.show_functions()
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    _get(f"{see.url_in_lens('charge')}?amount=12.50")
    expect(rows.filter(has_text="ready")).to_have_count(1)
    expect(see.lens("201 · ")).to_be_visible()
    see.go_to(13)
    expect(see.page.locator(".monaco-progress-container.active")).to_have_count(0)
    see.picture("run")


def _problems(see: Workbench) -> None:
    problems = see.show_problems()
    expect(problems.filter(has_text="health").first).to_be_visible()
    see.open_file("billing/main.py")
    see.go_to(35)
    see.picture("problems")
    see.page.keyboard.press("Control+j")
    expect(see.page.locator(".markers-panel")).to_be_hidden()


def _sending(see: Workbench) -> None:
    see.go_to(15)
    see.page.keyboard.press("Control+b")
    see.command("Funclens: Send Request to Function")
    panel = see.panel()
    panel.get_by_label("Body", exact=True).fill('{\n  "amount": "12.50"\n}')
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("status")).to_contain_text("201 CREATED")
    expect(panel.get_by_role("status")).to_contain_text("B")
    see.picture("send")
    see.page.keyboard.press("Control+b")
    see.command("View: Close All Editors in Group")


def _debugging(see: Workbench) -> None:
    see.open_file("billing/main.py")
    see.go_to(17)
    see.page.keyboard.press("F9")
    see.lens("Debug").first.click()
    expect(see.debug_toolbar()).to_be_visible()
    request = threading.Thread(
        target=_get, args=(f"{see.url_in_lens('charge')}?amount=12.50",)
    )
    request.start()
    expect(see.stopped_line()).to_be_visible()
    see.page.get_by_role("treeitem", name="Scope Locals").click()
    variable = see.page.get_by_role("treeitem").filter(has_text="amount")
    expect(variable.first).to_be_visible()
    see.picture("debug")
    see.page.keyboard.press("F9")
    see.page.keyboard.press("F5")
    request.join(30)


def _get(url: str) -> None:
    urllib.request.urlopen(url, timeout=60).close()  # noqa: S310 - our own address


if __name__ == "__main__":
    sys.exit(main())
