"""One function as a deploy file names it."""

from __future__ import annotations

from dataclasses import dataclass

from funclens.model import SignatureType, Span

__all__ = ["Deployment", "signature_of_trigger", "span_of_word"]


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

    @property
    def is_python(self) -> bool:
        """False when the runtime is that of another language."""
        runtime = (self.runtime or "python").lower()
        return "python" in runtime


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
