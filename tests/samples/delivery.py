"""Sample requests as bytes, and functions of the workspace that gets them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.exchange import exchange
from funclens.model import Certainty, Function, SignatureType, Span
from funclens.requests.samples import Inputs

if TYPE_CHECKING:
    from fidelity.exchange import Answer
    from funclens.requests.samples import SampleRequest

WORKSPACES = Path(__file__).parents[1] / "workspaces"

INPUTS = Inputs(
    id="7031415926535897",
    time=datetime(2024, 11, 5, 10, 20, 30, 123456, tzinfo=timezone.utc),
)
"""One moment, so that each sample is the same in every run."""

_NOWHERE = Span(1, 1, 1, 1)


def function(
    name: str,
    signature_type: SignatureType,
    *,
    is_async: bool = False,
    provider: str = "functions-framework",
    trigger: str | None = None,
) -> Function:
    """Return a function of a main.py, with nothing known but this."""
    return Function(
        id=f"main.{name}",
        name=name,
        endpoint=name,
        deployed_name=None,
        qualified_name=f"main.{name}",
        route=f"/{name}",
        folder="/workspace",
        source="main.py",
        file="main.py",
        span=_NOWHERE,
        name_span=_NOWHERE,
        signature_type=signature_type,
        is_async=is_async,
        provider=provider,
        trigger=trigger,
        certainty=Certainty.CERTAIN,
        evidence=(),
        unit="main",
    )


TAKES_CLOUD_EVENT = function("takes_cloud_event", SignatureType.CLOUDEVENT)
AWAITS_CLOUD_EVENT = function(
    "awaits_cloud_event", SignatureType.CLOUDEVENT, is_async=True
)
TAKES_EVENT = function("takes_event", SignatureType.EVENT)
TAKES_REQUEST = function("takes_request", SignatureType.HTTP)
TAKES_JSON = function("takes_json", SignatureType.TYPED)
ALL = (TAKES_CLOUD_EVENT, AWAITS_CLOUD_EVENT, TAKES_EVENT, TAKES_REQUEST, TAKES_JSON)
"""The functions of tests/workspaces/events."""


def deliver(address: tuple[str, int], request: SampleRequest, at: str = "") -> Answer:
    """Send a sample to a server that has the function below `at`."""
    lines = [
        f"{request.method} {at}{request.path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Content-Length: {len(request.body)}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    head = "\r\n".join(lines).encode("latin-1")
    return exchange(address, (head + b"\r\n\r\n" + request.body,))


def content(answer: Answer) -> Any:
    """Return what the function says that it was given."""
    assert answer.status in {200, 299}, answer
    return json.loads(answer.body)
