"""One deployed function, as described by a deploy file."""

from __future__ import annotations

import re
from typing import Literal

from funclens.dataclass import dataclass, field
from funclens.model import DeployOptions, SignatureType, Span, Trigger

__all__ = [
    "Deployment",
    "TriggerKind",
    "is_deployable_name",
    "signature_of_trigger",
]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")

TriggerKind = Literal["http", "event"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one deploy file says about one function; None if it doesn't say."""

    file: str
    """Absolute path of the deploy file."""
    span: Span
    """Span of the entry point in the deploy file, or of the relevant line."""
    entry_point: str | None
    name: str | None = None
    """The deployed name."""
    folder: str | None = None
    """Source folder, absolute or relative to one of `bases`."""
    bases: tuple[str, ...] = ()
    """Absolute folders that `folder` may be relative to, the most likely first."""
    source: str | None = None
    """File in the source folder, if it isn't main.py."""
    signature_type: SignatureType | None = None
    runtime: str | None = None
    trigger: TriggerKind | None = None
    """What triggers it in production."""
    generation: int | None = None
    """1 or 2."""
    project: str | None = None
    region: str | None = None
    asgi: bool = False
    """True if it is started with `--asgi`."""
    is_update: bool = False
    """True for a command without a runtime, trigger or entry point.

    Such a command updates an existing deployment and says nothing about the source.
    """
    may_differ: bool = False
    """True if entry point or folder are defaults that the caller may override."""
    archive: str | None = None
    """Absolute path of the deployed archive, if its contents are unknown."""
    variables: tuple[str, ...] = ()
    """Names of the environment variables it is deployed with."""
    is_default: bool = False
    """True if the environment of the image may name another function."""
    copied: tuple[str, ...] = ()
    """Absolute paths that are copied into `folder` before deployment."""
    triggers: tuple[Trigger, ...] = ()
    """What is known about its triggers.

    Without an entry point, they belong to the function that is deployed as `name`, or
    to those that `topic` triggers.
    """
    options: DeployOptions = field(default_factory=DeployOptions)
    topic: str | None = None
    """Topic whose functions the triggers belong to."""

    @property
    def is_python(self) -> bool:
        """False if the runtime is that of another language."""
        runtime = (self.runtime or "python").lower()
        return "python" in runtime

    @property
    def says_something(self) -> bool:
        """False if nothing shows which function it is about."""
        return bool(self.entry_point or self.name or self.topic)


def is_deployable_name(name: str) -> bool:
    """Return whether a function can be deployed by that name; placeholders can't."""
    return _NAME.fullmatch(name) is not None


def signature_of_trigger(
    *, http: bool, event: bool, second_generation: bool | None
) -> SignatureType | None:
    """Return the signature type of a function with such a trigger."""
    if http:
        return SignatureType.HTTP
    if event:
        return SignatureType.CLOUDEVENT if second_generation else SignatureType.EVENT
    return None
