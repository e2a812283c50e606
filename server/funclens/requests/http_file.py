"""Parse `.http` files of the JetBrains HTTP Client and the VS Code REST Client.

Parsing never fails: unknown lines are skipped. Requests are separated by `###`. Each
has comments, a request line, headers, and after an empty line a body. `@name = value`
defines the variable `{{name}}`. Scripts and response redirections are recognized and
skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.requests.request import Headers

__all__ = [
    "FileReference",
    "HttpFile",
    "HttpFileRequest",
    "is_http_file",
    "parse_http_file",
]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Other words at the start, such as GRAPHQL or WEBSOCKET, aren't HTTP requests."""

_LARGEST = 1_000_000
"""Maximum length of a file; larger ones have no requests."""

_MOST = 1_000
"""Maximum number of requests, and of definitions, per file."""

_SEPARATOR = re.compile(r"#{3,}[ \t]*(.*)")
_COMMENT = re.compile(r"[ \t]*(?:#|//)(.*)")
_NAME = re.compile(r"[ \t]*@name[ \t]*[= \t][ \t]*(\S+)")
_FUNCTION = re.compile(r"[ \t]*Function:[ \t]*(\S+)")
_DEFINITION = re.compile(r"@([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(.*)")
_REQUEST = re.compile(r"([A-Za-z]+)[ \t]+(\S.*)")
_BARE_URL = re.compile(r"(?:https?://|\{\{|/|localhost[:/]|127\.0\.0\.1[:/])\S*")
_VERSION = re.compile(r"HTTP/\d(?:\.\d)?")
_HEADER = re.compile(r"([!#$%&'*+\-.^`|~\w]+)[ \t]*:(.*)")
_FILE = re.compile(r"<(@?)([A-Za-z][\w-]*)?[ \t]+(\S.*)")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class FileReference:
    """`< path` in a body: the contents of a file."""

    path: str
    has_variables: bool = False
    """`<@ path`: variables in the file are replaced, too."""
    encoding: str = "utf-8"
    """Encoding of a file with variables."""


@dataclass(frozen=True, slots=True)
class HttpFileRequest:
    """One request as written, before variables are replaced."""

    line: int
    """1-based line of the request line."""
    method: str
    url: str
    headers: Headers = ()
    body: tuple[str | FileReference, ...] = ()
    name: str = ""
    """From `# @name`, or from the text behind `###`."""
    function: str = ""
    """From `# Function: billing.main.charge`, which Funclens writes."""


@dataclass(frozen=True, slots=True)
class HttpFile:
    """The requests of a file, in order, and its variables."""

    requests: tuple[HttpFileRequest, ...] = ()
    definitions: tuple[tuple[int, str, str], ...] = ()
    """Line, name and value, in order."""

    def request_at(self, line: int) -> HttpFileRequest | None:
        """Return the request whose request line is at this line."""
        return next((item for item in self.requests if item.line == line), None)

    def variables_of(self, request: HttpFileRequest) -> Mapping[str, str]:
        """Return the definitions that apply to a request.

        The last one above it takes precedence, then the first one below it.
        """
        found: dict[str, str] = {}
        for line, name, value in self.definitions:
            if line < request.line or name not in found:
                found[name] = value
        return found


def is_http_file(path: str) -> bool:
    """Return whether a file name is that of a `.http` file."""
    return path.lower().endswith((".http", ".rest"))


def parse_http_file(text: str) -> HttpFile:
    """Return the requests and definitions in a text."""
    if len(text) > _LARGEST:
        return HttpFile()
    reader = _Reader(text.removeprefix(_BOM).split("\n"))
    reader.run()
    return HttpFile(tuple(reader.requests), tuple(reader.definitions))


class _Reader:
    """Reads the lines of a file in one pass."""

    def __init__(self, lines: list[str]) -> None:
        self.requests: list[HttpFileRequest] = []
        self.definitions: list[tuple[int, str, str]] = []
        self._lines = [line.rstrip("\r") for line in lines]
        self._at = 0
        self._name = ""
        self._function = ""

    def run(self) -> None:
        """Read the whole file."""
        while self._at < len(self._lines) and len(self.requests) < _MOST:
            line = self._lines[self._at]
            if separator := _SEPARATOR.match(line):
                self._name = separator[1].strip()
            elif definition := _DEFINITION.match(line):
                self._define(definition)
            elif comment := _COMMENT.match(line):
                self._comment(comment[1])
            elif _begins_script(line, "<"):
                self._skip_script()
            elif begun := _request_line(line):
                self._request(*begun)
                continue
            elif line.strip():
                self._skip_block()
                continue
            self._at += 1

    def _comment(self, text: str) -> None:
        if name := _NAME.match(text):
            self._name = name[1]
        elif function := _FUNCTION.match(text):
            self._function = function[1]

    def _define(self, definition: re.Match[str]) -> None:
        if len(self.definitions) < _MOST:
            self.definitions.append(
                (self._at + 1, definition[1], definition[2].strip())
            )

    def _request(self, method: str, url: str) -> None:
        line = self._at + 1
        self._at += 1
        url = self._whole_url(url)
        headers = tuple(self._headers())
        body = tuple(_body_of(list(self._body()), headers))
        self.requests.append(
            HttpFileRequest(
                line, method, url, headers, body, self._name, self._function
            )
        )
        self._name = self._function = ""

    def _whole_url(self, url: str) -> str:
        """Return a URL with its continuation lines: indented, or with ? or &."""
        pieces = [url]
        while self._at < len(self._lines):
            line = self._lines[self._at]
            piece = line.strip()
            is_indented = line[:1] in {" ", "\t"} and not _COMMENT.match(line)
            if not piece or not (is_indented or piece[0] in "?&"):
                break
            pieces.append(_without_version(piece))
            self._at += 1
        return "".join(pieces)

    def _headers(self) -> Headers:
        found: list[tuple[str, str]] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip() or _SEPARATOR.match(line) or _begins_script(line, ">"):
                break
            header = None if _COMMENT.match(line) else _HEADER.fullmatch(line.strip())
            if header:
                found.append((header[1], header[2].strip()))
            self._at += 1
        return tuple(found)

    def _body(self) -> Sequence[str]:
        """Return the lines up to the next separator, without response handlers."""
        found: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if _SEPARATOR.match(line):
                break
            if _begins_script(line, ">"):
                self._skip_script()
            elif not _is_handler(line):
                found.append(line)
            self._at += 1
        while found and not found[0].strip():
            del found[0]
        while found and not found[-1].strip():
            found.pop()
        return found

    def _skip_script(self) -> None:
        """Skip to the last line of a script."""
        while self._at < len(self._lines) and "%}" not in self._lines[self._at]:
            self._at += 1

    def _skip_block(self) -> None:
        """Skip to the next separator: a request of another protocol, or prose."""
        while self._at < len(self._lines) and not _SEPARATOR.match(
            self._lines[self._at]
        ):
            self._at += 1
        self._name = ""


def _request_line(line: str) -> tuple[str, str] | None:
    """Return method and URL of a request line; a URL alone means GET."""
    line = line.strip()
    match = _REQUEST.fullmatch(line)
    if match and match[1].upper() in _METHODS:
        return match[1].upper(), _without_version(match[2])
    if _BARE_URL.match(line):
        return "GET", _without_version(line)
    return None


def _without_version(text: str) -> str:
    url, _, version = text.rpartition(" ")
    return url.rstrip() if url and _VERSION.fullmatch(version) else text


def _begins_script(line: str, sign: str) -> bool:
    return line.startswith(sign) and line[1:].lstrip().startswith("{%")


def _is_handler(line: str) -> bool:
    """Return whether a line is a response handler: a script or a file."""
    return line.startswith(("> ", ">> ", ">>! ", "<> "))


def _body_of(lines: list[str], headers: Headers) -> Sequence[str | FileReference]:
    kinds = [value for key, value in headers if key.lower() == "content-type"]
    kind = kinds[0].lower() if kinds else ""
    if "json" in kind:
        # As in the REST Client: JSON has no comments, but people write them.
        lines = [line for line in lines if not _COMMENT.match(line)]
    if "x-www-form-urlencoded" in kind:
        return _joined([line.strip() for line in lines], "")
    return _joined(lines, "\r\n" if kind.startswith("multipart/") else "\n")


def _joined(lines: list[str], end: str) -> Sequence[str | FileReference]:
    found: list[str | FileReference] = []
    texts: list[str] = []
    for at, line in enumerate(lines):
        gap = end if at else ""
        file = _FILE.fullmatch(line)
        if file is None:
            texts.append(gap + line)
            continue
        found += filter(None, ["".join([*texts, gap])])
        texts = []
        found.append(FileReference(file[3].strip(), file[1] == "@", file[2] or "utf-8"))
    return [*found, *filter(None, ["".join(texts)])]
