"""Builds dist/funclens-VERSION.vsix from the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from vsix.archive import write_vsix
from vsix.bundle import BundleError, fill
from vsix.licenses import bill_of_materials, notices

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["build", "page_of"]

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "extension"
INPUTS = (
    "extension/package.json",
    "extension/package-lock.json",
    "extension/README.md",
    "extension/esbuild.mjs",
    "extension/tsconfig.json",
    "extension/src/**/*",
    "extension/media/**/*",
    "extension/walkthrough/**/*",
    "extension/bundle/*",
    "server/**/*.*",
    "docs/reference/diagnostics.md",
    "scripts/vsix/*.py",
    "CHANGELOG.md",
    "LICENSE",
    "pyproject.toml",
)
PLACEHOLDER = "/OWNER/"
"""Stands for the owner of the repository until `scripts/set_repository` is run."""

PICTURE = re.compile(r"(!\[[^\]]*\])\((?!https?:)([^)]+)\)\n\n")
"""A picture beside a Markdown page: what it shows, and its path."""


def build(*, if_stale: bool) -> Path:
    """Build the extension, and return the path of the .vsix.

    With `if_stale`, an earlier build of the same inputs is returned as it is.
    Builds wait for each other.
    Raises BundleError with the next step when a tool or package is missing.
    """
    manifest = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    _check_version(manifest["version"])
    target = ROOT / "dist" / f"funclens-{manifest['version']}.vsix"
    target.parent.mkdir(exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _built(target, if_stale=if_stale)


def _built(target: Path, *, if_stale: bool) -> Path:
    stamp = target.with_suffix(".inputs")
    digest = _digest_of_inputs()
    made_of = stamp.read_text("utf-8") if target.exists() and stamp.exists() else ""
    if if_stale and made_of == digest:
        return target
    _run([str(ROOT / "scripts" / "install_node")])
    _run(["npm", "run", "--silent", "build"])
    _run([str(ROOT / "scripts" / "install_python")])
    fill(EXTENSION / "bundled", root=ROOT, python=ROOT / ".venv" / "bin" / "python")
    write_vsix(target, extension=EXTENSION, extra=_extra())
    stamp.write_text(digest, "utf-8")
    return target


def _extra() -> dict[str, Path]:
    page = ROOT / "dist" / "README.md"
    page.write_text(page_of(EXTENSION), "utf-8")
    licenses = ROOT / "dist" / "ThirdPartyNotices.md"
    libs = EXTENSION / "bundled" / "libs"
    licenses.write_text(notices(libs, EXTENSION), "utf-8")
    contents = ROOT / "dist" / "extension.cdx.json"
    contents.write_text(bill_of_materials(libs, EXTENSION), "utf-8")
    named = {
        "LICENSE.txt": ROOT / "LICENSE",
        "CHANGELOG.md": ROOT / "CHANGELOG.md",
        "README.md": page,
        "ThirdPartyNotices.md": licenses,
    }
    return {name: path for name, path in named.items() if path.exists()}


def page_of(extension: Path) -> str:
    """Return the page of the extension as VS Code shows it.

    It shows pictures of the web only: those beside the page are taken from the
    repository that package.json names, and left out while that is a placeholder.
    """
    manifest = json.loads((extension / "package.json").read_text("utf-8"))
    repository = manifest["repository"]["url"].removesuffix(".git")

    def on_the_web(match: re.Match[str]) -> str:
        path = (extension / match[2]).resolve().relative_to(ROOT).as_posix()
        known = PLACEHOLDER not in repository
        return f"{match[1]}({repository}/raw/HEAD/{path})\n\n" if known else ""

    return PICTURE.sub(on_the_web, (extension / "README.md").read_text("utf-8"))


def _check_version(version: str) -> None:
    package = (ROOT / "server" / "funclens" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"$', package, re.MULTILINE)
    if found is None or found[1] != version:
        raise BundleError(
            "extension/package.json and server/funclens/__init__.py name different "
            f"versions. Make them equal: {version} and {found[1] if found else 'none'}"
        )


def _digest_of_inputs() -> str:
    digest = hashlib.sha256()
    for path in sorted(_inputs()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    for pattern in INPUTS:
        for path in ROOT.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, cwd=EXTENSION, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BundleError(
            f"{done.stdout}{done.stderr}\nThe extension could not be built. Mend what "
            f"is said above and try again. The command that failed: {' '.join(command)}"
        )
