"""Functions in a project-specific configuration file that a script deploys.

Its keys can have any name, except for the ones that gcloud and Terraform made common:
an entry point, next to a runtime or a trigger.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import Deployment, signature_of_trigger
from funclens.discovery.deploy.flags import Flags
from funclens.discovery.deploy.trigger_flags import (
    options_of_flags,
    triggers_of_flags,
)
from funclens.discovery.deploy.yaml.deploy_file import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.yaml.deploy_file import File, Scope

__all__ = ["deployments_in_configuration"]

_ENTRY = ("entry_point", "entry-point", "entryPoint")
_FOLDERS = (
    *("source", "source_dir", "source-dir", "sourceDir", "source_directory"),
    *("dir", "directory", "folder", "path"),
)
_NAMES = ("name", "function_name", "function-name", "functionName")
_EVENT = re.compile(r"topic|pubsub|bucket|storage|event")
_FLAGS = frozenset(
    {"--trigger-topic", "--trigger-bucket", "--trigger-event", "--trigger-resource"}
    | {"--memory", "--timeout", "--region", "--concurrency"}
)
"""Flags of gcloud that such files have keys for."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.IGNORECASE)


def deployments_in_configuration(
    file: File, given: dict[str, Any], scope: Scope
) -> Iterator[Deployment]:
    """Yield the function that a mapping describes, if any."""
    entry = _first(given, _ENTRY)
    runtime = text_of(given.get("runtime"))
    triggers = [key for key in given if "trigger" in key.lower()]
    if not entry or not entry.isidentifier() or not (runtime or triggers):
        return
    said = " ".join(f"{key} {text_of(given[key])}" for key in triggers).lower()
    http = "http" in said
    event = not http and _EVENT.search(said) is not None
    name = _first(given, _NAMES)
    folder = _first(given, _FOLDERS)
    yield Deployment(
        file=file.path,
        span=file.place(entry).span(entry),
        entry_point=entry,
        name=name if name and _NAME.fullmatch(name) else None,
        # Without one, the script that reads the file knows where the source is.
        folder=folder if folder and "$" not in folder and "{" not in folder else None,
        bases=scope.folders,
        signature_type=signature_of_trigger(
            http=http, event=event, second_generation=None
        ),
        runtime=runtime or None,
        trigger="http" if http else "event" if event else None,
        triggers=triggers_of_flags(_as_flags(given, http=http)),
        options=options_of_flags(_as_flags(given, http=http)),
    )


def _as_flags(given: dict[str, Any], *, http: bool) -> Flags:
    """Return the keys that are named like flags of gcloud, as flags."""
    values: dict[str, str | None] = {}
    for key, value in given.items():
        flag = "--" + key.replace("_", "-").lower()
        text = text_of(value)
        if flag in _FLAGS and text and "$" not in text and "{{" not in text:
            values[flag] = text
    if http:
        values["--trigger-http"] = None
    return Flags([], values)


def _first(given: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((given[k] for k in keys if isinstance(given.get(k), str)), None)
