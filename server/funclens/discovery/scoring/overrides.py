"""Statements by users and deploy files about functions; they win over signals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.resolve.facts import Module, Placed

__all__ = [
    "Override",
    "Overrides",
    "comment_override",
    "ignored_codes",
    "setting_override",
]

_WORDS = {kind.value: kind for kind in SignatureType}
_REFUSALS = frozenset({"ignore", "none"})
_CODES = re.compile(r"ignore\s*\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Override:
    """What a comment, setting or deploy file says about one name of a source."""

    evidence: str
    """`comment`, `setting` or `deploy-file`."""
    signature_type: SignatureType | None = None
    refused: bool = False
    """True if it says that this is not a function."""
    deployed_names: tuple[str, ...] = ()
    deployments: tuple[Deployment, ...] = ()


Overrides = dict[str, Override]
"""Overrides by name in the source."""


def comment_override(module: Module, placed: Placed) -> Override | None:
    """Return the override of a `# funclens: …` comment at a definition, or None.

    The comment is on a line of the head, or alone on the line above.
    """
    first, last = _head(placed)
    for line, words, alone in module.comments:
        if first <= line <= last or (alone and line == first - 1):
            return _override(words.split(), "comment")
    return None


def setting_override(functions: Mapping[str, str], name: str) -> Override | None:
    """Return the override of the setting `functions` for a qualified name, or None."""
    return _override([functions[name]], "setting") if name in functions else None


def ignored_codes(module: Module, line: int) -> frozenset[str]:
    """Return the problem codes that a comment on a line or above it ignores.

    `*` means all codes.
    """
    found: set[str] = set()
    for at, words, alone in module.comments:
        if at == line or (alone and at == line - 1):
            listed = _CODES.match(words)
            if listed:
                found |= {code.strip() for code in listed[1].split(",")}
            elif words.split()[:1] == ["ignore"]:
                found.add("*")
    return frozenset(found)


def _head(placed: Placed) -> tuple[int, int]:
    binding = placed.binding
    first = last = placed.span.line
    if binding.definition is not None:
        first += binding.definition.head_line - binding.span.line
    return first, last


def _override(words: list[str], evidence: str) -> Override | None:
    word = words[0].lower() if words else ""
    if word in _REFUSALS:
        return Override(evidence, refused=True)
    if word in _WORDS:
        return Override(evidence, _WORDS[word])
    return None
