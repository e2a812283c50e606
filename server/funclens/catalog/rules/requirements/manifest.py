"""Parse the lines of a requirements.txt as pip does."""

from __future__ import annotations

import codecs
import re

from packaging.requirements import InvalidRequirement, Requirement

from funclens.catalog.rules.requirements.knowledge import Wanted, normalized
from funclens.dataclass import dataclass
from funclens.model import Span

__all__ = ["InvalidLine", "Manifest", "read_manifest"]

_OPTION = re.compile(r"\s-{1,2}[a-z]")
_HARMLESS = ("--hash", "--index", "--extra-index", "--find-links", "--pre", "--prefer")
_HARMLESS_SHORT = ("-i ", "-f ", "-i=", "-f=")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_LEGACY = re.compile(
    r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?"
    r"\s*\(?\s*(?:(?:===?|[<>!~]=|[<>])\s*[^\s,;()]+\s*,?\s*)*\)?\s*(?:;.*)?"
)
"""Legacy versions and markers that old releases of pip accept."""

_ELSEWHERE = re.compile(r"[/\\]|\.(?:whl|zip|tar\.gz|tgz)\b|^\.|^file:", re.IGNORECASE)
_TEMPLATE = re.compile(r"[{}<$%|*`]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """A line that every pip release rejects."""

    text: str
    span: Span
    why: str
    """First line of the parser's message."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Content of a requirements.txt."""

    wanted: tuple[Wanted, ...]
    is_open: bool
    """True if a line refers to requirements that aren't known here."""
    invalid: tuple[InvalidLine, ...] = ()


def read_manifest(data: bytes) -> Manifest:
    """Parse the bytes of a requirements.txt."""
    text = _decode(data)
    if text is None:
        return Manifest((), is_open=True)
    wanted: list[Wanted] = []
    invalid: list[InvalidLine] = []
    is_open = False
    raw_lines = text.split("\n")
    for number, line in _logical_lines(text):
        if line.startswith("-"):
            is_open |= not line.startswith((*_HARMLESS, *_HARMLESS_SHORT))
            continue
        found = _requirement(line)
        if isinstance(found, Requirement):
            wanted.append(_wanted(found))
            is_open |= found.url is not None
            continue
        is_open = True
        if found:
            raw = raw_lines[number - 1]
            span = Span(number, 1, number, len(raw.rstrip("\r")) + 1)
            invalid.append(InvalidLine(line, span, found))
    return Manifest(tuple(wanted), is_open, tuple(invalid))


def _wanted(requirement: Requirement) -> Wanted:
    return Wanted(
        normalized(requirement.name),
        tuple(sorted(requirement.extras)),
        is_pinned=any(
            item.operator in {"==", "===", "~=", "<", "<="}
            for item in requirement.specifier
        ),
        is_conditional=requirement.marker is not None,
    )


def _requirement(line: str) -> Requirement | str:
    """Return a requirement, or the reason it is invalid; empty if it may be valid."""
    option = _OPTION.search(line)
    words = line[: option.start()] if option else line
    try:
        return Requirement(words)
    except InvalidRequirement as error:
        legacy = _LEGACY.fullmatch(words.strip())
        if legacy or _TEMPLATE.search(line) or _ELSEWHERE.search(line):
            return ""
        return str(error).partition("\n")[0]


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines without comments, joined after a trailing backslash."""
    found: list[tuple[int, str]] = []
    pending: list[str] = []
    start = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        if not pending:
            start = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            pending.append(line[:-1])
            continue
        whole = _COMMENT.sub("", " ".join((*pending, line))).strip()
        pending = []
        if whole:
            found.append((start, whole))
    if pending:
        found.append((start, " ".join(pending).strip()))
    return found


def _decode(data: bytes) -> str | None:
    """Return the text as pip decodes it, or None if it can't."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data:
        return None
    return data.decode("utf-8", "replace")
