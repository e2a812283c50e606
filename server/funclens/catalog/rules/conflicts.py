"""`deploy-name-conflict`, `invalid-queue-name`: names that production can't have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.catalog.rules.deployed_names import are_deployed_together
from funclens.model import RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.model import Problem

__all__ = ["deploy_name_conflicts", "deployed_form", "invalid_queue_names"]

_QUEUE = re.compile(r"[A-Za-z0-9-]{1,100}")
_MOST_RELATED = 5
_MOST_COMPARED = 100


def deploy_name_conflicts(context: Context) -> Iterator[Problem]:
    """Yield a problem for each definition whose service would replace another's.

    Only for functions that deploy files or settings deploy to the same place.
    """
    wanted: dict[str, list[Served]] = {}
    for served in context.definitions:
        function = served.function
        if function.provider == "firebase" or (
            function.deployed_name is not None and not _is_first_generation(served)
        ):
            form = deployed_form(function.endpoint)
            wanted.setdefault(form, []).append(served)
    for form, sharing in wanted.items():
        if len({served.function.endpoint for served in sharing}) == 1:
            continue
        for served in sharing[:_MOST_COMPARED]:
            others = [
                other
                for other in sharing[:_MOST_COMPARED]
                if other.function.endpoint != served.function.endpoint
                and are_deployed_together(
                    served, other, served.function.endpoint, other.function.endpoint
                )
            ]
            if others:
                yield _problem(served, others[:_MOST_RELATED], form)


def _is_first_generation(served: Served) -> bool:
    """Return whether all its deployments keep the name unchanged."""
    generations = {item.generation for item in served.found.deployments}
    return generations == {1}


def _problem(served: Served, others: list[Served], form: str) -> Problem:
    named = ", ".join(
        f"{other.function.endpoint} ({other.function.qualified_name})"
        for other in others
    )
    return problem_at(
        served,
        "deploy-name-conflict",
        Severity.WARNING,
        f"`{served.function.endpoint}` is deployed as the service `{form}`, like "
        f"another function, so one replaces the other. Rename one: {named}.",
        tuple(
            RelatedPlace(
                file=other.function.file,
                folder=other.function.folder,
                span=other.function.name_span,
                message=f"`{other.function.endpoint}` is also deployed as `{form}`.",
            )
            for other in others
        ),
    )


def deployed_form(endpoint: str) -> str:
    """Return the name of the Cloud Run service for an endpoint."""
    return endpoint.lower().replace("_", "-").strip("-")


def invalid_queue_names(context: Context) -> Iterator[Problem]:
    """Yield a problem for each task function whose name can't be that of a queue.

    Cloud Tasks refuses underscores in the ids of queues. `firebase deploy` deploys such
    a function without its queue (firebase-tools issues 7365 and 11034).
    """
    for served in context.definitions:
        function = served.function
        if function.trigger != "tasks.on_task_dispatched":
            continue
        if _QUEUE.fullmatch(function.name):
            continue
        yield problem_at(
            served,
            "invalid-queue-name",
            Severity.WARNING,
            f"Tasks for `{function.name}` can't be enqueued in production: its queue "
            "has its name, and Cloud Tasks allows only letters, digits and hyphens. "
            "Rename it, without underscores.",
        )
