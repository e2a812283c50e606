"""Deploy files with entry points that don't exist or can't be called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.catalog.rules.signatures import accepts
from funclens.model import Problem, RelatedPlace, Severity
from funclens.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.discovery import FolderFacts, UnknownEntry
    from funclens.discovery.deploy import Deployment

__all__ = ["missing_sources", "trigger_mismatches", "unknown_entry_points"]

_PROSE = (".md", ".markdown", ".rst", ".mdx", ".adoc", ".txt")


def unknown_entry_points(context: Context) -> Iterator[Problem]:
    """Yield a problem for each deployed entry point that doesn't exist."""
    for folder in context.facts.folders:
        for entry in folder.unknown_entries:
            deployment = entry.deployment
            is_sure = not deployment.is_update and not deployment.is_default
            if is_sure and _is_meant(entry):
                yield _unknown(folder, entry)


def _is_meant(entry: UnknownEntry) -> bool:
    """Return whether the source is the named one, not one found in a parent folder."""
    deployment = entry.deployment
    if deployment.folder is None:
        return True
    is_named = os.path.normpath(deployment.folder) != "."
    bases = deployment.bases if is_named else deployment.bases[:1]
    named = os.path.dirname(entry.source)
    return any(
        os.path.normpath(os.path.join(base, deployment.folder)) == named
        for base in bases
    )


def _unknown(folder: FolderFacts, entry: UnknownEntry) -> Problem:
    name = entry.deployment.entry_point or ""
    near = closest(entry.bound, name)
    advice = f" Did you mean `{near}`?" if near else ""
    source = _relative(entry.source, folder)
    return _at(
        folder,
        entry.deployment,
        "unknown-entry-point",
        f"{source} has no function `{name}`, so deploying it fails.{advice}",
        remedy=near,
    )


def missing_sources(context: Context) -> Iterator[Problem]:
    """Yield a problem for each deployed folder without a `main.py`."""
    for folder in context.facts.folders:
        for missing in folder.missing_sources:
            where = _relative(missing.folder, folder)
            yield _at(
                folder,
                missing.deployment,
                "missing-source",
                f"{where} has no main.py, so the build fails. Rename the module, or "
                "name it with `--set-build-env-vars GOOGLE_FUNCTION_SOURCE=`.",
            )


def trigger_mismatches(context: Context) -> Iterator[Problem]:
    """Yield a problem for each function that its trigger can't call."""
    for served in context.definitions:
        if served.found.definition.decorators:
            # Their decorators decide, and those of functions_framework fit any trigger.
            continue
        for deployment in served.found.deployments:
            message = _mismatch(served, deployment)
            if message:
                function = served.function
                yield _at(
                    served.source.folder,
                    deployment,
                    "trigger-mismatch",
                    message,
                    related=(
                        RelatedPlace(
                            function.file,
                            function.folder,
                            function.name_span,
                            f"Deployed with this trigger: {function.name}",
                        ),
                    ),
                )


def _mismatch(served: Served, deployment: Deployment) -> str:
    """Return why every call of the trigger fails, or an empty string.

    What a 2nd gen event passes to an undecorated function isn't documented, so
    nothing is reported.
    """
    definition = served.found.definition
    if accepts(definition, 1) == accepts(definition, 2):
        return ""
    takes_one = accepts(definition, 1)
    name = served.function.name
    if deployment.trigger == "http" and not takes_one:
        return (
            f"An HTTP trigger calls `{name}` with the request alone, but it takes an "
            "event and a context: every call fails. Deploy it with an event trigger, "
            "or take one parameter."
        )
    if deployment.trigger == "event" and deployment.generation == 1 and takes_one:
        return (
            f"An event of the 1st generation calls `{name}` with two arguments, data "
            "and context, but it takes one: every call fails. Take both, or deploy "
            "it with `--gen2`."
        )
    return ""


def _at(
    folder: FolderFacts,
    deployment: Deployment,
    code: str,
    message: str,
    *,
    remedy: str = "",
    related: tuple[RelatedPlace, ...] = (),
) -> Problem:
    """Return a problem in a deploy file; a mild one if the file is documentation."""
    prose = deployment.file.endswith(_PROSE)
    return Problem(
        code=code,
        severity=Severity.INFORMATION if prose else Severity.ERROR,
        message=message,
        folder=folder.folder,
        file=_relative(deployment.file, folder),
        span=deployment.span,
        remedy=remedy,
        related=related,
    )


def _relative(path: str, folder: FolderFacts) -> str:
    return os.path.relpath(path, folder.folder).replace(os.sep, "/")
