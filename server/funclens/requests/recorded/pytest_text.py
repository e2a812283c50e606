"""A recorded request as a pytest file that needs functions-framework, not Funclens.

The function's answer is expected again: its status, type and body, without what differs
from call to call. Of a request that failed, only that it does not fail any more: what
is right can't be known.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.requests.copying.copy_as import DERIVED
from funclens.requests.copying.python_code import (
    body_literal,
    indented,
    joined_headers,
    quoted,
)
from funclens.requests.copying.shell_words import variable_of
from funclens.requests.recorded.loosened import Loosener, is_loose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.model import Function
    from funclens.requests.recorded.recorded_request import (
        RecordedMessage,
        RecordedRequest,
    )

__all__ = ["SavedTest", "name_of_test", "saved_test"]

_FAILED = 500
_BROWSER = re.compile(
    r"sec-|accept-language$|cache-control$|pragma$|dnt$|priority$|upgrade-|"
    r"user-agent$|traceparent$|tracestate$|x-cloud-trace|x-forwarded-|forwarded$|via$",
    re.IGNORECASE,
)
"""Headers that browsers and proxies add."""
_MOST_TEXT = 8_000
"""Characters of a text that is expected whole."""
_MOST_BYTES = 1_000
_WIDTH = 48


@dataclass(frozen=True, slots=True)
class SavedTest:
    """The text of a test."""

    text: str
    advice: str = ""
    """What people should know about it; sentences, or empty."""


def name_of_test(function: Function) -> str:
    """Return the usual name of the file with the tests of a function.

    Pytest wants different names in different folders, so it has the unit's folders.
    """
    *folders, module, name = function.qualified_name.split(".")
    words = [*folders, *([] if module == "main" else [module]), name]
    return f"test_{re.sub(r'[^0-9a-z_]', '_', '_'.join(words).lower())}.py"


def saved_test(recorded: RecordedRequest, function: Function, path: str) -> SavedTest:
    """Return the test of a request, for a file at an absolute path.

    Raises UsageError if the request can't be sent again.
    """
    if recorded.request.is_truncated:
        raise UsageError(
            f"only the first {len(recorded.request.body):,} bytes of the body are kept",
            hint="save a request with a smaller body",
        )
    source = os.path.join(function.folder, function.source)  # noqa: PTH118
    checks, imports = _checks(recorded, is_async=function.is_async)
    headers = _headers(recorded)
    kind = quoted(function.signature_type.value)
    named = [quoted(function.name), "str(SOURCE)", kind]
    masked = [name for name, value in headers if value is None]
    imports |= {"os", "sys"} if masked else {"sys"}
    lines = [
        f'"""{_title(recorded, function)}"""',
        "",
        *(f"import {name}" for name in sorted(imports - {"ANY"})),
        "from pathlib import Path",
        *(["from unittest.mock import ANY"] if "ANY" in imports else []),
        "",
        "from functions_framework import create_app",
        *(["from starlette.testclient import TestClient"] * function.is_async),
        "",
        f"SOURCE = {_source(source, path)}",
        "",
        "",
        f"def {_test_function(recorded, function)}(monkeypatch):",
        "    monkeypatch.chdir(SOURCE.parent)",
        "    monkeypatch.syspath_prepend(SOURCE.parent)",
        "    # Other units may have modules of the same names.",
        '    own = {p.stem for p in SOURCE.parent.iterdir() if "test" not in p.stem}',
        '    for name in {n for n in sys.modules if n.partition(".")[0] in own}:',
        "        monkeypatch.delitem(sys.modules, name)",
        f"    app = create_app({', '.join(named)})",
        "",
        *(_call(recorded, headers, is_async=function.is_async)),
        "",
        *(f"    {line}" if line else "" for line in checks),
    ]
    return SavedTest("\n".join(lines) + "\n", _advice(masked, function))


def _title(recorded: RecordedRequest, function: Function) -> str:
    response = recorded.response
    came = f"status {response.status}" if response else "no response"
    day = recorded.received_at[:10]
    return f"A request to `{function.name}`, recorded on {day} with {came}."


def _test_function(recorded: RecordedRequest, function: Function) -> str:
    name = re.sub(r"\W", "_", function.name)
    response = recorded.response
    if response is None or response.status >= _FAILED:
        return f"test_{name}_does_not_fail"
    return f"test_{name}_responds_{response.status}"


def _source(source: str, path: str) -> str:
    folder, name = os.path.split(source)
    if os.path.realpath(folder) == os.path.realpath(os.path.dirname(path)):  # noqa: PTH120
        return f"Path(__file__).with_name({quoted(name)})"
    relative = os.path.relpath(source, os.path.dirname(path))  # noqa: PTH120
    return f"(Path(__file__).parent / {quoted(relative)}).resolve()"


def _headers(recorded: RecordedRequest) -> list[tuple[str, str | None]]:
    """Return the headers to send; None for values that aren't known."""
    return [
        (name, None if name.lower() in recorded.request.masked else value)
        for name, value in joined_headers(recorded.request.headers)
        if name.lower() not in DERIVED
        and not _BROWSER.match(name)
        and (name.lower(), value) != ("accept", "*/*")
    ]


def _call(
    recorded: RecordedRequest,
    headers: list[tuple[str, str | None]],
    *,
    is_async: bool,
) -> Iterator[str]:
    method, data = (
        ("TestClient(app, raise_server_exceptions=False).request", "content")
        if is_async
        else ("app.test_client().open", "data")
    )
    # Two slashes at the beginning would be read as a host; Werkzeug removes one.
    arguments = [quoted("/" + recorded.below.lstrip("/"))]
    if is_async:
        arguments.insert(0, quoted(recorded.method))
        arguments.append("follow_redirects=False")
    else:
        arguments.append(f"method={quoted(recorded.method)}")
    yield f"    response = {method}("
    yield from (f"        {argument}," for argument in arguments)
    name, value = headers[0] if len(headers) == 1 else ("", None)
    if value is not None:
        yield f"        headers={{{quoted(name)}: {quoted(value)}}},"
    elif headers:
        yield "        headers={"
        for name, value in headers:
            shown = (
                f'os.environ.get("{variable_of(name)}", "masked")'
                if value is None
                else quoted(value)
            )
            yield f"            {quoted(name)}: {shown},"
        yield "        },"
    if recorded.request.body:
        yield f"        {data}={indented(body_literal(recorded.request.body), 8)},"
    yield "    )"


def _checks(recorded: RecordedRequest, *, is_async: bool) -> tuple[list[str], set[str]]:
    """Return the assertions as lines, and what they import."""
    response = recorded.response
    if response is None or response.status >= _FAILED:
        return [f"assert response.status_code < {_FAILED}"], set()
    lines = [f"assert response.status_code == {response.status}"]
    kind = (response.header("Content-Type") or "").partition(";")[0].strip()
    if kind:
        got = 'response.headers["Content-Type"].partition(";")[0]'
        lines.append(f"assert {got} == {quoted(kind)}")
    if recorded.method == "HEAD":
        return lines, set()
    whole = "response.content" if is_async else "response.data"
    more, imports = _body_checks(recorded, response, whole)
    return lines + more, imports


def _body_checks(
    recorded: RecordedRequest, response: RecordedMessage, whole: str
) -> tuple[list[str], set[str]]:
    loosener = Loosener(_sent_text(recorded))
    try:
        text = response.body.decode()
    except UnicodeDecodeError:
        return _bytes_checks(response, whole)
    value = _json(text)
    if isinstance(value, (dict, list)) and not response.is_truncated:
        loose = loosener.value(value)
        lines = f"assert json.loads({whole}) == {_literal(loose)}".split("\n")
        return lines, {"json", *(["ANY"] if is_loose(loose) else [])}
    is_whole = len(text) <= _MOST_TEXT and not response.is_truncated
    if not is_whole:
        text = text[:_MOST_TEXT].rpartition("\n")[0] or text[:_MOST_TEXT]
    pattern = loosener.pattern(text)
    if pattern is not None:
        match = "fullmatch" if is_whole else "match"
        literal = body_literal(pattern.replace("\\ ", " ").encode())
        return [
            *f"pattern = {literal}".split("\n"),
            f"assert re.{match}(pattern, {whole}, re.DOTALL)",
        ], {"re"}
    literal = body_literal(text.encode()) if text else 'b""'
    if is_whole:
        return f"assert {whole} == {literal}".split("\n"), set()
    return f"assert {whole}.startswith({literal})".split("\n"), set()


def _bytes_checks(response: RecordedMessage, whole: str) -> tuple[list[str], set[str]]:
    if response.is_truncated:
        return [f"assert {whole}.startswith({response.body[:16]!r})"], set()
    if len(response.body) <= _MOST_BYTES:
        return f"assert {whole} == {body_literal(response.body)}".split("\n"), set()
    digest = hashlib.sha256(response.body).hexdigest()
    return [
        f"assert len({whole}) == {len(response.body)}",
        f"digest = hashlib.sha256({whole}).hexdigest()",
        f'assert digest == "{digest}"',
    ], {"hashlib"}


def _literal(value: Any, indent: str = "") -> str:
    """Return a JSON value as Python, one entry per line if it is long."""
    if isinstance(value, str):
        return quoted(value)
    if not isinstance(value, (dict, list)) or not value:
        return repr(value)
    below = f"{indent}    "
    if isinstance(value, dict):
        start, end = "{}"
        items = [f"{quoted(k)}: {_literal(v, below)}" for k, v in value.items()]
    else:
        start, end = "[]"
        items = [_literal(item, below) for item in value]
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= _WIDTH - len(indent) and "\n" not in line:
        return line
    lines = "".join(f"{below}{item},\n" for item in items)
    return f"{start}\n{lines}{indent}{end}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _sent_text(recorded: RecordedRequest) -> str:
    body = recorded.request.body.decode("utf-8", "replace")
    values = [value for _, value in recorded.request.headers]
    return "\n".join([recorded.path, unquote_plus(recorded.query), body, *values])


def _advice(masked: list[str], function: Function) -> str:
    parts = []
    if masked:
        names = ", ".join(variable_of(name) for name in masked)
        parts.append(f"Masked headers are read from the environment: {names}.")
    if function.is_async:
        parts.append("Async functions are called by Starlette's client, with httpx.")
    return " ".join(parts)
