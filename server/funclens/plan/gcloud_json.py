"""Read the JSON that gcloud prints."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.nesting import nesting
from funclens.plan.deployed_function import mapping
from funclens.plan.deployed_functions import function_in, is_function
from funclens.plan.deployed_services import function_of_service, is_service
from funclens.plan.gcloud_errors import explained

if TYPE_CHECKING:
    from funclens.plan.deployed_function import DeployedFunction

__all__ = ["MOST_BYTES", "deployed_in"]

MOST_BYTES = 64_000_000
_DEEPEST = 200
_JSON = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)
"""The beginning of a list or object, which gcloud puts on a line of its own."""
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
    items = [item for value in _values(content, where) for item in _items(value)]
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


def _values(content: str, where: str) -> list[Any]:
    """Return the JSON values of a text, among the lines that gcloud prints besides.

    Its warnings go to standard error, which people send to the same file.
    """
    begin = _JSON.search(content)
    if begin is None:
        raise _not_json(content, where)
    decoder = json.JSONDecoder()
    found = []
    while begin is not None:
        try:
            value, end = decoder.raw_decode(content, begin.end() - 1)
        except ValueError as error:
            raise UsageError(f"{where} is not JSON: {error}", hint=_HINT) from error
        found.append(value)
        begin = _JSON.search(content, end)
    return found


def _not_json(content: str, where: str) -> UsageError:
    if not content.strip():
        return UsageError(f"{where} is empty", hint=_HINT)
    if "ERROR: (gcloud" in content:
        return explained(content)
    return UsageError(f"{where} is not JSON", hint=f"{_HINT}; not a table or YAML")


def _items(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, of one object, or of a response of the API."""
    if isinstance(value, dict):
        for name in ("functions", "services", "items"):
            if isinstance(value.get(name), list):
                return [mapping(item) for item in value[name]]
        return [value]
    return [mapping(item) for item in value] if isinstance(value, list) else [{}]
