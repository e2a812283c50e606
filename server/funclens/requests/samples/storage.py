"""Cloud Storage: an object is written, deleted, archived or its metadata updated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from funclens.requests.samples.event import PROJECT, Event, Legacy

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["LEGACY_TYPES", "object_changed", "object_event"]

LEGACY_TYPES = {
    "finalized": "google.storage.object.finalize",
    "deleted": "google.storage.object.delete",
    "archived": "google.storage.object.archive",
    "metadataUpdated": "google.storage.object.metadataUpdate",
}
"""1st gen event types, by the last word of the CloudEvent type."""

_API = "https://storage.googleapis.com"


def object_changed(inputs: Inputs, change: str) -> Event:
    """Return a change of one object; fields of the payload replace the sample's."""
    described = inputs.fields(
        {
            "bucket": inputs.options.get("bucket", f"{PROJECT}.appspot.com"),
            "name": "uploads/report.csv",
        }
    )
    data = {**_facts(inputs, described, change), **described}
    return object_event(data, change, inputs.id, inputs.stamp)


def object_event(data: dict[str, Any], change: str, identity: str, stamp: str) -> Event:
    """Return the event of a change of an object.

    `data` is the object as the JSON API describes it.
    """
    bucket, name = data["bucket"], data["name"]
    resource = f"projects/_/buckets/{bucket}"
    return Event(
        id=identity,
        time=stamp,
        type=f"google.cloud.storage.object.v1.{change}",
        source=f"//storage.googleapis.com/{resource}",
        subject=f"objects/{name}",
        extensions={"bucket": str(bucket)},
        data=data,
        legacy=Legacy(
            LEGACY_TYPES[change],
            {
                "service": "storage.googleapis.com",
                "name": f"{resource}/objects/{name}",
                "type": "storage#object",
            },
            data,
        ),
    )


def _facts(inputs: Inputs, described: dict[str, Any], change: str) -> dict[str, Any]:
    bucket, name = str(described["bucket"]), str(described["name"])
    generation = str(int(inputs.time.timestamp() * 1_000_000))
    again = change == "metadataUpdated"
    path = f"b/{quote(bucket)}/o/{quote(name, safe='')}"
    facts: dict[str, Any] = {
        "kind": "storage#object",
        "id": f"{bucket}/{name}/{generation}",
        "generation": generation,
        "metageneration": "2" if again else "1",
        "contentType": "text/csv",
        "size": "1824",
        "md5Hash": "kQ7mF0cW2dYb1rPzV5xUSg==",
        "crc32c": "4waSgw==",
        "etag": "CJ+b0Zql9YgDEAE=",
        "storageClass": "STANDARD",
        "timeCreated": inputs.stamp,
        "timeStorageClassUpdated": inputs.stamp,
        "updated": inputs.stamp,
        "selfLink": f"https://www.googleapis.com/storage/v1/{path}",
        "mediaLink": f"{_API}/download/storage/v1/{path}"
        f"?generation={generation}&alt=media",
    }
    if again:
        facts["metadata"] = {"reviewed": "yes"}
    if change in {"deleted", "archived"}:
        facts["timeDeleted"] = inputs.stamp
    return facts
