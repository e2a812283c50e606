"""Decorators that register functions, with the signature type of each."""

from __future__ import annotations

import re

from funclens.dataclass import dataclass
from funclens.model import SignatureType

__all__ = ["Registration", "registration_of"]


@dataclass(frozen=True, slots=True)
class Registration:
    """What a framework's decorator says about the function below it."""

    signature_type: SignatureType
    is_async: bool = False
    provider: str = "functions-framework"
    trigger: str | None = None


_FUNCTIONS_FRAMEWORK = {
    "functions_framework.http": Registration(SignatureType.HTTP),
    "functions_framework.cloud_event": Registration(SignatureType.CLOUDEVENT),
    "functions_framework.typed": Registration(SignatureType.TYPED),
    "functions_framework.aio.http": Registration(SignatureType.HTTP, is_async=True),
    "functions_framework.aio.cloud_event": Registration(
        SignatureType.CLOUDEVENT, is_async=True
    ),
}

_FIREBASE = re.compile(
    r"firebase_functions\.((?:\w+\.)*)(\w+?)_fn\.((?:on|before)_\w+)"
)

_FIREBASE_OVER_HTTP = frozenset({"https", "scheduler", "tasks", "identity"})
"""Modules whose functions take a plain request; all others take a CloudEvent."""


def registration_of(name: str) -> Registration | None:
    """Return what the decorator with this full dotted name registers, or None."""
    known = _FUNCTIONS_FRAMEWORK.get(name)
    if known:
        return known
    firebase = _FIREBASE.fullmatch(name)
    if not firebase:
        return None
    package, module, decorator = firebase.groups()
    over_http = not package and module in _FIREBASE_OVER_HTTP
    return Registration(
        SignatureType.HTTP if over_http else SignatureType.CLOUDEVENT,
        provider="firebase",
        trigger=f"{package}{module}.{decorator}",
    )
