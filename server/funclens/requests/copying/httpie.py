"""A request as a command of HTTPie (https://httpie.io), quoted for a POSIX shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.requests.copying.shell_words import (
    LONGEST_WORD,
    NEXT_LINE,
    body_pipe,
    header_word,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from funclens.requests.request import Request

__all__ = ["httpie_command"]


def httpie_command(
    request: Request, url: str, *, masked: AbstractSet[str] = frozenset()
) -> str:
    """Return the command for a request to `url`, with one line per header.

    `masked` are the names, in lower case, of headers that get a variable as value.
    """
    options = " --path-as-is" if "/." in request.path else ""
    first = f"http{options} {word(request.method)} {word(url + request.path)}"
    lines = [first]
    for name, value in request.headers:
        # A value that begins like another separator would change what the item is.
        space = " " if value[:1] in {"=", "@"} else ""
        end = f":{space}" if value else ";"
        lines.append(header_word(name, end, value, masked))
    if not request.body:
        return NEXT_LINE.join(lines)
    if not any(name.lower() == "content-type" for name, _ in request.headers):
        lines.append(word("Content-Type:"))  # otherwise JSON
    text = request.body.decode("utf-8", "replace")
    if text.encode() == request.body and len(request.body) < LONGEST_WORD:
        lines[0] = first.replace("http", "http --ignore-stdin", 1)  # as in a script
        return NEXT_LINE.join([*lines, f"--raw {word(text)}"])
    return body_pipe(request.body) + NEXT_LINE.join(lines)
