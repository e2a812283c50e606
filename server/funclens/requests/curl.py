"""Which command lines call a function: curl, and `funclens call`. Pure.

They are written for a POSIX shell, and nothing in them is open to it.
"""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests import samples

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = ["Commands", "commands_for"]

_NEXT_LINE = " \\\n  "


@dataclass(frozen=True, slots=True)
class Commands:
    """How a person calls one function from a shell."""

    curl: str
    """Empty where no request can be made up."""
    call: str = ""
    """`funclens call …`, where that is shorter to type than what curl needs."""
    advice: str = ""
    """A sentence where there is something to know."""


def commands_for(
    function: Function, url: str, hints: samples.Hints, inputs: samples.Inputs
) -> Commands:
    """Return the commands for a function whose address is `url`."""
    name = function.route.removeprefix("/")
    if function.signature_type is SignatureType.TYPED:
        words = ["-H", "Content-Type: application/json", "--data-raw", "{}"]
        curl = shlex.join(["curl", url, *words])
        return Commands(curl, f"funclens call {name} --data '{{}}'")
    try:
        sample = samples.default_type(function, hints)
        request = samples.build_request(sample, function, inputs, hints=hints)
    except UsageError as error:
        if function.signature_type is not SignatureType.HTTP or _is_signed(function):
            return Commands("", advice=error.sentence)
        return Commands(shlex.join(["curl", url]))
    call = f"funclens call {name} --event {sample.name}"
    return Commands(_curl(request, url), call, request.advice)


def _is_signed(function: Function) -> bool:
    return (function.trigger or "").startswith("identity.")


def _curl(request: samples.Request, url: str) -> str:
    """Return the request for a shell: a line for each header, one for the body."""
    parts = [shlex.join(["curl", url + request.path.removesuffix("/")])]
    if not request.body or request.method != "POST":
        parts.append(shlex.join(["-X", request.method]))
    parts += [
        shlex.join(["-H", f"{name}: {value}"])
        for name, value in request.headers.items()
    ]
    if not request.body:
        return _NEXT_LINE.join(parts)
    try:
        parts.append(shlex.join(["--data-raw", request.body.decode()]))
    except UnicodeDecodeError:
        encoded = base64.b64encode(request.body).decode()
        parts.append("--data-binary @-")
        return f"echo {encoded} | base64 -d | {_NEXT_LINE.join(parts)}"
    return _NEXT_LINE.join(parts)
