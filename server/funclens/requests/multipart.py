"""Encode the parts of a form as `multipart/form-data`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Part", "encode_parts"]


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
        file = f'; filename="{_escaped(part.filename)}"' if part.filename else ""
        lines += [
            f"--{boundary}",
            f'Content-Disposition: form-data; name="{_escaped(part.name)}"{file}',
            *([f"Content-Type: {part.type}"] if part.type else []),
            "",
            part.value,
        ]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode(), f"multipart/form-data; boundary={boundary}"


def _escaped(name: str) -> str:
    """Return a name as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
