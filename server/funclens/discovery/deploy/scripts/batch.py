"""Windows batch files, translated to an equivalent shell script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell import folders_above, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_batch"]

_COMMENT = re.compile(r"^[ \t]*@?(?:rem\b|::)[^\n]*", re.IGNORECASE | re.MULTILINE)
_SET = re.compile(
    r"(?<![\w-])set\s+(?:/a\s+)?(?:\"([A-Za-z_]\w*)=([^\"\n]*)\"|([A-Za-z_]\w*)=([^\n&|]*))",
    re.IGNORECASE,
)
_LOOP = re.compile(
    r"for\s+(?:/d\s+)?%%?([A-Za-z])\s+in\s*\(([^)\n]*)\)\s*do\s*(\(?)", re.IGNORECASE
)


def deployments_in_batch(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a batch file deploys."""
    script = _as_shell(text)
    yield from follow(path, script, nearby, folders_above(path, nearby))


def _as_shell(text: str) -> str:
    """Return an equivalent shell script with the same number of lines."""
    text = _COMMENT.sub("", text)
    text = re.sub(r"\^[ \t]*\r?\n", "\\\\\n", text)
    text = re.sub(r"\\(?!\n)", "/", text)
    text = re.sub(r"%~dp0/?", "./", text)
    text = _SET.sub(lambda m: f'{m[1] or m[3]}="{(m[2] or m[4] or "").strip()}"', text)
    text = _with_loops(text)
    text = re.sub(r"%%(?:~[nxdpfs]*)?([A-Za-z])(?![A-Za-z])", r"${\1}", text)
    text = re.sub(r"[%!]([A-Za-z_]\w*)[%!]", r"${\1}", text)
    text = re.sub(r"%~?([1-9])", r"${\1}", text)
    text = re.sub(
        r"^([ \t]*)(?:@|call[ \t]+)+", r"\1", text, flags=re.MULTILINE | re.IGNORECASE
    )
    return re.sub(
        r"^([ \t]*)if\b[^(\n]*\(", r"\1(", text, flags=re.MULTILINE | re.IGNORECASE
    )


def _with_loops(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _LOOP.finditer(text):
        if match.start() < position:
            continue
        pieces.append(text[position : match.start()])
        words = match[2].replace(",", " ")
        pieces.append(f"for {match[1]} in {words}; do ")
        if match[3]:
            end = text.find("\n)", match.end())
            end = len(text) if end < 0 else end + 1
        else:
            end = text.find("\n", match.end())
            end = len(text) if end < 0 else end
        pieces.append(text[match.end() : end].rstrip("\n"))
        pieces.append("\ndone" if match[3] else "; done")
        position = end + 1 if match[3] else end
    pieces.append(text[position:])
    return "".join(pieces)
