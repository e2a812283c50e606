"""Opens the state folder of this user, in the way of the operating system."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["StateFolder", "base_folder", "opened_state"]

_NAMES = ("funclens", "runners")


class StateFolder(Protocol):
    """The open folder. Methods raise OSError where nothing else is said."""

    def names(self) -> list[str]:
        """Return the names of the files."""

    def read(self, name: str, limit: int) -> tuple[bytes, float] | None:
        """Return content and time of a file; None if it can't be trusted or read."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, all or nothing; links are replaced, not followed."""

    def remove(self, name: str) -> None:
        """Remove a file. Raises FileNotFoundError if there is none."""

    def lock(self, name: str) -> int | None:
        """Lock a file until its descriptor is closed, which is returned.

        None if another process holds the lock.
        """

    def unlock(self, name: str, descriptor: int) -> None:
        """Remove a locked file and let go of it; never raises."""


@contextlib.contextmanager
def opened_state(*, create: bool = False) -> Iterator[StateFolder]:
    """Open the folder. Raises OSError if that isn't possible or not safe."""
    base = Path(base_folder(os.environ, os.name))
    if create:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        from funclens.runner.api.state import descriptor_folder  # noqa: PLC0415

        with descriptor_folder.opened(base, _NAMES, create=create) as folder:
            yield folder
    else:
        from funclens.runner.api.state.profile_folder import (  # noqa: PLC0415
            ProfileFolder,
        )

        yield ProfileFolder(base.joinpath(*_NAMES), create=create)


def base_folder(environ: Mapping[str, str], os_name: str) -> PurePath:
    """Return the folder for state of programs. Raises OSError if there is none.

    On Windows, it is the part of the profile that stays on the machine: its access
    list names the user, the system and administrators.
    """
    base = environ.get("XDG_STATE_HOME")
    if base:
        return PurePath(base)
    if os_name == "nt" and environ.get("LOCALAPPDATA"):
        return PurePath(environ["LOCALAPPDATA"])
    try:
        home = Path.home()
    except RuntimeError as error:  # no home
        raise FileNotFoundError(2, str(error), "~") from error
    return home.joinpath(
        *(("AppData", "Local") if os_name == "nt" else (".local", "state"))
    )
