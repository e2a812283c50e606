"""Where the emulators are installed. Looks at files; runs nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Path of its program in the Google Cloud SDK."""
    component: str
    """The component of gcloud that installs it."""
    arguments: tuple[str, ...] = ()
    """Arguments before the address."""

    @property
    def how_to_install(self) -> str:
        """Return the commands that install it."""
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
}
"""By kind of trigger."""


def find_command(kind: EmulatorKind, environ: Mapping[str, str]) -> list[str] | None:
    """Return the command that starts an emulator, or None if it isn't installed."""
    if shutil.which(environ.get("JAVA") or "java", path=environ.get("PATH")) is None:
        return None
    for root in _roots(environ):
        path = root / kind.program
        if os.access(path, os.X_OK):
            return [str(path), *kind.arguments]
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
