"""The project that emulators and functions share, and the environment for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DEFAULT_PROJECT", "project_environment", "project_id"]

DEFAULT_PROJECT = "demo-funclens"
"""Names that begin with `demo-` never reach a real project by mistake."""
_VALID = re.compile(r"[a-z][a-z0-9.:-]{1,62}")


def project_id(folders: Iterable[str], environ: Mapping[str, str]) -> str:
    """Return the project: of the environment, else of a .firebaserc, else the default.

    Reads files.
    """
    for name in ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"):
        if environ.get(name):
            return environ[name]
    for folder in folders:
        try:
            value = json.loads(read_regular(str(Path(folder, ".firebaserc"))))
            found = value["projects"]["default"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(found, str) and _VALID.fullmatch(found):
            return found
    return DEFAULT_PROJECT


def project_environment(project: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which functions know the project and the emulators.

    Without the hosts of the emulators. What is set already stays.
    """
    bucket = f"{project}.appspot.com"
    found = {
        "GOOGLE_CLOUD_PROJECT": project,
        "GCLOUD_PROJECT": project,
        "FUNCTIONS_EMULATOR": "true",
        "FIREBASE_CONFIG": json.dumps({"projectId": project, "storageBucket": bucket}),
    }
    return {name: environ.get(name) or value for name, value in found.items()}
