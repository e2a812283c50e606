"""Encode the parts of a form as `multipart/form-data`."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Part", "encode_parts", "escaped_name", "type_of_file"]


@dataclass(frozen=True, slots=True)
class Part:
    """One field, or one file."""

    name: str
    value: str
    """Content, as text."""
    filename: str = ""
    """Empty for a field."""
    type: str = ""


def encode_parts(parts: Sequence[Part]) -> tuple[bytes, str]:
    """Return a body and its content type; the same parts give the same bytes."""
    seed = repr(parts).encode("utf-8", "replace")
    boundary = f"funclens-{hashlib.sha256(seed).hexdigest()[:24]}"
    lines: list[str] = []
    for part in parts:
        file = f'; filename="{escaped_name(part.filename)}"' if part.filename else ""
        lines += [
            f"--{boundary}",
            f'Content-Disposition: form-data; name="{escaped_name(part.name)}"{file}',
            *([f"Content-Type: {part.type}"] if part.type else []),
            "",
            part.value,
        ]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode(), f"multipart/form-data; boundary={boundary}"


def escaped_name(name: str) -> str:
    """Return a name as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def type_of_file(name: str) -> str:
    """Return the content type that a file's name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
