"""Which function of the workspace a task is for. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.model import Catalog, Function

__all__ = ["TaskTarget", "find_target", "queues_of"]

_CLOUD_RUN = re.compile(
    r"([a-z0-9-]+---)?"  # a tag of a revision
    r"(?P<name>[a-z0-9-]+)(-[a-z0-9]{10}-[a-z]{1,3}\.a\.run\.app|-\d+\.[a-z0-9-]+\.run\.app)"
)


@dataclass(frozen=True, slots=True)
class TaskTarget:
    """A function, and the path and query below it."""

    function: Function
    path: str


def queues_of(function: Function) -> Iterator[str]:
    """Yield the ids of the queues that are deployed with a function."""
    for trigger in function.triggers:
        if trigger.kind == "tasks" and trigger.get("queue"):
            yield trigger.get("queue")


def find_target(url: str, queue: str, catalog: Catalog) -> TaskTarget | None:
    """Return the function that a URL names; without one, that of the queue.

    Known are the addresses of Cloud Run (`NAME-….run.app`). Of all others the first
    part of the path is the name: those of Cloud Functions, and of the runner itself.
    """
    if not url:
        found = _of_queue(queue, catalog)
        return TaskTarget(found, "") if found is not None else None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    query = _ascii(f"?{parts.query}" if parts.query else "")
    service = _CLOUD_RUN.fullmatch(host)
    if service is not None:
        found = _of_service(service["name"], catalog)
        return (
            TaskTarget(found, _below(parts.path) + query) if found is not None else None
        )
    name, slash, rest = parts.path.lstrip("/").partition("/")
    ids = catalog.routes.get(unquote(name), ())
    if len(ids) != 1:
        return None
    named = next((item for item in catalog.functions if item.id == ids[0]), None)
    return None if named is None else TaskTarget(named, _below(slash + rest) + query)


def _below(path: str) -> str:
    return _ascii("" if path == "/" else path)


def _ascii(text: str) -> str:
    return "".join(c if c.isascii() else quote(c, errors="replace") for c in text)


def _of_queue(queue: str, catalog: Catalog) -> Function | None:
    return next(
        (item for item in catalog.functions if queue in queues_of(item)),
        None,
    )


def _of_service(service: str, catalog: Catalog) -> Function | None:
    """Return the function of a Cloud Run service, whose name has no underscores."""
    found = [
        item
        for item in catalog.functions
        if item.endpoint.lower().replace("_", "-") == service
    ]
    return found[0] if len(found) == 1 else None
