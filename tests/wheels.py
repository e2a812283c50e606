"""Small wheels, so that tests install real packages without a package index."""

from __future__ import annotations

import sysconfig
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    files: dict[str, str] | None = None,
    *,
    version: str = "1.0",
    requires: Sequence[str] = (),
    script: str = "",
) -> Path:
    """Write a wheel of a pure package; `script` is an entry point that it installs."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    content = {
        **({f"{module}.py": ""} if files is None else files),
        f"{info}/METADATA": "".join(
            (
                f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
                *(f"Requires-Dist: {item}\n" for item in requires),
            )
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{script}\n"
    record = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in content.items():
            wheel.writestr(file, text)
        wheel.writestr(f"{info}/RECORD", record)
    return path


def make_framework_wheel(folder: Path) -> Path:
    """Write a functions-framework that lets the tests' own one be imported."""
    files = {"tests_own_packages.pth": sysconfig.get_path("purelib")}
    return make_wheel(folder, "functions-framework", files, version="99.0")
