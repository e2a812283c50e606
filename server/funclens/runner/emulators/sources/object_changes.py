"""What changed in a bucket between two listings of all versions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Objects", "changes_between", "objects_of"]

Objects = dict[tuple[str, str], dict[str, Any]]
"""Versions of objects by name and generation, as the JSON API describes them."""


def objects_of(listing: Mapping[str, Any]) -> Objects:
    """Return the versions in a listing; some emulators list live ones only."""
    return {
        (str(item["name"]), str(item.get("generation", ""))): item
        for item in listing.get("items", [])
        if isinstance(item, dict) and "name" in item
    }


def changes_between(
    before: Objects, now: Objects, stamp: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the last word of the event type, and the version, for each change.

    A version that is overwritten or deleted is archived in a bucket with versions, and
    deleted in others. `stamp` is the time of deletions that the listing doesn't have.
    """
    for key, old in before.items():
        item = now.get(key)
        if item is None:
            yield "deleted", {"timeDeleted": stamp, **old}
        elif _is_live(old) and not _is_live(item):
            yield "archived", item
    for key, item in now.items():
        known = before.get(key)
        if known is None:
            yield "finalized", item
            if not _is_live(item):  # overwritten between the listings
                yield "archived", item
        elif known.get("metageneration") != item.get("metageneration"):
            yield "metadataUpdated", item


def _is_live(item: Mapping[str, Any]) -> bool:
    return not item.get("timeDeleted")
