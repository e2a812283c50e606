"""A walk in a process of its own finds what a walk in this one finds."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from funclens.catalog import build_catalog, listing
from funclens.discovery import Workspace
from funclens.discovery.files.prescan import prescan as prescan_module
from funclens.discovery.files.prescan import walker
from funclens.discovery.files.prescan.prescan import Prescan
from funclens.settings_parser import from_pyproject, merge
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from funclens.settings import Settings

FUNCTION = "def {}(request):\n    return ''\n"
FILES = {
    "main.py": FUNCTION.format("top"),
    "pyproject.toml": "[tool.funclens]\nexclude = ['excluded/']\n",
    ".gitignore": "generated/\n",
    "a/main.py": "from helpers import used\n",
    "a/helpers.py": FUNCTION.format("used"),
    "a/deploy.sh": "gcloud functions deploy used-name --entry-point used\n",
    "a/requirements.txt": "functions-framework\n",
    "b/main.tf": 'resource "google_cloudfunctions_function" "f" {\n  name = "n"\n}\n',
    "excluded/main.py": FUNCTION.format("excluded"),
    "generated/main.py": FUNCTION.format("generated"),
    ".github/workflows/ci.yml": "run: gcloud functions deploy top --entry-point top\n",
    "inner/main.py": FUNCTION.format("inner"),
    "inner/.gitignore": "later/\n",
}


# The plugins of a test run have threads; the forked walk does not use them.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


@pytest.fixture(autouse=True)
def _can_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prescan_module, "_may_fork", lambda: True)


def settings_of(*folders: Path) -> dict[str, Settings]:
    return {str(folder): merge(from_pyproject(folder)) for folder in folders}


def start_for(*folders: Path) -> Prescan:
    prescan = Prescan.start()
    assert prescan is not None
    prescan.begin(settings_of(*folders))
    return prescan


def open_by_prescan(prescan: Prescan, *folders: Path) -> Workspace:
    settings = settings_of(*folders)
    workspace = Workspace(list(settings), settings)
    workspace.load(prescan)
    return workspace


def facts_of(workspace: Workspace) -> tuple[object, ...]:
    facts = workspace.facts()
    return (
        listing(build_catalog(facts)),
        facts.notes,
        [folder.counted for folder in facts.folders],
    )


@pytest.mark.parametrize("names", [["."], [".", "inner"], ["inner", "."]])
def test_a_prescan_finds_what_a_walk_finds(tmp_path: Path, names: list[str]) -> None:
    write_tree(tmp_path, FILES)
    (tmp_path / "pipe.py").symlink_to("pipe.py")
    folders = [tmp_path / name for name in names]

    workspace = open_by_prescan(start_for(*folders), *folders)

    assert facts_of(workspace) == facts_of(open_tree(*folders))
    assert build_catalog(workspace.facts()).functions


def test_ignore_files_found_by_a_prescan_apply_to_later_files(tmp_path: Path) -> None:
    write_tree(tmp_path, FILES)
    workspace = open_by_prescan(start_for(tmp_path), tmp_path)
    before = facts_of(workspace)

    late = write_tree(tmp_path, {"inner/later/main.py": FUNCTION.format("late")})
    workspace.changed([str(late / "inner" / "later")])

    assert facts_of(workspace) == before


def test_the_folder_is_walked_again_if_the_process_dies(tmp_path: Path) -> None:
    write_tree(tmp_path, FILES)
    prescan = start_for(tmp_path)
    os.kill(prescan.process, signal.SIGKILL)

    workspace = open_by_prescan(prescan, tmp_path)

    assert facts_of(workspace) == facts_of(open_tree(tmp_path))


def test_an_error_in_the_other_process_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> Iterator[None]:
        raise RuntimeError("lost")

    write_tree(tmp_path, FILES)
    monkeypatch.setattr(walker, "scan_folder", fail)

    workspace = open_by_prescan(start_for(tmp_path), tmp_path)

    assert facts_of(workspace) == facts_of(open_tree(tmp_path))
    assert capfd.readouterr() == ("", "")


def test_no_process_is_left_running(tmp_path: Path) -> None:
    prescan = start_for(tmp_path)
    open_by_prescan(prescan, tmp_path)

    with pytest.raises(ChildProcessError):
        os.waitpid(prescan.process, 0)


def test_a_process_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from funclens.discovery.files.prescan import prescan, walker\n"
        "from funclens.settings import Settings\n"
        "prescan._may_fork = lambda: True\n"
        "def endless(*arguments):\n"
        "    while True:\n"
        "        yield\n"
        "walker.walk = endless\n"
        "started = prescan.Prescan.start()\n"
        "started.begin({sys.argv[1]: Settings()})\n"
        "print(started is not None, flush=True)\n"
        "sys.stdin.read()\n"
    )
    alive, held = os.pipe()  # `held` closes when the last of the two has ended
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[held],
    )
    os.close(held)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "True\n"
    assert select.select([alive], [], [], 0)[0] == []

    owner.kill()

    assert select.select([alive], [], [], 30)[0] == [alive]
    owner.communicate()
    os.close(alive)
