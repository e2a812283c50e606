"""Cloud Storage: changes of objects in an emulator reach the functions they trigger.

No emulator of Cloud Storage notifies anybody, so the listing of each bucket is compared
with the one before.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.dataclass import dataclass, field
from funclens.requests.request import request_of_sample
from funclens.requests.samples import Hints, default_mode, encode
from funclens.requests.samples.event import timestamp
from funclens.requests.samples.storage import LEGACY_TYPES, object_event
from funclens.runner.emulators.pending_deliveries import Kept, PendingDeliveries
from funclens.runner.emulators.redelivery import USUAL, redelivery_of
from funclens.runner.emulators.rest import EmulatorError, EmulatorGoneError, Rest
from funclens.runner.emulators.sources.object_changes import (
    Objects,
    changes_between,
    objects_of,
)

if TYPE_CHECKING:
    from funclens.model import Catalog, Function
    from funclens.requests.request import Request
    from funclens.requests.samples import Event
    from funclens.runner.emulators.redelivery import Redelivery
    from funclens.runner.emulators.sources.wiring_context import WiringContext

__all__ = ["BucketWire", "BucketWiring", "bucket_wires"]

_POLL_SECONDS = 0.5
_LONGEST_POLL = 30.0
_MOST_PAGES = 1_000
_SHARE = 10
"""A listing that takes long is repeated after this many times as long."""
_CHANGES = {
    **{f"google.cloud.storage.object.v1.{change}": change for change in LEGACY_TYPES},
    **{legacy: change for change, legacy in LEGACY_TYPES.items()},
}
"""Last words of the CloudEvent types, by event type of any generation."""


@dataclass(frozen=True, slots=True)
class BucketWire:
    """A kind of change in a bucket that triggers a function."""

    function: str
    """Id of the function."""
    bucket: str
    change: str
    policy: Redelivery = field(default=USUAL, compare=False)

    @property
    def source(self) -> str:
        """The source, for people."""
        return f"bucket {self.bucket}"


def bucket_wires(catalog: Catalog, default_bucket: str) -> frozenset[BucketWire]:
    """Return what the functions are triggered by.

    A Firebase function without a bucket has the project's default one.
    """
    found = set()
    for function in catalog.functions:
        for trigger in function.triggers:
            bucket = trigger.get("bucket")
            if not bucket and trigger.origin == "decorator":
                bucket = default_bucket
            change = _CHANGES.get(trigger.event_type)
            if trigger.kind == "storage" and bucket and change:
                policy = redelivery_of(trigger, function)
                found.add(BucketWire(function.id, bucket, change, policy))
    return frozenset(found)


class BucketWiring:
    """Watches the buckets that trigger functions."""

    def __init__(self, context: WiringContext) -> None:
        self._context = context
        self._emulator = context.emulator
        self._delivery = context.delivery
        self._warn = context.warn
        self._rest = Rest(context.emulator.host)
        self._pending = PendingDeliveries(context.delivery)
        self._wires: frozenset[BucketWire] = frozenset()
        self._watching: dict[str, asyncio.Task[None]] = {}

    def update(self, catalog: Catalog) -> None:
        """Connect new functions, disconnect those that are gone."""
        before = self._wires
        self._wires = bucket_wires(catalog, f"{self._context.project}.appspot.com")
        for wire in before - self._wires:
            self._delivery.publish_unwired(wire.function, wire.source)
        buckets = {wire.bucket for wire in self._wires}
        for bucket in set(self._watching) - buckets:
            self._watching.pop(bucket).cancel()
        known = set(self._watching)
        for bucket in buckets - known:
            self._watching[bucket] = asyncio.create_task(self._watch(bucket))
        for wire in self._wires - before:
            if wire.bucket in known:
                self._delivery.publish_wired(wire.function, wire.source)

    @property
    def connecting(self) -> list[tuple[str, str]]:
        """Functions and sources that are connected or will be."""
        watched = {name for name, task in self._watching.items() if not task.done()}
        return [(w.function, w.source) for w in self._wires if w.bucket in watched]

    async def close(self) -> None:
        """Stop watching and delivering."""
        tasks = list(self._watching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pending.close()

    async def _watch(self, bucket: str) -> None:
        """Deliver the changes of a bucket until canceled."""
        path = f"/storage/v1/b/{quote(bucket, safe='')}/o"
        before: Objects | None = None
        while True:
            await self._context.up()
            try:
                started = time.monotonic()
                now = await self._list(path)
                took = time.monotonic() - started
                self._context.answered()
                if before is None:
                    self._publish_wired(bucket)
                else:
                    await self._compare(bucket, before, now)
                before = now
            except EmulatorGoneError:
                took = 0.0
                self._context.lost()
                before = None if self._emulator.is_own else before
            except EmulatorError as error:
                took = 0.0
                if not await self._create(bucket, error):
                    return
            pause = max(_POLL_SECONDS, min(took * _SHARE, _LONGEST_POLL))
            await asyncio.sleep(pause)

    async def _list(self, path: str) -> Objects:
        """Return all versions of the objects in a bucket."""
        found: Objects = {}
        page = ""
        for _ in range(_MOST_PAGES):
            listing = await self._rest.send("GET", f"{path}?versions=true{page}")
            found |= objects_of(listing)
            if not listing.get("nextPageToken"):
                break
            page = f"&pageToken={quote(str(listing['nextPageToken']), safe='')}"
        return found

    async def _create(self, bucket: str, error: EmulatorError) -> bool:
        """Create a missing bucket; return False if it can't be watched."""
        if error.status == 404:
            path = f"/storage/v1/b?project={self._context.project}"
            with contextlib.suppress(EmulatorGoneError):
                try:
                    await self._rest.send("POST", path, {"name": bucket})
                except EmulatorError as refused:
                    error = refused
                else:
                    return True
        if error.status == 409:
            return True
        self._warn(f"cannot watch bucket '{bucket}': {error}", "")
        return False

    def _publish_wired(self, bucket: str) -> None:
        for wire in self._wires:
            if wire.bucket == bucket:
                self._delivery.publish_wired(wire.function, wire.source)

    async def _compare(self, bucket: str, before: Objects, now: Objects) -> None:
        stamp = timestamp(datetime.now(timezone.utc))
        for change, item in changes_between(before, now, stamp):
            event = object_event(
                {**item, "bucket": bucket}, change, uuid.uuid4().hex, stamp
            )
            for wire in self._wires:
                if (wire.bucket, wire.change) == (bucket, change):
                    await self._deliver(wire, event)

    async def _deliver(self, wire: BucketWire, event: Event) -> None:
        def request_for(function: Function) -> Request:
            mode = default_mode(event, function, Hints())
            return request_of_sample(encode(event, function, mode))

        while self._pending.is_full:
            await self._pending.room()
            await asyncio.sleep(_POLL_SECONDS)
        self._pending.add(
            Kept(
                lambda: self._context.functions.get(wire.function),
                request_for,
                wire.source,
                event.type,
                event.id,
                wire.policy,
            )
        )
