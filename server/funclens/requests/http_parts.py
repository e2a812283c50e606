"""Forms with files in `.http` files: their parts, read and written.

A part that is a file is a line `< path`, as both clients have it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.requests.http_file import FileReference
from funclens.requests.multipart import escaped_name, type_of_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.requests.http_file import HttpFileRequest

__all__ = ["WrittenPart", "body_lines", "boundary_of", "written_parts"]

_BOUNDARY = re.compile(
    r'multipart/form-data\s*;.*\bboundary="?([^";\s]+)', re.IGNORECASE
)
_NAME = re.compile(r'content-disposition:[^\n]*?\bname="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r"\ue000(\d+)\ue000")
"""Stands for a file while the text is split; a private character, unlikely in it."""


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A field, or a file by its path."""

    name: str
    value: str = ""
    path: str | None = None


def boundary_of(headers: Sequence[tuple[str, str]]) -> str | None:
    """Return the boundary of a form with files; None for other bodies."""
    for name, value in headers:
        if name.lower() == "content-type" and (match := _BOUNDARY.match(value)):
            return match[1]
    return None


def written_parts(
    request: HttpFileRequest, fill: Callable[[str], str]
) -> tuple[WrittenPart, ...]:
    """Return the parts of a form; none if it isn't one that can be edited as such."""
    boundary = boundary_of([(name, fill(value)) for name, value in request.headers])
    if boundary is None:
        return ()
    files = [part for part in request.body if isinstance(part, FileReference)]
    numbers = iter(range(len(files)))
    text = "".join(
        fill(part) if isinstance(part, str) else f"\ue000{next(numbers)}\ue000"
        for part in request.body
    )
    found = []
    for piece in text.split(f"--{boundary}")[1:-1]:
        head, _, content = piece.removeprefix("\r\n").partition("\r\n\r\n")
        name = _NAME.search(head)
        content = content.removesuffix("\r\n")
        file = _FILE.fullmatch(content)
        if name is None or (file is None and "\ue000" in content):
            return ()
        if file is not None and int(file[1]) < len(files):
            path = fill(files[int(file[1])].path)
            found.append(WrittenPart(_plain(name[1]), path=path))
        else:
            found.append(WrittenPart(_plain(name[1]), content))
    return tuple(found)


def body_lines(parts: Sequence[WrittenPart], boundary: str) -> list[str]:
    """Return the lines of a form's body."""
    lines = []
    for part in parts:
        lines.append(f"--{boundary}")
        head = f'Content-Disposition: form-data; name="{escaped_name(part.name)}"'
        if part.path is None:
            lines += [head, "", *part.value.split("\n")]
            continue
        filename = re.split(r"[/\\]", part.path)[-1]
        lines += [
            f'{head}; filename="{escaped_name(filename)}"',
            f"Content-Type: {type_of_file(filename)}",
            "",
            f"< {part.path}",
        ]
    return [*lines, f"--{boundary}--"]


def _plain(name: str) -> str:
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
