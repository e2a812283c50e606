"""Editor settings lie over those of pyproject.toml."""

from __future__ import annotations

from funclens.folder_settings import ProjectSettings
from funclens.lsp.configuration import EditorSettings, resolve


def project(folder, text):
    (folder / "pyproject.toml").write_text(f"[tool.funclens]\n{text}\n")
    return str(folder)


def test_the_editor_overrides_pyproject(tmp_path):
    folder = project(tmp_path, "port = 9000\nreload = false")

    found = resolve([folder], EditorSettings({"port": 9001}))

    assert (found.window.port, found.window.reload) == (9001, False)
    assert found.editor == {folder: {"port": 9001}}


def test_a_default_sent_by_the_editor_does_not_override_pyproject(tmp_path):
    folder = project(tmp_path, 'port = 9000\nexclude = ["old"]')
    sent = {"port": 8080, "exclude": [], "endpoints": {}, "codeLens": True}

    found = resolve([folder], EditorSettings(sent))

    assert found.folders[folder].exclude == ("old",)
    assert (found.window.port, found.editor) == (9000, {folder: {}})


def test_a_project_file_that_is_being_edited_counts_for_what_it_last_said(tmp_path):
    folder, projects = project(tmp_path, "port = 9000"), ProjectSettings()
    resolve([folder], EditorSettings(), projects)
    project(tmp_path, "port = ")

    found = resolve([folder], EditorSettings(), projects)

    assert found.window.port == 9000
    assert "not valid TOML" in found.complaints[0]
    project(tmp_path, "port = 9001")
    assert resolve([folder], EditorSettings(), projects).window.port == 9001


def test_folders_can_have_different_settings(tmp_path):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    editor = EditorSettings({}, {one: {"python": "/a"}, two: {"python": "/b"}})

    found = resolve([one, two], editor)

    assert {folder: item.python for folder, item in found.folders.items()} == {
        one: "/a",
        two: "/b",
    }


def test_an_invalid_setting_is_reported_once(tmp_path):
    editor = EditorSettings({"prot": 1, "port": "x"})

    found = resolve([str(tmp_path / "a"), str(tmp_path / "b")], editor)

    assert len(found.complaints) == 2
    assert "Did you mean `port`?" in found.complaints[0]


def test_settings_of_the_extension_are_not_reported():
    editor = EditorSettings({"serverPython": "/p", "trace": {"server": "off"}})

    assert resolve([], editor).complaints == ()


def test_one_invalid_value_in_a_table_keeps_the_others(tmp_path):
    words = {"returns-none": "of", "missing-requirement": "off"}

    found = resolve([str(tmp_path)], EditorSettings({"severity": words}))

    assert found.window.severity == {"missing-requirement": "off"}
    (complaint,) = found.complaints
    assert "`severity` of `returns-none` must be one of error" in complaint
    assert complaint.endswith("off, not 'of'")
