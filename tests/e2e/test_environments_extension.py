"""The Python Environments extension creates environments, where it is installed."""

from __future__ import annotations

import json
import re
import sys
import urllib.request

import pytest
from playwright.sync_api import expect

from e2e.test_set_up import PATIENCE_MS, make_unit, names, require
from editor.code_server import CodeServer
from vsix.archive import write_vsix

ENVIRONMENTS_EXTENSION = """
const { execFileSync } = require("node:child_process");
const { Uri } = require("vscode");
exports.activate = () => ({
  getEnvironment: async () => undefined,
  getPythonProject: (uri) => ({ name: "lacking", uri }),
  refreshEnvironments: async () => undefined,
  createEnvironment: async (scope, options) => {
    const folder = Uri.joinPath(scope, ".venv").fsPath;
    execFileSync(PYTHON, ["-m", "venv", "--prompt", "made-by-the-extension", folder]);
    return options.quickCreate ? { sysPrefix: folder } : undefined;
  },
});
"""


def environments_extension(folder):
    """Make an extension that answers as Python Environments does."""
    (folder / "out").mkdir(parents=True)
    main = ENVIRONMENTS_EXTENSION.replace("PYTHON", json.dumps(sys.executable))
    (folder / "out" / "main.js").write_text(main, "utf-8")
    manifest = {
        "name": "vscode-python-envs",
        "publisher": "ms-python",
        "version": "2026.0.0",
        "displayName": "Python Environments",
        "description": "Creates environments.",
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


@pytest.mark.timeout(600)
def test_the_environments_extension_creates_the_environment(
    open_editor, editor_home, tmp_path
):
    """What it has created is removed if the requirements can't be installed."""
    source = make_unit(tmp_path / "source" / "lacking")
    require(source, "--no-index", "--find-links ./wheels", "greeting", "nowhere")
    extension = environments_extension(tmp_path / "environments")
    editor = open_editor(
        source,
        prepare=lambda profile: CodeServer(editor_home, profile).install_extension(
            extension
        ),
    )
    see = editor.workbench
    before = names(editor.folder)
    see.open_file("main.py")
    see.lens("Set up environment").click()
    failure = see.notification("Cannot set up main")
    expect(failure).to_contain_text("nowhere", timeout=PATIENCE_MS)
    assert names(editor.folder) == before

    require(editor.folder, "--no-index", "--find-links ./wheels", "greeting")
    see.lens("Set up environment").click()
    running = see.lens(re.compile(r"^● http://"))
    expect(running).to_be_visible(timeout=PATIENCE_MS)
    with urllib.request.urlopen(running.inner_text()[2:], timeout=30) as answer:
        assert answer.read() == b"greeting"
    settings = (editor.folder / ".venv" / "pyvenv.cfg").read_text("utf-8")
    assert "made-by-the-extension" in settings
