"""Environment variables that change how functions run. Values are never printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["variables"]

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_LOCAL = ("localhost", "127.0.0.1")
_OF_FRAMEWORK = ("FUNCTION_TARGET", "FUNCTION_SOURCE", "FUNCTION_SIGNATURE_TYPE")
_NOTED = {
    "PYTHONPATH": "adds folders to every unit's imports; production has none of them",
    "PYTHONSTARTUP": "has no effect on functions",
    "PYTHONOPTIMIZE": "leaves out assertions, which production keeps",
    "LOG_EXECUTION_ID": "changes the log lines, as in production",
    "GOOGLE_CLOUD_PROJECT": "is the project of client libraries and emulators",
    "FUNCLENS_TRACEBACK": "prints tracebacks of Funclens",
}
_FILES = ("GOOGLE_APPLICATION_CREDENTIALS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def variables(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is set, and what is set wrongly."""
    found = [*_proxies(environ), *_paths(environ), *_noted(environ)]
    yield from found
    if not found:
        yield Finding("variables", "ok", "no variable changes how functions run")


def _proxies(environ: Mapping[str, str]) -> Iterator[Finding]:
    names = [
        name
        for upper in _PROXIES
        for name in (upper, upper.lower())
        if environ.get(name)
    ]
    if not names:
        return
    excepted = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    hosts = {host.strip() for host in excepted.split(",")}
    shown = ", ".join(names)
    if "*" in hosts or hosts.issuperset(_LOCAL):
        yield Finding("proxy", "ok", f"{shown}: set, and local addresses are excepted")
    else:
        yield Finding(
            "proxy",
            "note",
            f"{shown}: set, also for local addresses",
            f"clients of your functions may ask the proxy; set "
            f"NO_PROXY={','.join(_LOCAL)}",
        )


def _paths(environ: Mapping[str, str]) -> Iterator[Finding]:
    if environ.get("PYTHONHOME"):
        yield Finding(
            "python-home",
            "problem",
            "PYTHONHOME is set, which breaks interpreters other than its own",
            "unset it: unset PYTHONHOME",
        )
    active = environ.get("VIRTUAL_ENV")
    if active and not Path(active, "pyvenv.cfg").is_file():
        yield Finding(
            "virtual-env",
            "problem",
            "VIRTUAL_ENV names a folder that is no environment",
            "unset it, or activate another one: unset VIRTUAL_ENV",
        )
    for name in _FILES:
        if environ.get(name) and not Path(environ[name]).exists():
            yield Finding(
                "file",
                "problem",
                f"{name} names a file that doesn't exist",
                f"correct it, or unset it: unset {name}",
            )


def _noted(environ: Mapping[str, str]) -> Iterator[Finding]:
    given = [name for name in _OF_FRAMEWORK if environ.get(name)]
    if given:
        yield Finding(
            "framework",
            "note",
            f"{', '.join(given)}: set, but `funclens run` serves all functions",
            f"to be sure, unset them: unset {' '.join(given)}",
        )
    for name, effect in _NOTED.items():
        if environ.get(name):
            yield Finding("variable", "note", f"{name} {effect}")
