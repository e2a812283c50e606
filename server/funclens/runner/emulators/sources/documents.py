"""Firestore: writes in the emulator reach the functions they trigger.

The emulator posts each event to a listener here, which passes it on to the function.
It knows that listener only if it was started with its address.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.model import SignatureType
from funclens.runner.emulators.naming import owned_name
from funclens.runner.emulators.pending_deliveries import Kept, PendingDeliveries
from funclens.runner.emulators.redelivery import USUAL, redelivery_of
from funclens.runner.emulators.rest import EmulatorError, EmulatorGoneError, Rest
from funclens.runner.emulators.sources.document_events import (
    identity_of,
    request_of_event,
)
from funclens.runner.emulators.sources.trigger_listener import TriggerListener

if TYPE_CHECKING:
    from funclens.model import Catalog, Function
    from funclens.runner.emulators.redelivery import Redelivery
    from funclens.runner.emulators.sources.trigger_listener import PostedEvent
    from funclens.runner.emulators.sources.wiring_context import WiringContext

__all__ = ["DocumentWire", "DocumentWiring", "document_wires"]

_AGAIN_SECONDS = 1.0
_OWNER = (("Authorization", "Bearer owner"),)
_FIRST_GENERATION = {
    "written": "write",
    "created": "create",
    "updated": "update",
    "deleted": "delete",
}
_LEGACY = "providers/cloud.firestore/eventTypes/document."


@dataclass(frozen=True, slots=True)
class DocumentWire:
    """A pattern of documents that triggers a function."""

    function: str
    """Id of the function."""
    event_type: str
    """The type of its generation."""
    document: str
    database: str = "(default)"
    namespace: str = "(default)"
    policy: Redelivery = field(default=USUAL, compare=False)

    @property
    def source(self) -> str:
        """The source, for people."""
        return f"document {self.document}"


def document_wires(catalog: Catalog) -> frozenset[DocumentWire]:
    """Return what the functions are triggered by, where the document is known."""
    return frozenset(
        DocumentWire(
            function.id,
            _type_for(function, trigger.event_type),
            trigger.get("document"),
            trigger.get("database") or "(default)",
            trigger.get("namespace") or "(default)",
            redelivery_of(trigger, function),
        )
        for function in catalog.functions
        for trigger in function.triggers
        if trigger.kind == "firestore" and trigger.get("document")
    )


def _type_for(function: Function, event_type: str) -> str:
    """Return the event type in the generation of the function's signature."""
    change = event_type.removesuffix(".withAuthContext").rpartition(".")[2]
    if function.signature_type is SignatureType.EVENT:
        return _LEGACY + _FIRST_GENERATION.get(change, change)
    if event_type.startswith(_LEGACY):
        by_first = {first: second for second, first in _FIRST_GENERATION.items()}
        return f"google.cloud.firestore.document.v1.{by_first.get(change, change)}"
    return event_type


class DocumentWiring:
    """The triggers in one Firestore emulator, and the deliveries of its events."""

    def __init__(self, context: WiringContext) -> None:
        self._context = context
        self._emulator = context.emulator
        # A web page could post to the listener: it can't guess the triggers.
        self._prefix = f"{context.prefix}{os.urandom(8).hex()}-"
        self._delivery = context.delivery
        self._warn = context.warn
        self._rest = Rest(context.emulator.host, _OWNER)
        self._listener = TriggerListener(self._take)
        self._wires: dict[str, DocumentWire] = {}
        """By trigger."""
        self._refused: set[str] = set()
        """Triggers that the emulator does not take."""
        self._changed = asyncio.Event()
        self._pending = PendingDeliveries(context.delivery)
        self._serving: asyncio.Task[None] | None = None

    def update(self, catalog: Catalog) -> None:
        """Connect new functions, disconnect those that are gone."""
        wires = {self._trigger(wire): wire for wire in document_wires(catalog)}
        for wire in set(self._wires.values()) - set(wires.values()):
            # The emulator keeps its triggers; their events are ignored from now on.
            self._delivery.publish_unwired(wire.function, wire.source)
        self._wires = wires
        self._changed.set()
        if self._serving is None and wires:
            self._serving = asyncio.create_task(self._serve())

    @property
    def connecting(self) -> list[tuple[str, str]]:
        """Functions and sources that are connected or will be."""
        if self._serving is None or self._serving.done():
            return []
        return [
            (wire.function, wire.source)
            for trigger, wire in self._wires.items()
            if trigger not in self._refused
        ]

    async def close(self) -> None:
        """Stop delivering."""
        self._listener.close()
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
        await self._pending.close()

    def _trigger(self, wire: DocumentWire) -> str:
        source = f"{wire.event_type} {wire.database} {wire.namespace} {wire.document}"
        return owned_name(self._prefix, wire.function, source)

    async def _serve(self) -> None:
        if not self._emulator.is_own:
            self._warn(
                f"the Firestore emulator at {self._emulator.host} sends no events here",
                f"unset {self._emulator.kind.variable} to have one started that does",
            )
            return
        address = await self._listener.open()
        self._emulator.more_arguments = (f"--functions_emulator={address}",)
        while True:
            await self._emulator.up()
            await self._register_until_gone()
            self._warn("the Firestore emulator ended; starting another", "")
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _register_until_gone(self) -> None:
        """Register each trigger once, until the emulator's process ends."""
        registered: set[str] = set()
        gone = asyncio.create_task(self._emulator.ended())
        try:
            while not gone.done():
                self._changed.clear()
                for trigger, wire in list(self._wires.items()):
                    if trigger not in registered:
                        registered.add(trigger)
                        await self._register(trigger, wire)
                changed = asyncio.create_task(self._changed.wait())
                await asyncio.wait({gone, changed}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
        finally:
            gone.cancel()

    async def _register(self, trigger: str, wire: DocumentWire) -> None:
        base = f"/emulator/v1/projects/{self._context.project}"
        request: tuple[str, str, object]
        if wire.event_type.startswith(_LEGACY):
            resource = (
                f"projects/{self._context.project}/databases/{wire.database}"
                f"/documents/{wire.document}"
            )
            legacy = {
                "resource": resource,
                "eventType": wire.event_type,
                "service": "firestore.googleapis.com",
            }
            request = ("PUT", f"{base}/triggers/{trigger}", {"eventTrigger": legacy})
        else:
            pattern = {"value": wire.document, "matchType": "PATH_PATTERN"}
            body = {
                "eventType": wire.event_type,
                "database": wire.database,
                "namespace": wire.namespace,
                "document": pattern,
            }
            path = f"{base}/eventarcTrigger?eventarcTriggerId={trigger}"
            request = ("POST", path, body)
        try:
            await self._rest.send(*request)
        except EmulatorGoneError:
            return
        except EmulatorError as error:
            self._refused.add(trigger)
            self._warn(
                f"cannot connect '{wire.function}' to {wire.source}: {error}", ""
            )
            return
        self._delivery.publish_wired(wire.function, wire.source)

    async def _take(self, event: PostedEvent) -> int:
        """Take an event of the emulator; wait while too many are being delivered."""
        wire = self._wires.get(event.trigger)
        function = (
            self._context.functions.get(wire.function) if wire is not None else None
        )
        if wire is None or function is None:
            return 404
        if self._pending.is_full:
            self._warn(f"too many events wait for '{wire.function}'; one is lost", "")
            return 503
        request = request_of_event(event)
        type_, event_id = identity_of(event)
        self._pending.add(
            Kept(
                lambda: self._context.functions.get(wire.function),
                lambda _: request,
                wire.source,
                type_,
                event_id,
                wire.policy,
            )
        )
        await self._pending.room()
        return 200
