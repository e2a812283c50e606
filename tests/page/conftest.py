"""A real browser before the page of a real runner."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from editor.install import EditorError, chromium
from runner_process import RunnerProcess
from vsix.build import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "ci-output" / "page"
DEADLINE_MS = 45_000
"""Milliseconds to wait for what a page shows."""
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the browser; skip where there is none, but not in CI."""
    try:
        path = chromium()
    except EditorError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*BROWSER_OPTIONS]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return what opens a page in a profile of its own, and waits until it is live."""
    contexts = []

    def show(url: str, *, is_live: bool = True, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(DEADLINE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        if is_live:
            page.locator(".link.live").wait_for()
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write files (relative path to text) into a workspace folder."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "workspace"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return root

    return write


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., RunnerProcess]]:
    """Start runners that end with the test."""
    started = []

    def start(*folders: Path, **options: object) -> RunnerProcess:
        state = tmp_path / "state"
        state.mkdir(exist_ok=True)
        runner = RunnerProcess(*folders, state=state, **options)  # type: ignore[arg-type]
        started.append(runner)
        return runner.__enter__()

    yield start
    for runner in started:
        runner.stop()
