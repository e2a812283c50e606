"""The OpenAPI document of a catalog.

Static: functions are read, never called. Every function answers any method; those that
are listed are the ones that its code asks for, or that a client would use.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.model import SignatureType
from funclens.requests.openapi.component_schemas import Components
from funclens.requests.openapi.described_responses import responses_of
from funclens.requests.openapi.operation import below, operations_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from funclens.model import Function
    from funclens.requests.openapi.described_responses import Code
    from funclens.requests.samples import Hints

__all__ = ["openapi_document"]

_VERSION = "3.1.0"
_OVER_HTTP = frozenset({SignatureType.HTTP, SignatureType.TYPED})
_NAME_CHARACTERS = "-_.~"
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "Read by the code of the function. In production, Cloud Run also "
    "checks an ID token unless the function allows unauthenticated calls.",
}


def openapi_document(
    functions: Iterable[Function],
    hints_of: Callable[[Function], Hints],
    code_of: Callable[[Function], Code | None] = lambda _: None,
    *,
    url: str = "",
) -> dict[str, Any]:
    """Return the document of all HTTP functions among these.

    `hints_of` and `code_of` read the code of one; `url` is where they are served.
    """
    served = [item for item in functions if item.signature_type in _OVER_HTTP]
    names = dict.fromkeys(PurePath(item.folder).name for item in served)
    paths: dict[str, Any] = {}
    parts = Components()
    needs_bearer = False
    for function in served:
        path = quote(function.route, safe=f"/{_NAME_CHARACTERS}")
        hints = hints_of(function)
        responses = responses_of(function, code_of(function), parts)
        operations = operations_of(function, hints, responses, parts)
        paths[path] = operations
        if hints.reads is not None and hints.reads.path.is_read:
            paths[f"{path}/{{path}}"] = below(operations, hints.reads.path)
        needs_bearer |= any("security" in item for item in operations.values())
    found: dict[str, Any] = {
        "openapi": _VERSION,
        "info": {"title": ", ".join(names) or "functions", "version": "0"},
        "servers": [{"url": url or "/"}],
        "paths": paths,
        "tags": [{"name": name} for name in dict.fromkeys(it.unit for it in served)],
    }
    components: dict[str, Any] = {}
    if parts.schemas:
        components["schemas"] = dict(sorted(parts.schemas.items()))
    if needs_bearer:
        components["securitySchemes"] = {"bearer": dict(_BEARER)}
    return {**found, **({"components": components} if components else {})}
