"""Where the emulators are installed. Looks at files; runs nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["EMULATORS", "EmulatorKind", "find_command"]


@dataclass(frozen=True, slots=True)
class EmulatorKind:
    """One of Google's emulators."""

    name: str
    """The name of the service, for people."""
    variable: str
    """The variable by which clients find it."""
    program: str
    """Path of its program in the Google Cloud SDK, or name of one on PATH."""
    component: str = ""
    """The component of gcloud that installs it; empty for other programs."""
    arguments: tuple[str, ...] = ()
    """Arguments before the address."""
    scheme: str = ""
    """What the variable holds before host and port."""

    @property
    def how_to_install(self) -> str:
        """Return the commands that install it."""
        if not self.component:
            return f"install it: pip install {self.program}"
        return (
            f"install it: gcloud components install {self.component}, or apt install "
            f"google-cloud-cli-{self.component.removeprefix('cloud-')}"
        )


EMULATORS = {
    "pubsub": EmulatorKind(
        "Pub/Sub",
        "PUBSUB_EMULATOR_HOST",
        "platform/pubsub-emulator/bin/cloud-pubsub-emulator",
        "pubsub-emulator",
    ),
    "firestore": EmulatorKind(
        "Firestore",
        "FIRESTORE_EMULATOR_HOST",
        "platform/cloud-firestore-emulator/cloud_firestore_emulator",
        "cloud-firestore-emulator",
        ("start",),
    ),
    "storage": EmulatorKind(
        "Cloud Storage",
        "STORAGE_EMULATOR_HOST",
        "gcp-storage-emulator",
        arguments=("start", "--in-memory"),
        scheme="http://",
    ),
}
"""By kind of trigger."""


def find_command(kind: EmulatorKind, environ: Mapping[str, str]) -> list[str] | None:
    """Return the command that starts an emulator, or None if it isn't installed."""
    if not kind.component:
        path = os.pathsep.join(
            (str(Path(sys.executable).parent), environ.get("PATH", os.defpath))
        )
        found = shutil.which(kind.program, path=path)
        return None if found is None else [found, *kind.arguments]
    if shutil.which(environ.get("JAVA") or "java", path=environ.get("PATH")) is None:
        return None
    for root in _roots(environ):
        program = root / kind.program
        if os.access(program, os.X_OK):
            return [str(program), *kind.arguments]
    return None


def _roots(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders in which the Google Cloud SDK may be."""
    if environ.get("CLOUDSDK_ROOT_DIR"):
        yield Path(environ["CLOUDSDK_ROOT_DIR"])
    gcloud = shutil.which("gcloud", path=environ.get("PATH"))
    if gcloud is not None:
        yield Path(gcloud).resolve().parent.parent
    yield from (Path("/usr/lib/google-cloud-sdk"), Path("/opt/google-cloud-sdk"))
    yield Path("~/google-cloud-sdk").expanduser()
