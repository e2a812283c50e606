"""Functions that Terraform deploys, of the first and the second generation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.deployment import (
    Deployment,
    signature_of_trigger,
    span_of_word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_terraform"]

_FIRST = "google_cloudfunctions_function"
_SECOND = "google_cloudfunctions2_function"


def deployments_in_terraform(
    path: str, text: str, _nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a Terraform file deploys; none when it is not valid.

    Terraform deploys archives: their source folders are the bases to look in.
    """
    document = _document(text)
    folders = tuple(_archived(document, os.path.dirname(path)))
    for block in _dicts(document.get("resource")):
        for kind in (_FIRST, _SECOND):
            for label, values in _items(block.get(kind)):
                yield _deployment(
                    path, text, label, values, folders, second=kind == _SECOND
                )


def _document(text: str) -> dict[str, Any]:
    from hcl2.api import loads  # noqa: PLC0415  # few folders need it
    from lark.exceptions import LarkError  # noqa: PLC0415

    try:
        found = loads(text + "\n")
    except (LarkError, ValueError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _deployment(
    path: str,
    text: str,
    label: str,
    values: dict[str, Any],
    folders: tuple[str, ...],
    *,
    second: bool,
) -> Deployment:
    build = next(_dicts(values.get("build_config")), {}) if second else values
    entry_point = _known(build.get("entry_point"))
    variables = build.get(
        "environment_variables" if second else "build_environment_variables"
    )
    source = (
        variables.get("GOOGLE_FUNCTION_SOURCE") if isinstance(variables, dict) else None
    )
    event = "event_trigger" in values
    http = bool(values.get("trigger_http")) or (second and not event)
    at = text.find(f'"{label}"')
    return Deployment(
        file=path,
        span=span_of_word(text, entry_point or label, max(at, 0)),
        entry_point=entry_point,
        name=_known(values.get("name")),
        folder=".",
        bases=folders,
        source=_known(source),
        signature_type=signature_of_trigger(
            http=http, event=event, second_generation=second
        ),
        runtime=_known(build.get("runtime")),
    )


def _archived(document: dict[str, Any], folder: str) -> Iterator[str]:
    for block in _dicts(document.get("data")):
        for _, values in _items(block.get("archive_file")):
            source = values.get("source_dir")
            if isinstance(source, str):
                inner = source.replace("${path.module}", ".").replace(
                    "${path.root}", "."
                )
                if "${" not in inner:
                    yield os.path.normpath(os.path.join(folder, inner))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _items(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in _dicts(value):
        for label, values in block.items():
            if isinstance(values, dict):
                yield label.strip('"'), values


def _known(value: Any) -> str | None:
    return value if isinstance(value, str) and "${" not in value else None
