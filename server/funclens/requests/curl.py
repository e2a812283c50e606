"""Command lines that call a function, with curl or `funclens call`.

They are quoted for a POSIX shell.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.requests.copying.shell_words import (
    LONGEST_WORD,
    NEXT_LINE,
    body_pipe,
    header_word,
)
from funclens.requests.request import request_of_sample
from funclens.requests.sampling import first_sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from funclens.model import Function
    from funclens.requests.multipart import Part
    from funclens.requests.request import Request
    from funclens.requests.samples import Hints, Inputs

__all__ = ["Commands", "commands_for", "curl_command"]


@dataclass(frozen=True, slots=True)
class Commands:
    """How to call one function from a shell."""

    curl: str
    """Empty if there is no sample request."""
    call: str = ""
    """`funclens call …`, if that is shorter than the curl command."""
    advice: str = ""
    """An optional sentence about the request."""


def commands_for(
    function: Function, url: str, hints: Hints, inputs: Inputs | None = None
) -> Commands:
    """Return the commands for a function at `url`."""
    name = function.route.removeprefix("/")
    try:
        kind, sample = first_sample(function, hints, inputs)
    except UsageError as error:
        return Commands("", advice=error.sentence)
    request = request_of_sample(sample)
    curl = curl_command(request, url, sample.parts)
    if kind is not None:
        call = f"funclens call {name} --event {kind.name}"
    else:
        call = f"funclens call {name} --sample" if request.body else ""
    return Commands(curl, call, sample.advice)


def curl_command(
    request: Request,
    url: str,
    parts: Sequence[Part] = (),
    *,
    masked: AbstractSet[str] = frozenset(),
) -> str:
    """Return a curl command for a request to `url`, with one line per header.

    curl makes a multipart body itself: of the `parts`, with files of their names.
    `masked` are the names, in lower case, of headers that get a variable as value.
    """
    if parts:
        return _curl_with_parts(request, url, parts)
    lines = [_start(request, url)]
    if request.method == "HEAD" and not request.body:
        lines.append("--head")  # with -X HEAD, curl would wait for a body
    elif request.method != ("POST" if request.body else "GET"):
        lines.append(shlex.join(["-X", request.method]))
    for name, value in request.headers:
        end = ": " if value else ";"  # with a colon, curl would remove the header
        lines.append(f"-H {header_word(name, end, value, masked)}")
    if not request.body:
        return NEXT_LINE.join(lines)
    if not any(name.lower() == "content-type" for name, _ in request.headers):
        lines.append("-H 'Content-Type:'")  # otherwise that of a form
    text = request.body.decode("utf-8", "replace")
    if text.encode() == request.body and len(request.body) < LONGEST_WORD:
        lines.append(shlex.join(["--data-raw", text]))
        return NEXT_LINE.join(lines)
    lines.append("--data-binary @-")
    return body_pipe(request.body) + NEXT_LINE.join(lines)


def _start(request: Request, url: str) -> str:
    """Return the command with its URL, which curl must not rewrite or expand."""
    words = ["curl"]
    if "/." in request.path:
        words.append("--path-as-is")
    if not {*"[]{}"}.isdisjoint(request.path):
        words.append("--globoff")
    return shlex.join([*words, url + request.path])


def _curl_with_parts(request: Request, url: str, parts: Sequence[Part]) -> str:
    lines = [_start(request, url)]
    if request.method != "POST":
        lines.append(shlex.join(["-X", request.method]))
    for name, value in request.headers:
        if name.lower() != "content-type":
            lines.append(shlex.join(["-H", f"{name}: {value}"]))
    for part in parts:
        if part.filename:
            kind = f";type={part.type}" if part.type else ""
            lines.append(shlex.join(["-F", f"{part.name}=@{part.filename}{kind}"]))
        else:
            lines.append(shlex.join(["--form-string", f"{part.name}={part.value}"]))
    return NEXT_LINE.join(lines)
