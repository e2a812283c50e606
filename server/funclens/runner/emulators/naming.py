"""Names of what this runner creates in emulators, so that it finds it again."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["owned_name", "owner_prefix"]

_OTHER = re.compile(r"[^A-Za-z0-9-]+")


def owner_prefix(folders: Iterable[str]) -> str:
    """Return the prefix of all names that runners of these folders create."""
    return f"funclens-{_digest(chr(0).join(sorted(folders)))}-"


def owned_name(prefix: str, function: str, source: str) -> str:
    """Return the name for what connects a source to a function, by its id."""
    readable = _OTHER.sub("-", function)[-100:].strip("-")
    return f"{prefix}{readable}-{_digest(f'{function}{chr(0)}{source}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
