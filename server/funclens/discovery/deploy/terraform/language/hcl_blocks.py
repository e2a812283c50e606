"""Parse the blocks of a Terraform file that may matter to functions.

A syntax error skips only its block; parsing resumes at the next one.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Constant,
    Expression,
    ListOf,
    Missing,
    ObjectOf,
)
from funclens.discovery.deploy.terraform.language.expressions import Reader
from funclens.discovery.deploy.terraform.language.scanner import (
    HclError,
    Source,
    block_end,
    is_header,
    next_header,
    skip_blanks,
    token_at,
)
from funclens.discovery.files.budget import OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Block", "Body", "blocks_in", "blocks_in_json", "bodies_in", "read_object"]

_DEEPEST = 20
_ALWAYS = frozenset({"locals", "variable", "module", "output", "terraform", "inputs"})
_KINDS = frozenset(
    {
        "archive_file",
        "google_cloudfunctions_function",
        "google_cloudfunctions2_function",
        "google_cloud_run_service",
        "google_cloud_run_v2_service",
        "google_cloud_scheduler_job",
        "google_eventarc_trigger",
        "google_pubsub_subscription",
        "google_pubsub_topic",
        "google_storage_bucket",
        "google_storage_bucket_object",
        "local_file",
    }
)
"""Resources and data sources to parse; all others are skipped."""

_LABELS = {"resource": 2, "data": 2, "locals": 0, "terraform": 0}
"""Number of labels by block type; one for all others."""

_LABEL = re.compile(r'"([^"\\\n]*)"|([^\W\d][\w-]*)')


@dataclass(slots=True, eq=False)
class Body:
    """Content of a block."""

    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`type "label" "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    source: Source
    start: int
    end: int
    """Offsets of the block's head."""


def blocks_in(source: Source) -> list[Block]:
    """Return the relevant blocks of a file, in order.

    If the file exceeds the budget, return the blocks read until then.
    """
    found: list[Block] = []
    with contextlib.suppress(OverBudgetError):
        _read_blocks(source, found)
    return found


def _read_blocks(source: Source, found: list[Block]) -> None:
    text = source.text
    at = 0
    while at < len(text):
        at = skip_blanks(text, at, lines=True)
        name = token_at(text, at)
        if name is None or not name["name"]:
            at = next_header(text, at + 1)
            continue
        head = _head(source, at)
        if head is None:
            at = _after_attribute(source, name.end(), found)
            continue
        type_, labels, inside = head
        if not _matters(type_, labels):
            at = block_end(source, inside)
            continue
        body = Body()
        found.append(Block(type_, labels, body, source, at, inside))
        reader = Reader(source, inside)
        try:
            _read_body(reader, body, 0)
            at = reader.at
        except HclError as error:
            line = text.rfind("\n", 0, error.offset) + 1
            at = next_header(text, max(line, inside))


def _after_attribute(source: Source, at: int, found: list[Block]) -> int:
    """Skip `name = value` at top level, used in variable files and Terragrunt."""
    start = at
    while source.text[start - 1 : start].isalnum() or source.text[
        start - 1 : start
    ] in {"_", "-"}:
        start -= 1
    name = source.text[start:at]
    reader = Reader(source, at)
    try:
        if not reader.take("="):
            return next_header(source.text, at)
        value = reader.expression()
    except HclError as error:
        line = source.text.find("\n", max(error.offset, at))
        return len(source.text) if line < 0 else line + 1
    body = Body({name: value})
    found.append(Block("=", (name,), body, source, start, at))
    return reader.at


def _matters(type_: str, labels: tuple[str, ...]) -> bool:
    if type_ in {"resource", "data"}:
        return bool(labels) and labels[0] in _KINDS
    return type_ in _ALWAYS


def _head(source: Source, at: int) -> tuple[str, tuple[str, ...], int] | None:
    """Return type, labels and the offset after the brace; None if it isn't a block."""
    text = source.text
    name = token_at(text, at)
    if name is None or not name["name"]:
        return None
    at = name.end()
    labels: list[str] = []
    while True:
        at = skip_blanks(text, at, lines=False)
        if text.startswith("{", at):
            return name["name"], tuple(labels), at + 1
        label = _LABEL.match(text, at)
        if label is None:
            return None
        labels.append(label[1] if label[1] is not None else label[2])
        at = label.end()


def _read_body(reader: Reader, body: Body, depth: int) -> None:
    """Read up to and including the closing brace."""
    source = reader.source
    text = source.text
    if depth > _DEEPEST:
        raise HclError(reader.at)
    while True:
        reader.at = skip_blanks(text, reader.at, lines=True)
        at = reader.at
        if text.startswith("}", at):
            reader.at += 1
            return
        name = token_at(text, at)
        is_key = name is not None and (name["name"] or name["quote"])
        if name is None or not is_key or is_header(text, at):
            raise HclError(at)
        head = _head(source, at)
        if head is not None:
            inner = Body()
            body.blocks.append(Block(*head[:2], inner, source, at, head[2]))
            reader.at = head[2]
            _read_body(reader, inner, depth + 1)
            continue
        reader.at = name.end()
        key = name["name"]
        if name["quote"]:
            reader.at = at
            given = reader.text()
            key = str(given.data) if isinstance(given, Constant) else ""
        if not reader.take("=", ":"):
            raise HclError(reader.at)
        body.attributes[key] = _value(reader)


def _value(reader: Reader) -> Expression:
    """Read the value of an attribute; Missing if its line ends first."""
    text = reader.source.text
    start = reader.at
    try:
        value = reader.expression()
    except HclError as error:
        rest = text[start : error.offset]
        if "\n" in rest.strip(" \t") or not _ends_line(text, error.offset):
            raise
        reader.at = error.offset
        return Missing()
    return value


def _ends_line(text: str, at: int) -> bool:
    return text[at : at + 1] in {"", "\n", "\r"}


def bodies_in(body: Body, type_: str) -> Iterator[tuple[Body, Block | None]]:
    """Yield the inner blocks of a type, each with its `dynamic` block or None.

    Blocks written as objects, as in JSON, are included.
    """
    for block in body.blocks:
        if block.type == type_:
            yield block.body, None
        elif block.type == "dynamic" and block.labels == (type_,):
            for inner in block.body.blocks:
                if inner.type == "content":
                    yield inner.body, block
    value = body.attributes.get(type_)
    for item in value.items if isinstance(value, ListOf) else (value,):
        if isinstance(item, ObjectOf):
            yield _body_of(item), None


def _body_of(value: ObjectOf) -> Body:
    """Convert an object to the body of a block."""
    return Body(
        {
            str(key.data): item
            for key, item in value.items
            if isinstance(key, Constant) and isinstance(key.data, str)
        }
    )


def read_object(source: Source, *, templates: bool) -> Expression | None:
    """Parse a text that is one JSON value; return None if it isn't."""
    reader = Reader(source, templates=templates)
    try:
        return reader.bracketed()
    except (HclError, OverBudgetError):
        return None


def blocks_in_json(source: Source) -> list[Block]:
    """Return the relevant blocks of a `.tf.json` file."""
    top = read_object(source, templates=True)
    found: list[Block] = []
    for type_, value in _items(top):
        labels = _LABELS.get(type_, 1)
        for names, body in _labelled(value, labels):
            if _matters(type_, names):
                if type_ == "variable":
                    # Defaults are values; types are expressions in quotes.
                    body.attributes.pop("type", None)
                found.append(Block(type_, names, body, source, 0, 0))
    return found


def _labelled(value: Expression, labels: int) -> Iterator[tuple[tuple[str, ...], Body]]:
    """Yield the bodies nested below that many labels, each with its labels."""
    for item in value.items if isinstance(value, ListOf) else (value,):
        if labels == 0 and isinstance(item, ObjectOf):
            yield (), _body_of(item)
        elif labels:
            for label, inner in _items(item):
                for names, body in _labelled(inner, labels - 1):
                    yield (label, *names), body


def _items(value: object) -> Iterator[tuple[str, Expression]]:
    if isinstance(value, ObjectOf):
        for key, item in value.items:
            if isinstance(key, Constant) and isinstance(key.data, str):
                yield key.data, item
