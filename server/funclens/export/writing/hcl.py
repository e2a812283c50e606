"""Values and blocks in Terraform's language, aligned as `terraform fmt` does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Union

from funclens.dataclass import dataclass, field

__all__ = ["Block", "Code", "Value", "hcl_text", "literal"]

_SPECIAL = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


class Code(str):
    """An expression, written as it is."""

    __slots__ = ()


Value = Union[str, int, bool, Sequence["Value"], Mapping[str, "Value"]]  # noqa: UP007


@dataclass(slots=True)
class Block:
    """A block with its attributes and nested blocks, in the order of writing."""

    kind: str
    labels: tuple[str, ...] = ()
    attributes: Mapping[str, Value | None] = field(default_factory=dict)
    """Those that are None are left out."""
    blocks: list[Block] = field(default_factory=list)


def hcl_text(blocks: Sequence[Block]) -> str:
    """Return blocks as the text of a file."""
    return "\n".join("\n".join(_lines(block, 0)) + "\n" for block in blocks)


def literal(text: str) -> str:
    """Return the inside of a quoted string in which nothing is evaluated."""
    escaped = "".join(_escaped(character) for character in text)
    return escaped.replace("${", "$${").replace("%{", "%%{")


def _escaped(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04x}"
    return character


def _lines(block: Block, depth: int) -> list[str]:
    indent = "  " * depth
    labels = "".join(f' "{literal(label)}"' for label in block.labels)
    given = {k: v for k, v in block.attributes.items() if v is not None}
    if not given and not block.blocks:
        return [f"{indent}{block.kind}{labels} {{}}"]
    lines = [f"{indent}{block.kind}{labels} {{", *_pairs(given, depth + 1)]
    for inner in block.blocks:
        if len(lines) > 1:
            lines.append("")
        lines += _lines(inner, depth + 1)
    return [*lines, f"{indent}}}"]


def _pairs(values: Mapping[str, Value], depth: int) -> list[str]:
    """Return one line for each value; the signs of neighboring lines are aligned."""
    indent = "  " * depth
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def end_run() -> None:
        width = max((len(name) for name, _ in run), default=0)
        lines.extend(f"{indent}{name.ljust(width)} = {text}" for name, text in run)
        run.clear()

    for name, value in values.items():
        key = name if _IDENTIFIER.fullmatch(name) else f'"{literal(name)}"'
        text = _value(value, depth)
        run.append((key, text))
        if "\n" in text:
            # A value of several lines ends the alignment, as in `terraform fmt`.
            last = run.pop()
            end_run()
            run.append(last)
            end_run()
    end_run()
    return lines


def _value(value: Value, depth: int) -> str:
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{literal(value)}"'
    if isinstance(value, Mapping):
        inner = _pairs(value, depth + 1)
        return "\n".join(["{", *inner, "  " * depth + "}"])
    return "[" + ", ".join(_value(item, depth) for item in value) + "]"
