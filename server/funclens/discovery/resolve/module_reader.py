"""Read the facts of one file, either completely or only what an edit changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.resolve.facts import Module, Placed
from funclens.discovery.syntax.blocks import Layout, resplit, split
from funclens.discovery.syntax.deferred import defer
from funclens.discovery.syntax.parse import parse_blocks
from funclens.discovery.syntax.positions import LineCount
from funclens.discovery.syntax.statements import BindingKind, Block
from funclens.discovery.syntax.usage import PLAUSIBLE_TYPE

if TYPE_CHECKING:
    from funclens.discovery.files.document import Unchanged
    from funclens.discovery.syntax.deferred import DeferredBlock

__all__ = ["ModuleReader", "read_module"]

_COMMENT = re.compile(r"#\s*funclens:[ \t]*([^\n#]*)", re.IGNORECASE)
_ALIAS = re.compile(rf"\b(?:{PLAUSIBLE_TYPE})[ \t\\\n]+as[ \t\\\n]+([^\W\d]\w*)")


def read_module(path: str, text: str, *, undecodable: bool = False) -> Module:
    r"""Return the facts of a text with `\n` line endings."""
    return ModuleReader(path, text, undecodable=undecodable).module


class ModuleReader:
    """Keeps the facts of a text that is being edited; parses only changed blocks."""

    def __init__(self, path: str, text: str, *, undecodable: bool = False) -> None:
        self.module: Module
        """Facts of the current text."""
        self._path = path
        self._undecodable = undecodable
        self._blocks: dict[str, _Kept] = {}
        self._text = text
        self._layout = split(text)
        self._read()

    def edit(self, text: str, unchanged: Unchanged | None = None) -> None:
        r"""Set a new text with `\n` line endings and update the facts.

        `unchanged` is the common prefix and suffix of both texts, if already known.
        """
        if text == self._text:
            return
        layout = resplit(self._text, self._layout, text, unchanged)
        self._text, self._layout = text, layout
        self._undecodable = False
        self._read()

    def _read(self) -> None:
        texts = _texts(self._text, self._layout)
        known = self._blocks
        self._blocks = {}
        missing: list[str] = []
        for text in texts:
            kept = known.get(text) or self._blocks.get(text)
            if kept is None:
                deferred = defer(text)
                if deferred is None:
                    missing.append(text)
                    continue
                kept = _Kept(deferred, text)
            self._blocks[text] = kept
        for text, block in zip(missing, parse_blocks(missing), strict=True):
            self._blocks[text] = _Kept(block, text)
        places: list[tuple[int, _Kept]] = []
        commented: list[int] = []
        offset = 0
        below_comment = False
        for text in texts:
            kept = self._blocks[text]
            places.append((offset, kept))
            if below_comment:
                commented.append(offset)
            below_comment = kept.ends_with_comment
            offset += kept.height
        self.module = _module(
            self._path,
            self._text,
            places,
            commented=frozenset(commented),
            undecodable=self._undecodable,
        )


class _Kept:
    """The facts of a block, and its bindings at the last known offset."""

    def __init__(self, block: Block | DeferredBlock, text: str) -> None:
        self.block = block
        self.height = text.count("\n")
        last = text.rfind("\n", 0, len(text) - 1) + 1
        self.ends_with_comment = text.startswith("#", last)
        self.has_own_comment = "funclens:" in text or "Funclens:" in text
        if isinstance(block, Block):
            self.type_aliases = _ALIAS.findall(text) if " as " in text else ()
            self.names = tuple(binding.name for binding in block.bindings)
            self.kinds = tuple(binding.kind for binding in block.bindings)
        else:
            self.type_aliases = ()
            self.names, self.kinds = (block.name,), (block.kind,)
        self._offset = -1
        self._placed: tuple[Placed, ...] = ()

    def placed(self, offset: int) -> tuple[Placed, ...]:
        """Return the bindings for a block with that many lines above it."""
        if offset != self._offset:
            self._offset = offset
            if len(self.names) == 1:
                self._placed = (Placed(self.block, 0, offset),)
            else:
                self._placed = tuple(
                    Placed(self.block, index, offset)
                    for index in range(len(self.names))
                )
        return self._placed


def _texts(text: str, layout: Layout) -> list[str]:
    starts = layout.starts
    return [
        text[start:end]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


def _module(
    path: str,
    text: str,
    places: list[tuple[int, _Kept]],
    *,
    commented: frozenset[int],
    undecodable: bool,
) -> Module:
    names: dict[str, tuple[Placed, ...]] = {}
    again: dict[str, list[Placed]] = {}
    stars: list[Placed] = []
    imports: list[Placed] = []
    exported: tuple[str, ...] | None = None
    blocks: list[tuple[int, Block | DeferredBlock]] = []
    for offset, kept in places:
        block = kept.block
        blocks.append((offset, block))
        for placed, name, kind in zip(kept.placed(offset), kept.names, kept.kinds):  # noqa: B905 - of one length
            if kind is BindingKind.STAR:
                stars.append(placed)
                imports.append(placed)
                continue
            if kind is BindingKind.IMPORT:
                imports.append(placed)
            if name not in names:
                names[name] = (placed,)
            elif name in again:
                again[name].append(placed)
            else:
                again[name] = [*names[name], placed]
        if block.exported is not None:
            exported = (exported or ()) + block.exported
    for name, bindings in again.items():
        names[name] = tuple(bindings)
    return Module(
        path=path,
        text=text,
        blocks=tuple(blocks),
        names=names,
        stars=tuple(stars),
        imports=tuple(imports),
        exported=exported,
        comments=_comments(text)
        if any(kept.has_own_comment for _, kept in places)
        else (),
        commented=commented,
        undecodable=undecodable,
        type_aliases=frozenset(
            name for _, kept in places for name in kept.type_aliases
        ),
    )


def _comments(text: str) -> tuple[tuple[int, str, bool], ...]:
    above = LineCount(text)
    return tuple(
        (
            above.before(match.start()) + 1,
            match[1].strip(),
            not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip(),
        )
        for match in _COMMENT.finditer(text)
    )
