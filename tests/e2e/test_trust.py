"""In an untrusted workspace functions are listed, and nothing of it is run."""

from __future__ import annotations

from playwright.sync_api import expect

from vsix.build import ROOT

SHOP = ROOT / "examples" / "shop"
TRUST = {"security.workspace.trust.enabled": True}


def plant_interpreter(folder, evidence):
    """Put an interpreter into the workspace that leaves a trace when it runs."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ntouch "{evidence}"\nexec python3 "$@"\n', "utf-8")
    python.chmod(0o755)


def test_an_untrusted_workspace_is_read_but_not_run(open_editor, tmp_path):
    evidence = tmp_path / "ran"
    workspace = tmp_path / "source" / "shop"
    workspace.parent.mkdir()
    (workspace / "app").mkdir(parents=True)
    (workspace / "app" / "main.py").write_text(
        "import functions_framework\n\n"
        f"open({str(evidence)!r}, 'w').close()\n\n\n"
        "@functions_framework.http\n"
        "def hello(request):\n"
        '    return "hello"\n',
        "utf-8",
    )
    plant_interpreter(workspace, evidence)
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(
        '{"funclens.serverPython": ".venv/bin/python"}', "utf-8"
    )

    editor = open_editor(workspace, settings=TRUST, alone=True)
    see = editor.workbench
    expect(see.status_item("Restricted Mode")).to_be_visible()
    see.open_file("app/main.py")
    expect(see.status_item("1 function")).to_be_visible()
    expect(see.lens("Run locally")).to_have_count(0)
    see.show_functions()
    why = see.page.locator(".welcome-view-content")
    expect(why).to_contain_text("lenses are hidden, because this workspace is not trus")
    expect(see.tree_row("hello")).to_be_visible()
    see.picture("1-untrusted")
    assert not evidence.exists()
    assert not [c for c in editor.processes().values() if " run " in c]

    see.page.get_by_role("button", name="Manage Workspace Trust").click()
    see.page.get_by_role("button", name="Trust", exact=True).first.click()
    see.open_file("app/main.py")
    expect(see.lens("Run locally")).not_to_have_count(0)
    assert "the workspace is trusted now" in editor.log()
