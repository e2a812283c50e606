"""The OpenAPI document of a catalog.

Static: functions are read, never called. Every function answers any method; those that
are listed are the ones that its code asks for, or that a client would use.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.model import SignatureType
from funclens.requests.openapi.operation import operations_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from funclens.model import Function
    from funclens.requests.samples import Hints

__all__ = ["openapi_document"]

_VERSION = "3.1.0"
_OVER_HTTP = frozenset({SignatureType.HTTP, SignatureType.TYPED})
_NAME_CHARACTERS = "-_.~"


def openapi_document(
    functions: Iterable[Function],
    hints_of: Callable[[Function], Hints],
    *,
    url: str = "",
) -> dict[str, Any]:
    """Return the document of all HTTP functions among these.

    `hints_of` reads the code of one; `url` is where they are served.
    """
    served = [item for item in functions if item.signature_type in _OVER_HTTP]
    names = dict.fromkeys(PurePath(item.folder).name for item in served)
    paths: dict[str, Any] = {}
    needs_bearer = False
    for function in served:
        path = quote(function.route, safe=f"/{_NAME_CHARACTERS}")
        operations = operations_of(function, hints_of(function))
        paths[path] = operations
        needs_bearer |= any("security" in item for item in operations.values())
    found: dict[str, Any] = {
        "openapi": _VERSION,
        "info": {"title": ", ".join(names) or "functions", "version": "0"},
        "servers": [{"url": url or "/"}],
        "paths": paths,
        "tags": [{"name": name} for name in dict.fromkeys(it.unit for it in served)],
    }
    if needs_bearer:
        scheme = {"type": "http", "scheme": "bearer"}
        found["components"] = {"securitySchemes": {"bearer": scheme}}
    return found
