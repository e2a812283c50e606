"""Writes a new unit. Nothing that exists is replaced or removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from funclens.errors import FolderError, UsageError

if TYPE_CHECKING:
    from funclens.scaffold.new_unit import NewUnit

__all__ = ["write_unit"]


def write_unit(unit: NewUnit) -> list[str]:
    """Write the files of a unit into a new or empty folder; return their paths.

    Raises UsageError if the folder has files or is something else, FolderError if it
    can't be written.
    """
    folder = Path(unit.folder)
    _check(folder)
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in unit.files.items():
            path = folder / name
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except FileExistsError as error:
        _remove(written)
        raise _taken(Path(str(error.filename))) from error
    except OSError as error:
        _remove(written)
        raise FolderError(
            f"cannot write to '{folder}': {error.strerror}",
            hint="choose another folder, or change its permissions",
        ) from error
    return [str(path) for path in written]


def _check(folder: Path) -> None:
    try:
        is_free = not any(folder.iterdir())
    except FileNotFoundError:
        if folder.is_symlink():
            raise _taken(folder) from None
        return
    except NotADirectoryError:
        while not folder.exists() and folder.parent != folder:
            folder = folder.parent
        raise UsageError(f"'{folder}' is a file", hint="choose another name") from None
    except OSError as error:
        raise FolderError(f"cannot read '{folder}': {error.strerror}") from error
    if not is_free:
        raise _taken(folder)


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"'{path}' already exists",
        hint="choose another name; existing files are never replaced",
    )


def _remove(written: list[Path]) -> None:
    """Remove the files that were written before one could not be."""
    for path in written:
        path.unlink(missing_ok=True)
