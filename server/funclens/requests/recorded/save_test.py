"""Writes the test of a recorded request. No file that exists is replaced."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from funclens.errors import FolderError, UsageError
from funclens.requests.recorded.pytest_text import name_of_test, saved_test

if TYPE_CHECKING:
    from funclens.model import Function
    from funclens.requests.recorded.recorded_request import RecordedRequest

__all__ = ["WrittenTest", "write_test"]

_MOST_FILES = 1_000


class WrittenTest(NamedTuple):
    """A file that was written."""

    path: str
    advice: str


def write_test(
    recorded: RecordedRequest, function: Function, path: str = ""
) -> WrittenTest:
    """Write a test to a path, or beside the unit under a name that is free.

    `path` may be a folder. Raises UsageError if it is a file that exists, FolderError
    if nothing can be written there.
    """
    root = os.path.dirname(os.path.join(function.folder, function.source))  # noqa: PTH118, PTH120
    place = Path(path or root).absolute()
    places = [place]
    if place.is_dir():
        name = name_of_test(function).removesuffix(".py")
        numbers = ("", *(f"_{number}" for number in range(2, _MOST_FILES)))
        places = [place / f"{name}{number}.py" for number in numbers]
    free = next((item for item in places if not os.path.lexists(item)), None)
    if free is None:
        raise _taken(place)
    written = saved_test(recorded, function, str(free))
    try:
        with free.open("x", encoding="utf-8", newline="\n") as file:
            file.write(written.text)
    except FileExistsError as error:
        raise _taken(free) from error
    except OSError as error:
        raise FolderError(
            f"cannot write '{free}': {error.strerror}",
            hint="choose another path, or change the permissions of the folder",
        ) from error
    return WrittenTest(str(free), written.advice)


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"'{path}' already exists",
        hint="choose another path; existing files are never replaced",
    )
