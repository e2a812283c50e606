"""The extension's package: one for every platform, the same every time, complete."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile

import pytest

from interpreters import VERSIONS, interpreters
from vsix.build import ROOT, build

SHOP = ROOT / "examples" / "shop"


@pytest.fixture(scope="module")
def vsix():
    return build(if_stale=True)


@pytest.fixture(scope="module")
def unpacked(vsix, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vsix")
    with zipfile.ZipFile(vsix) as archive:
        archive.extractall(folder)
    return folder / "extension"


def launch(unpacked, version, *arguments):
    """Run the bundled Funclens on a Python, far from any installed one."""
    python = interpreters()[version]
    script = unpacked / "bundled" / "launch_server.py"
    return subprocess.run(
        [python, "-I", "-u", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
    )


def test_the_package_is_the_same_when_it_is_built_again(vsix):
    first = hashlib.sha256(vsix.read_bytes()).hexdigest()

    again = build(if_stale=False)

    assert hashlib.sha256(again.read_bytes()).hexdigest() == first


def test_the_page_of_the_extension_shows_pictures_of_the_web_only(unpacked):
    """VS Code shows no others there."""
    page = (unpacked / "README.md").read_text("utf-8")

    assert re.findall(r"!\[[^\]]*\]\((?!https://)", page) == []
    assert page.startswith("# Funclens for VS Code\n\nRun, call and debug")


def test_the_package_holds_what_it_promises_and_nothing_for_one_platform(unpacked):
    manifest = json.loads((unpacked / "package.json").read_text("utf-8"))
    for name in (manifest["main"], manifest["icon"], "README.md", "LICENSE.txt"):
        assert (unpacked / name).is_file(), name
    for walkthrough in manifest["contributes"]["walkthroughs"]:
        for step in walkthrough["steps"]:
            assert (unpacked / step["media"]["image"]).is_file()
    native = {".so", ".pyd", ".dll", ".dylib", ".exe", ".pdb", ".c", ".pyx"}
    assert [path for path in unpacked.rglob("*") if path.suffix in native] == []


def test_the_package_is_small(vsix):
    assert vsix.stat().st_size < 4_000_000


def test_each_package_that_is_carried_is_listed_with_its_license(unpacked):
    notices = (unpacked / "ThirdPartyNotices.md").read_text("utf-8")
    row = re.compile(r"^\| \[(.+?)\]\(.+?\) \| (.+?) \| (.+?) \|$", re.MULTILINE)
    rows = row.findall(notices)
    listed = {f"{name.lower().replace('.', '_')}-{number}" for name, number, _ in rows}
    carried = {
        folder.name.removesuffix(".dist-info")
        for folder in (unpacked / "bundled" / "libs").glob("*.dist-info")
    }

    assert carried
    assert carried - listed == set()
    assert {"vscode-languageclient", "@codemirror/view"} <= {name for name, *_ in rows}
    assert "The package holds no text" not in notices


@pytest.mark.parametrize("version", sorted(interpreters(), key=VERSIONS.index))
def test_the_bundled_server_runs_on_every_python_of_this_machine(unpacked, version):
    done = launch(unpacked, version, "list", "--json", str(SHOP))

    if version != "3.9":
        assert done.stderr == ""
        assert len(json.loads(done.stdout)["functions"]) == 8
        return
    assert done.returncode == 1
    assert "needs Python 3.10 or later" in done.stderr
    assert "Traceback" not in done.stderr
