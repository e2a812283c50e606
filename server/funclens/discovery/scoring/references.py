"""How often a module uses one of its names: a helper is called, an entry is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.resolve.facts import BindingKind

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module
    from funclens.model import Span

__all__ = ["count_references"]

_TEXTS = re.compile(r'"""[\s\S]*?"""|' r"'''[\s\S]*?'''")
_MAIN_GUARD = re.compile(
    r"^if\s+(?:\(?\s*__name__\s*==.*|.*==\s*__name__\s*\)?):.*\n"
    r"(?:(?:[ \t#)].*)?\n|\Z)*",
    re.MULTILINE,
)


def count_references(module: Module, name: str, own: Span) -> int:
    """Count calls of a name, and places that hand it over.

    Left out are the definition itself (its lines are `own`), imports, comments,
    long texts, and what runs only when the module is started as a script.
    """
    if module.text.count(name) < 2:
        return 0
    lines = module.text.split("\n")
    _blank(lines, own)
    for placed in module.names.get(name, ()):
        if placed.binding.kind is BindingKind.IMPORT:
            _blank(lines, placed.span)
    code = "\n".join(line.partition("#")[0] for line in lines) + "\n"
    code = _MAIN_GUARD.sub("", _TEXTS.sub("", code))
    word = rf"(?<![\w.]){re.escape(name)}"
    called = rf"(?<!def )(?<!class ){word}\s*\("
    handed = rf"(?<=[(,=:\[{{])\s*{word}\s*(?=[),\]}}\n])"
    return len(re.findall(f"{called}|{handed}", code))


def _blank(lines: list[str], span: Span) -> None:
    for line in range(span.line - 1, min(span.end_line, len(lines))):
        lines[line] = ""
