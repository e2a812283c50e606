"""A request as Python code that sends it with `requests`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.requests.copying.shell_words import variable_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from funclens.requests.request import Headers, Request

__all__ = ["body_literal", "joined_headers", "python_code"]

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_WIDTH = 72
"""Characters of a body per line."""


def python_code(
    request: Request, url: str, *, masked: AbstractSet[str] = frozenset()
) -> str:
    """Return a script for a request to `url`.

    `masked` are the names, in lower case, of headers whose values are read from the
    environment.
    """
    verb, method = request.method.lower(), ""
    if request.method not in _VERBS:
        verb, method = "request", f"    {request.method!r},\n"
    lines = [
        "import requests",
        "",
        f"response = requests.{verb}(",
        *([method.rstrip()] if method else []),
        f"    {quoted(url + request.path)},",
    ]
    headers = joined_headers(request.headers)
    if headers:
        lines.append("    headers={")
        lines += [
            f"        {quoted(name)}: {_value(name, value, masked)},"
            for name, value in headers
        ]
        lines.append("    },")
    if request.body:
        lines.append(f"    data={indented(body_literal(request.body), 4)},")
    lines += ["    allow_redirects=False,", ")"]
    lines.append("print(response.status_code, response.text)")
    if any(name.lower() in masked for name, _ in headers):
        lines.insert(0, "import os\n")
    return "\n".join(lines) + "\n"


def joined_headers(headers: Headers) -> list[tuple[str, str]]:
    """Return headers with unique names: repeated ones are joined, as HTTP allows."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        key = name.lower()
        if key in found:
            separator = "; " if key == "cookie" else ", "
            found[key] = (found[key][0], f"{found[key][1]}{separator}{value}")
        else:
            found[key] = (name, value)
    return list(found.values())


def quoted(text: str) -> str:
    """Return a string literal in double quotes, in ASCII where that reads well."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in literal:
        return f'"{literal[1:-1]}"'
    return literal


def body_literal(data: bytes) -> str:
    """Return an expression for bytes: text where they are text, in several lines."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _joined(repr(data[at : at + 24]) for at in range(0, len(data), 24))
    if not text.isascii():
        return f"{_joined(map(quoted, _pieces(text)))}.encode()"
    return _joined(f"b{quoted(piece)}" for piece in _pieces(text))


def indented(text: str, spaces: int) -> str:
    """Return an expression for a line that begins after `spaces`."""
    return text.replace("\n", "\n" + " " * spaces)


def _pieces(text: str) -> Iterable[str]:
    """Yield a text in pieces for one line each; they end at line ends."""
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), _WIDTH):
            yield line[at : at + _WIDTH]


def _joined(literals: Iterable[str]) -> str:
    lines = [*literals]
    if len(lines) == 1:
        return lines[0]
    return "(\n" + "".join(f"    {line}\n" for line in lines) + ")"


def _value(name: str, value: str, masked: AbstractSet[str]) -> str:
    if name.lower() not in masked:
        return quoted(value)
    return f'os.environ["{variable_of(name)}"]'
