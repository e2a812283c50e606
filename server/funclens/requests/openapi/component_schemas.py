"""Schemas of models, which operations refer to by name."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["Components"]

_NAME = re.compile(r"[A-Za-z0-9._-]+")


class Components:
    """The schemas of a document, by the name of their class."""

    def __init__(self) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}

    def refer(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a reference to a schema; the schema if its name has another one.

        Code that compares a field with a value adds it as an example: the same class
        may have several schemas.
        """
        if _NAME.fullmatch(name) is None:
            return schema
        if self.schemas.setdefault(name, schema) != schema:
            return schema
        return {"$ref": f"#/components/schemas/{name}"}
