"""Commands in prose: fenced blocks, indented lines, inline code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell import folders_above, follow
from funclens.discovery.deploy.shell.builtins import CLONED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["code_in_prose", "deployments_in_prose"]

_FENCE = re.compile(r"[ \t>*-]*(?:```+|~~~+)\s*([\w-]*)")
_PROMPT = re.compile(
    r"[ \t]*(?:(?:\d+[.)]\s+|[*-]\s+)?"
    r"(?:[$%>#]|PS[^>\n]*>|\([\w.-]+\)\s*\$)[ \t]+(?=\S)"
    r"|(?:\d+[.)]|[*-])[ \t]+(?=gcloud\b|functions-framework\b))"
)
_COMMAND = re.compile(
    r"[ \t]*(?:gcloud|functions-framework|cd|export|python3? -m functions)\b"
)
_INLINE = re.compile(r"`((?:gcloud|functions-framework)[^`\n]+)`")
_NOT_SHELL = frozenset({"python", "py", "json", "js", "ts", "hcl", "terraform", "toml"})


def deployments_in_prose(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that commands in prose deploy."""
    folders = folders_above(path, nearby)
    code = code_in_prose(text)
    yield from follow(path, code, nearby, folders, {CLONED: ""})


def code_in_prose(text: str) -> str:
    """Replace everything but commands with blanks, keeping all offsets."""
    lines: list[str] = []
    fence: str | None = None
    goes_on = False
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match:
            fence = match[1].lower() if fence is None else None
            # A command may start where a fence usually names its language.
            first = line[match.start(1) :] if fence is not None else ""
            code = first if _COMMAND.match(first) else ""
            lines.append(" " * (len(line) - len(code)) + code)
            fence = "" if code else fence
            goes_on = False
            continue
        if fence is not None and fence not in _NOT_SHELL:
            lines.append(_joined(_unprompted(line), fence))
        elif fence is None and (goes_on or _COMMAND.match(_unprompted(line))):
            lines.append(_unprompted(line))
            goes_on = lines[-1].rstrip().endswith("\\")
        elif fence is None and (inline := _INLINE.search(line)):
            # Only at the start of a line; with prose before it, it isn't a command.
            lines.append(" " * inline.start(1) + inline[1] + ";")
        else:
            lines.append(" " * len(line))
    return "\n".join(lines)


def _joined(line: str, fence: str) -> str:
    """Translate a Windows line continuation to one of a POSIX shell."""
    sign = "^" if fence in {"bat", "batch", "cmd", "dos"} else "`"
    plain = line.rstrip()
    return plain[:-1] + "\\" if plain.endswith(" " + sign) else line


def _unprompted(line: str) -> str:
    match = _PROMPT.match(line)
    if match is None or line.lstrip().startswith("# "):
        return line
    return " " * match.end() + line[match.end() :]
