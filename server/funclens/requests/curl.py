"""Command lines that call a function, with curl or `funclens call`.

They are quoted for a POSIX shell.
"""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.requests.request import request_of_sample
from funclens.requests.sampling import first_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.model import Function
    from funclens.requests.multipart import Part
    from funclens.requests.request import Request
    from funclens.requests.samples import Hints, Inputs

__all__ = ["Commands", "commands_for", "curl_command"]

_NEXT_LINE = " \\\n  "


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


def curl_command(request: Request, url: str, parts: Sequence[Part] = ()) -> str:
    """Return a curl command for a request to `url`, with one line per header.

    curl makes a multipart body itself: of the `parts`, with files of their names.
    """
    if parts:
        return _curl_with_parts(request, url, parts)
    lines = [shlex.join(["curl", url + request.path])]
    if request.method != ("POST" if request.body else "GET"):
        lines.append(shlex.join(["-X", request.method]))
    lines += [shlex.join(["-H", f"{name}: {value}"]) for name, value in request.headers]
    if not request.body:
        return _NEXT_LINE.join(lines)
    try:
        lines.append(shlex.join(["--data-raw", request.body.decode()]))
    except UnicodeDecodeError:
        encoded = base64.b64encode(request.body).decode()
        lines.append("--data-binary @-")
        return f"echo {encoded} | base64 -d | {_NEXT_LINE.join(lines)}"
    return _NEXT_LINE.join(lines)


def _curl_with_parts(request: Request, url: str, parts: Sequence[Part]) -> str:
    lines = [shlex.join(["curl", url + request.path])]
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
    return _NEXT_LINE.join(lines)
