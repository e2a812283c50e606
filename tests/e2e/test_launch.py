"""launch.json: completed as it is written, beside a test run and other debuggers."""

from __future__ import annotations

import json
import shutil
import socket
import sys

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from e2e.test_debug import line_with
from e2e.workbench import DEADLINE_MS, PATIENCE_MS
from editor.code_server import CodeServer
from vsix.archive import write_vsix
from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"

OTHER_DEBUGGER = """
const { debug, DebugAdapterExecutable, window } = require("vscode");
exports.activate = (context) => {
  context.subscriptions.push(
    debug.registerDebugConfigurationProvider("debugpy", {
      resolveDebugConfiguration: (_folder, configuration) => {
        if (configuration.request) return configuration;
        window.showInformationMessage("The other debugger was asked.");
        return undefined;
      },
    }),
    debug.registerDebugAdapterDescriptorFactory("debugpy", {
      createDebugAdapterDescriptor: () =>
        new DebugAdapterExecutable(PYTHON, ["-m", "debugpy.adapter"]),
    }),
  );
};
"""
MANIFEST = {
    "name": "debugpy",
    "publisher": "ms-python",
    "version": "2026.0.0",
    "displayName": "Python Debugger",
    "description": "Starts debugpy, as Microsoft's extension does.",
    "engines": {"vscode": "^1.100.0"},
    "main": "./out/main.js",
    "activationEvents": ["onDebugResolve:debugpy"],
    "icon": "icon.png",
    "keywords": [],
    "categories": [],
    "contributes": {
        "breakpoints": [{"language": "python"}],
        "debuggers": [
            {
                "type": "debugpy",
                "label": "Python Debugger",
                "languages": ["python"],
                "configurationAttributes": {"launch": {"properties": {}}},
            }
        ],
    },
}
CHECK = """
import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
    body = answer.read().decode()
assert "3.20" in body, body
open("passed", "w").close()
"""


def other_debugger(folder):
    """Make an extension that debugs Python as the Python Debugger extension does."""
    (folder / "out").mkdir(parents=True)
    main = OTHER_DEBUGGER.replace("PYTHON", json.dumps(sys.executable))
    (folder / "out" / "main.js").write_text(main, "utf-8")
    (folder / "package.json").write_text(json.dumps(MANIFEST), "utf-8")
    target = folder.with_suffix(".vsix")
    write_vsix(target, extension=folder, extra={})
    return target


def workspace_with(tmp_path, launch, **files):
    workspace = tmp_path / "source" / "shop"
    shutil.copytree(SHOP, workspace, ignore=shutil.ignore_patterns("__pycache__"))
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "launch.json").write_text(launch, "utf-8")
    for name, text in files.items():
        (workspace / f"{name}.py").write_text(text, "utf-8")
    return workspace


def test_launch_json_completes_units_and_functions(open_editor, tmp_path):
    launch = '{\n  "version": "0.2.0",\n  "configurations": [\n    \n  ]\n}\n'
    workspace = workspace_with(tmp_path, launch)
    editor = open_editor(workspace)
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.status_item("8 functions")).to_be_visible()
    see.open_file("launch.json")
    see.go_to(4)
    see.page.keyboard.press("End")
    offers = see.suggest("Funclens: Debug All Functions")
    see.picture("1-snippets")
    offers.get_by_role("option", name="Funclens: Debug All Functions").first.click()
    text = see.page.locator(".editor-instance .view-lines")
    expect(text).to_contain_text('"name": "Debug Cloud Functions"')

    see.find('"all"')
    see.page.keyboard.press("Delete")
    see.type('""')
    see.page.keyboard.press("ArrowLeft")
    see.suggest('"all"', "billing.main", "billing.main.charge")
    see.picture("2-targets")
    see.type("catalog.main.sea")
    see.picture("3-typed")
    offers.get_by_role("option", name="catalog.main.search").first.click()
    expect(text).to_contain_text('"functions": "catalog.main.search"')


def test_a_compound_debugs_functions_and_a_test_run(open_editor, editor_home, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configurations = [
        {
            "type": "funclens",
            "request": "launch",
            "name": "Functions",
            "functions": "billing.main",
        },
        {
            "type": "debugpy",
            "request": "launch",
            "name": "Check",
            "program": "${workspaceFolder}/check.py",
            "args": [f"http://127.0.0.1:{port}/charge?amount=3.20"],
            "cwd": "${workspaceFolder}",
            "python": [sys.executable],
            "console": "internalConsole",
        },
    ]
    compounds = [{"name": "Both", "configurations": ["Functions", "Check"]}]
    launch = {"configurations": configurations, "compounds": compounds}
    waiting = CHECK.replace("import sys\n", "import sys\nimport socket\n").replace(
        "\nwith urllib",
        f"\nwhile socket.socket().connect_ex(('127.0.0.1', {port})):\n"
        "    pass\nwith urllib",
    )
    workspace = workspace_with(tmp_path, json.dumps(launch), check=waiting)
    extension = other_debugger(tmp_path / "debugpy")
    editor = open_editor(
        workspace,
        settings={"funclens.port": port},
        prepare=lambda profile: CodeServer(editor_home, profile).install_extension(
            extension
        ),
    )
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.go_to(line_with(workspace / "billing" / "main.py", "amount = ("))
    see.page.keyboard.press("F9")
    see.command("Debug: Select and Start Debugging")
    see.pick("Both", prefix="debug ")

    expect(see.stopped_line()).to_be_visible()
    sessions = see.page.get_by_role("treegrid", name="Debug Call Stack")
    expect(sessions).to_contain_text("Check")
    expect(sessions).to_contain_text("Functions")
    see.picture("1-both")
    see.page.keyboard.press("F5")
    expect(see.stopped_line()).to_have_count(0)
    expect(sessions).not_to_contain_text("Check")
    assert (editor.folder / "passed").exists()
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()


def test_f5_debugs_the_unit_that_loads_the_open_file(
    open_editor, editor_home, tmp_path
):
    """In a helper, too; any other file is for other debuggers."""
    workspace = workspace_with(tmp_path, "{}", check="print('no unit imports me')\n")
    (workspace / ".vscode" / "launch.json").unlink()
    extension = other_debugger(tmp_path / "debugpy")
    editor = open_editor(
        workspace,
        prepare=lambda profile: CodeServer(editor_home, profile).install_extension(
            extension
        ),
    )
    see = editor.workbench
    see.open_file("billing/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    see.open_file("check.py")
    see.page.keyboard.press("F5")
    expect(see.notification("The other debugger was asked")).to_be_visible()
    expect(see.debug_toolbar()).to_be_hidden()

    see.open_file("billing/helper.py")
    # The key means the unit once the server has said that it loads this file.
    for _ in range(DEADLINE_MS // PATIENCE_MS):
        see.page.keyboard.press("F5")
        try:
            see.debug_toolbar().wait_for(timeout=PATIENCE_MS)
            break
        except PlaywrightTimeout:
            continue
    see.open_file("billing/main.py")
    see.url_in_lens("charge")
    see.page.keyboard.press("Shift+F5")
    expect(see.debug_toolbar()).to_be_hidden()

    see.page.keyboard.press("F5")
    expect(see.debug_toolbar()).to_be_visible()
