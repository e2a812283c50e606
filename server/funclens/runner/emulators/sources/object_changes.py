"""What changed in a bucket between two listings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Objects", "changes_between", "objects_of"]

Objects = dict[str, dict[str, Any]]
"""Objects by name, as the JSON API describes them."""


def objects_of(listing: Mapping[str, Any]) -> Objects:
    """Return the objects of a listing."""
    return {
        str(item["name"]): item
        for item in listing.get("items", [])
        if isinstance(item, dict) and "name" in item
    }


def changes_between(
    before: Objects, now: Objects, stamp: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the last word of the event type, and the object, for each change.

    An object that is overwritten is deleted, too, as in a bucket without versions.
    `stamp` is the time of deletions.
    """
    for name, item in now.items():
        old = before.get(name)
        if old is None:
            yield "finalized", item
        elif old.get("generation") != item.get("generation"):
            yield "deleted", {**old, "timeDeleted": stamp}
            yield "finalized", item
        elif old.get("metageneration") != item.get("metageneration"):
            yield "metadataUpdated", item
    for name, old in before.items():
        if name not in now:
            yield "deleted", {**old, "timeDeleted": stamp}
