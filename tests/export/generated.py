"""Generated workspaces: functions with names, places, triggers and options."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from funclens.discovery.deploy.trigger_commands import schedule_trigger
from funclens.discovery.triggers.production_types import event_trigger
from funclens.model import (
    Catalog,
    Certainty,
    DeployOptions,
    Function,
    SignatureType,
    Span,
    Trigger,
    Unit,
)

HEAD = "import functions_framework\n\n\n"
DECORATORS = {
    SignatureType.HTTP: (
        "@functions_framework.http\ndef {}(request):\n    return 'ok'\n"
    ),
    SignatureType.CLOUDEVENT: (
        "@functions_framework.cloud_event\ndef {}(cloud_event):\n    pass\n"
    ),
    SignatureType.EVENT: "def {}(data, context):\n    pass\n",
}
PART = st.sampled_from(
    ["billing", "my functions", "größe", "it's", 'a"b', "$HOME", "a;b", "日本", "a#b"]
)
FOLDER = st.lists(PART, max_size=3).map("/".join)
NAME = st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,2}", fullmatch=True)
ENDPOINT = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
WORD = st.from_regex(r"[a-z][a-z0-9-]{2,10}[a-z0-9]", fullmatch=True)
VARIABLE = st.from_regex(r"[A-Z][A-Z0-9]{1,8}(_[A-Z]{1,5})?", fullmatch=True)
RETRY = st.sampled_from([None, True, False])
CRON = st.sampled_from(["0 3 * * *", "*/5 * * * *", "every 5 minutes"])
ZONE = st.sampled_from(["", "Europe/Rome", "America/New_York"])


@dataclass(frozen=True)
class Workspace:
    """Sources by path, and the catalog that an export is made of."""

    sources: dict[str, str]
    functions: tuple[Function, ...]
    folder: str = field(default="/workspace")

    @property
    def catalog(self) -> Catalog:
        return self.at(self.folder)

    def at(self, folder: str) -> Catalog:
        """Return the catalog as if the workspace were at a path."""
        units = {
            function.unit: Unit(
                function.unit,
                folder,
                f"{folder}/{function.source.rpartition('/')[0]}".rstrip("/"),
                f"{folder}/{function.source}",
                (),
            )
            for function in self.functions
        }
        return Catalog(functions=self.functions, units=tuple(units.values()))


@st.composite
def second_events(draw: st.DrawFn) -> Trigger:
    """Return an event trigger of the 2nd generation."""
    kind = draw(
        st.sampled_from(["pubsub", "storage", "archived", "firestore", "audit"])
    )
    retry = draw(RETRY)
    if kind == "pubsub":
        event_type = "google.cloud.pubsub.topic.v1.messagePublished"
        return event_trigger(event_type, resource=draw(WORD), retry=retry)
    if kind in {"storage", "archived"}:
        change = "finalized" if kind == "storage" else "archived"
        event_type = f"google.cloud.storage.object.v1.{change}"
        return event_trigger(event_type, filters={"bucket": draw(WORD)}, retry=retry)
    if kind == "firestore":
        document = draw(st.sampled_from(["users/{id}", "a/{b}/c,d/{e}", "fixed/doc"]))
        return event_trigger(
            "google.cloud.firestore.document.v1.written",
            filters={"database": "(default)", "document": document},
            retry=retry,
        )
    return event_trigger(
        "google.cloud.audit.log.v1.written",
        filters={
            "serviceName": "storage.googleapis.com",
            "methodName": draw(st.sampled_from(["storage.objects.create", "a, b;c"])),
        },
        retry=retry,
    )


@st.composite
def first_events(draw: st.DrawFn) -> Trigger:
    """Return an event trigger of the 1st generation."""
    kind = draw(st.sampled_from(["pubsub", "storage", "firestore", "database"]))
    # gcloud has a flag for retries and one against; Terraform a policy.
    retry = draw(RETRY)
    if kind == "pubsub":
        return event_trigger(
            "google.pubsub.topic.publish", resource=draw(WORD), retry=retry
        )
    if kind == "storage":
        return event_trigger(
            "google.storage.object.finalize", resource=draw(WORD), retry=retry
        )
    if kind == "database":
        return event_trigger(
            "providers/google.firebase.database/eventTypes/ref.write",
            resource="projects/_/instances/shop/refs/carts/{id}",
            retry=retry,
        )
    return event_trigger(
        "providers/cloud.firestore/eventTypes/document.write",
        resource="projects/p/databases/(default)/documents/users/{id}",
        retry=retry,
    )


@st.composite
def triggers(draw: st.DrawFn, kind: SignatureType) -> tuple[Trigger, ...]:
    """Return the triggers of a function with a signature type."""
    if kind is SignatureType.EVENT:
        return (draw(first_events()),)
    if kind is SignatureType.CLOUDEVENT:
        events = st.lists(
            second_events(),
            min_size=1,
            max_size=2,
            unique_by=lambda it: (it.event_type, it.attributes, it.filters),
        )
        return tuple(draw(events))
    http = Trigger("http", "deploy-file")
    if not draw(st.booleans()):
        event_type = "google.cloud.pubsub.topic.v1.messagePublished"
        pushed = event_trigger(event_type, resource=draw(WORD), retry=True)
        return (http, pushed) if draw(st.booleans()) else (http,)
    policy = draw(
        st.sampled_from([{}, {"retry_count": "3", "max_backoff_seconds": "60"}])
    )
    return (http, schedule_trigger(draw(CRON), draw(ZONE), policy))


@st.composite
def options(draw: st.DrawFn, *, first: bool) -> DeployOptions:
    """Return options of a function of the first or second generation."""
    names = draw(st.lists(VARIABLE, max_size=4, unique=True))
    names = [name for name in names if name not in {"K_SERVICE", "PORT"}]
    at = draw(st.integers(0, len(names)))
    return DeployOptions(
        regions=draw(st.sampled_from([(), ("europe-west1",)])),
        memory_mib=draw(st.sampled_from([None, 128, 512, 2048])),
        timeout_seconds=draw(st.sampled_from([None, 60, 540])),
        concurrency=1 if first else draw(st.sampled_from([None, 1, 80])),
        secrets=tuple(names[:at]),
        variables=tuple(names[at:]),
    )


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    """Return a workspace with a few sources, each with several functions."""
    folders = draw(st.lists(FOLDER, min_size=1, max_size=3, unique=True))
    endpoints = draw(st.lists(ENDPOINT, min_size=12, max_size=12, unique=True))
    sources: dict[str, str] = {}
    functions: list[Function] = []
    for folder in folders:
        main = draw(st.sampled_from(["main.py", "main.py", "app.py"]))
        path = f"{folder}/{main}".lstrip("/")
        unit = path.removesuffix(".py").replace("/", ".")
        texts = [HEAD]
        for name in draw(st.lists(NAME, min_size=1, max_size=3, unique=True)):
            kind = draw(st.sampled_from([*DECORATORS]))
            texts.append(DECORATORS[kind].format(f"do_{name}"))
            functions.append(
                _function(path, unit, f"do_{name}", endpoints.pop(), kind, draw)
            )
        sources[path] = "\n\n".join(texts)
    return Workspace(sources, tuple(functions))


def _function(
    path: str,
    unit: str,
    name: str,
    endpoint: str,
    kind: SignatureType,
    draw: st.DrawFn,
) -> Function:
    span = Span(1, 1, 1, 1)
    first = kind is SignatureType.EVENT or (
        kind is SignatureType.HTTP and draw(st.booleans())
    )
    return Function(
        id=f"{unit}.{name}",
        name=name,
        endpoint=endpoint,
        deployed_name=endpoint,
        qualified_name=f"{unit}.{name}",
        route=f"/{endpoint}",
        folder="/workspace",
        source=path,
        file=path,
        span=span,
        name_span=span,
        signature_type=kind,
        is_async=False,
        provider="functions-framework",
        trigger=None,
        certainty=Certainty.CERTAIN,
        evidence=(),
        unit=unit,
        runtime=draw(st.sampled_from(["python312", "python313"])),
        triggers=draw(triggers(kind)),
        options=draw(options(first=first)),
        generation=1 if first else 2,
    )
