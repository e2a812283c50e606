"""The first minutes: no Python, a missing package, a crash, a report, the steps."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

from playwright.sync_api import expect

from e2e.test_life import language_servers
from editor.code_server import CodeServer
from funclens import __version__
from vsix.archive import write_vsix
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"


def test_a_missing_python_shows_what_to_do(open_editor):
    editor = open_editor(SHOP, environment={"PATH": "/nonexistent"})
    see = editor.workbench
    message = see.notification("No Python interpreter found")
    expect(message).to_contain_text("Install Python 3.10 or later")
    expect(message.get_by_role("button", name="Choose Python")).to_be_visible()
    expect(see.status_item("Funclens")).to_be_visible()
    see.picture("1-no-python")


def test_wrong_settings_are_reported_with_what_is_used_instead(open_editor, tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho '3.8.10 /usr/bin/python3.8'\n", "utf-8")
    old.chmod(0o755)
    settings = {"funclens.serverPython": str(old), "funclens.isolation": "functoin"}
    editor = open_editor(SHOP, settings={"funclens.port": 0, **settings})
    see = editor.workbench
    see.open_file("billing/main.py")

    expect(see.notification("functoin")).to_contain_text("unit")
    see.picture("1-typo")
    expect(see.lens("Run locally")).not_to_have_count(0)
    assert f"{old} (setting): it is Python 3.8.10" in editor.log()


PYTHON_EXTENSION = """
const { EventEmitter, Uri } = require("vscode");
exports.activate = () => {
  const changed = new EventEmitter();
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: "one", path: "one" }),
      resolveEnvironment: async (path) =>
        path.id === "one" ? { executable: { uri: Uri.file(PYTHON) } } : undefined,
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
"""


def python_extension(folder, python):
    """Make an extension that answers as Microsoft's Python extension does."""
    (folder / "out").mkdir(parents=True)
    main = PYTHON_EXTENSION.replace("PYTHON", json.dumps(str(python)))
    (folder / "out" / "main.js").write_text(main, "utf-8")
    manifest = {
        "name": "python",
        "publisher": "ms-python",
        "version": "2026.0.0",
        "displayName": "Python",
        "description": "Answers with one interpreter.",
        "engines": {"vscode": "^1.100.0"},
        "main": "./out/main.js",
        "activationEvents": [],
        "icon": "icon.png",
        "keywords": [],
        "categories": [],
    }
    (folder / "package.json").write_text(json.dumps(manifest), "utf-8")
    target = folder.with_suffix(".vsix")
    write_vsix(target, extension=folder, extra={})
    return target


def test_the_interpreter_of_the_python_extension_is_used(
    open_editor, editor_home, tmp_path
):
    chosen = tmp_path / "chosen" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", chosen.parents[1]], check=True
    )
    extension = python_extension(tmp_path / "python", chosen)
    editor = open_editor(
        SHOP,
        prepare=lambda profile: CodeServer(editor_home, profile).install_extension(
            extension
        ),
    )
    see = editor.workbench
    see.open_file("billing/main.py")

    expect(see.lens("Run locally")).not_to_have_count(0)
    assert f"(Python extension): {chosen}" in editor.log()


def test_a_restarted_server_offers_to_run_the_functions_again(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    see.lens("Run locally").first.click()
    see.url_in_lens("charge")
    [pid] = language_servers(editor)

    os.kill(pid, signal.SIGKILL)
    message = see.notification("stopped unexpectedly and was restarted")
    expect(message).to_be_visible()
    expect(see.lens("Run locally")).not_to_have_count(0)
    [successor] = language_servers(editor)
    assert successor != pid
    message.get_by_role("button", name="Run Functions Again").click()
    expect(see.lens(re.compile("[○●] http")).first).to_be_visible()


def test_the_palette_opens_a_report_and_a_walkthrough(open_editor):
    editor = open_editor(SHOP)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.status_item("8 functions")).to_be_visible()

    see.command("Funclens: Report Issue")
    text = see.page.locator(".editor-instance").last
    expect(text).to_contain_text(f"Extension: {__version__}")
    expect(text).to_contain_text("8 functions (8 http)")
    expect(text).to_contain_text("Nothing below has been sent anywhere")

    # Steps that were done by lenses are ticked.
    see.open_file("billing/main.py")
    see.lens("Debug").first.click()
    url = see.url_in_lens("charge")
    with urllib.request.urlopen(f"{url}?amount=3", timeout=60) as answer:
        assert answer.status == 201
    expect(see.lens(re.compile("^201 ·"))).to_be_visible()
    see.command("Welcome: Open Walkthrough...")
    see.pick("Cloud Functions with Funclens")
    for title in ("Run a function", "Send a request", "Stop at a breakpoint"):
        step = see.page.get_by_role("button", name=re.compile(title))
        expect(step.locator(".codicon.complete")).to_be_visible()
    see.page.set_viewport_size({"width": 1800, "height": 900})
    expect(see.page.locator(".getting-started-media img")).to_be_visible()
    see.picture("1-walkthrough")
