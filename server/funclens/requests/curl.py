"""Command lines that call a function, with curl or `funclens call`.

They are quoted for a POSIX shell.
"""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests.request import request_of_sample
from funclens.requests.sampling import sample_event

if TYPE_CHECKING:
    from funclens.model import Function
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
    if function.signature_type is SignatureType.TYPED:
        words = ["-H", "Content-Type: application/json", "--data-raw", "{}"]
        curl = shlex.join(["curl", url, *words])
        return Commands(curl, f"funclens call {name} --data '{{}}'")
    try:
        sampled = sample_event(function, hints, inputs=inputs)
    except UsageError as error:
        if function.signature_type is not SignatureType.HTTP or _is_signed(function):
            return Commands("", advice=error.sentence)
        return Commands(shlex.join(["curl", url]))
    call = f"funclens call {name} --event {sampled.type.name}"
    curl = curl_command(request_of_sample(sampled.request), url)
    return Commands(curl, call, sampled.request.advice)


def _is_signed(function: Function) -> bool:
    return (function.trigger or "").startswith("identity.")


def curl_command(request: Request, url: str) -> str:
    """Return a curl command for a request to `url`, with one line per header."""
    parts = [shlex.join(["curl", url + request.path])]
    if request.method != ("POST" if request.body else "GET"):
        parts.append(shlex.join(["-X", request.method]))
    parts += [shlex.join(["-H", f"{name}: {value}"]) for name, value in request.headers]
    if not request.body:
        return _NEXT_LINE.join(parts)
    try:
        parts.append(shlex.join(["--data-raw", request.body.decode()]))
    except UnicodeDecodeError:
        encoded = base64.b64encode(request.body).decode()
        parts.append("--data-binary @-")
        return f"echo {encoded} | base64 -d | {_NEXT_LINE.join(parts)}"
    return _NEXT_LINE.join(parts)
