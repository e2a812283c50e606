"""A compose file with one service for each function, served by functions-framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.export.exported import Output, is_path
from funclens.export.writing.yaml_text import yaml_text

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request

__all__ = ["to_compose"]

FILE = "compose.yaml"
_FIRST_PORT = 8081
_IMAGE = """\
FROM python:{python}-slim
WORKDIR /workspace
COPY . .
RUN if [ -f requirements.txt ]; then pip install -r requirements.txt; fi \\
  && pip install functions-framework
"""


def to_compose(request: Request) -> Output:
    """Return a compose file that builds and serves each function."""
    services = {
        item.name: _service(item, port, request)
        for port, item in enumerate(request.functions, _FIRST_PORT)
    }
    text = yaml_text([{"services": services}])
    return Output({FILE: text}, tuple(request.losses))


def _service(item: Exported, port: int, request: Request) -> dict[str, Any]:
    options = item.function.options
    _lose(item, request)
    command = [
        "functions-framework",
        f"--target={_literal(item.function.name)}",
        f"--source={_literal(item.main)}",
        f"--signature-type={item.function.signature_type.value}",
    ]
    names = (*item.variables, *item.secrets)
    found: dict[str, Any] = {
        "build": {
            "context": _literal(item.folder),
            "dockerfile_inline": _IMAGE.format(python=item.python),
        },
        "command": command,
        # As in production; the values of the others come from the shell or .env.
        "environment": {"K_SERVICE": item.name, **dict.fromkeys(names)},
        "ports": [f"{port}:8080"],
    }
    if options.memory_mib is not None:
        found["mem_limit"] = f"{options.memory_mib}m"
    return found


def _literal(text: str) -> str:
    """Return a text that compose takes as it is: `$` begins a variable."""
    return text.replace("$", "$$")


def _lose(item: Exported, request: Request) -> None:
    function = item.function
    for trigger in function.triggers:
        if trigger.kind != "http":
            reason = f"compose has no {trigger.kind} triggers; send events yourself"
            request.lose(item, "triggers", reason)
    for name, value in (
        ("timeout", function.options.timeout_seconds),
        ("concurrency", function.options.concurrency),
        ("regions", function.options.regions),
    ):
        if value:
            request.lose(item, name, f"compose has no {name} for a service")
    if item.secrets:
        names = ", ".join(item.secrets)
        reason = f"compose reads the secrets {names} from the shell or .env"
        request.lose(item, "secrets", reason)
    for path in filter(is_path, function.options.secrets):
        request.lose(item, "secrets", f"the secret behind the file '{path}' is unknown")
    if function.runtime:
        reason = f"the image has Python {item.python} instead of the runtime"
        request.lose(item, "runtime", reason)
