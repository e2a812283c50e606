"""Read the JSON that gcloud prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.nesting import nesting
from funclens.plan.deployed_function import mapping
from funclens.plan.deployed_functions import function_in, is_function
from funclens.plan.deployed_services import function_of_service, is_service

if TYPE_CHECKING:
    from funclens.plan.deployed_function import DeployedFunction

__all__ = ["MOST_BYTES", "deployed_in"]

MOST_BYTES = 64_000_000
_DEEPEST = 200
_HINT = (
    "pass what `gcloud functions list --format=json` or "
    "`gcloud run services list --format=json` prints"
)


def deployed_in(content: str, where: str) -> list[DeployedFunction]:
    """Return the functions in the output of gcloud.

    `where` is the place for messages. Raises UsageError if it is something else.
    """
    if nesting(content) > _DEEPEST:
        raise UsageError(f"{where} is nested too deeply", hint=_HINT)
    try:
        value = json.loads(content)
    except ValueError as error:
        raise UsageError(f"{where} is not JSON: {error}", hint=_HINT) from error
    items = _items(value)
    found: list[DeployedFunction] = []
    for number, item in enumerate(items, 1):
        if is_function(item):
            found.append(function_in(item))
        elif is_service(item):
            service = function_of_service(item)
            found += [service] if service is not None else []
        else:
            raise UsageError(
                f"item {number} in {where} is neither a function nor a Cloud Run "
                "service",
                hint=_HINT,
            )
    return found


def _items(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, of one object, or of a response of the API."""
    if isinstance(value, dict):
        for name in ("functions", "services", "items"):
            if isinstance(value.get(name), list):
                return [mapping(item) for item in value[name]]
        return [value]
    return [mapping(item) for item in value] if isinstance(value, list) else [{}]
