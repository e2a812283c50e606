"""One function as a deploy file names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from funclens.model import SignatureType, Span

__all__ = [
    "Deployment",
    "Trigger",
    "is_deployable_name",
    "signature_of_trigger",
    "span_of_word",
]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")

Trigger = Literal["http", "event"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one deploy file says of one function; None is what it does not say."""

    file: str
    """The deploy file, absolute."""
    span: Span
    """The entry point in the deploy file, or the line that speaks of it."""
    entry_point: str | None
    name: str | None = None
    """The name that it is deployed under."""
    folder: str | None = None
    """The source folder, absolute or relative to one of `bases`."""
    bases: tuple[str, ...] = ()
    """Folders, absolute, from which `folder` may be meant, the likeliest first."""
    source: str | None = None
    """The file in the source folder, when it is not main.py."""
    signature_type: SignatureType | None = None
    runtime: str | None = None
    trigger: Trigger | None = None
    """What calls it in production."""
    generation: int | None = None
    """1 or 2."""
    project: str | None = None
    region: str | None = None
    asgi: bool = False
    """True when it is started with `--asgi`."""
    is_update: bool = False
    """True for a command that names no runtime, trigger or entry point.

    Such a command changes what is deployed already, and says nothing of the source.
    """
    may_differ: bool = False
    """True when entry point or folder are defaults: whoever deploys may set others."""
    archive: str | None = None
    """The archive that is deployed, absolute, when it is not known what is in it."""
    event_type: str | None = None
    resource: str | None = None
    """The topic, bucket or other resource whose events call it."""
    variables: tuple[str, ...] = ()
    """Names of the environment variables that it is deployed with."""
    is_default: bool = False
    """True when the environment that an image is run in may name another function."""
    copied: tuple[str, ...] = ()
    """Files and folders, absolute, that are copied into `folder` before it deploys."""

    @property
    def is_python(self) -> bool:
        """False when the runtime is that of another language."""
        runtime = (self.runtime or "python").lower()
        return "python" in runtime


def is_deployable_name(name: str) -> bool:
    """Return whether a function can be deployed by that name: templates have others."""
    return _NAME.fullmatch(name) is not None


def signature_of_trigger(
    *, http: bool, event: bool, second_generation: bool | None
) -> SignatureType | None:
    """Return how production calls a function that has such a trigger."""
    if http:
        return SignatureType.HTTP
    if event:
        return SignatureType.CLOUDEVENT if second_generation else SignatureType.EVENT
    return None


def span_of_word(text: str, word: str, start: int = 0) -> Span:
    """Return where a word stands in a text, from an offset on; else that line."""
    at = text.find(word, start) if word else -1
    begin = at if at >= 0 else start
    line = text.count("\n", 0, begin) + 1
    line_start = text.rfind("\n", 0, begin) + 1
    if at < 0:
        line_end = text.find("\n", begin)
        width = (line_end if line_end >= 0 else len(text)) - line_start
        return Span(line, 1, line, width + 1)
    column = begin - line_start + 1
    return Span(line, column, line, column + len(word))
