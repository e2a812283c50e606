"""`deploy-name-conflict`: names that become one when they are deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.model import RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.model import Problem

__all__ = ["deploy_name_conflicts", "deployed_form"]

_MOST_RELATED = 5


def deploy_name_conflicts(context: Context) -> Iterator[Problem]:
    """Yield a problem for each definition whose service would be another's."""
    wanted: dict[str, list[Served]] = {}
    for served in context.definitions:
        wanted.setdefault(deployed_form(served.function.endpoint), []).append(served)
    for form, sharing in wanted.items():
        if len({served.function.endpoint for served in sharing}) == 1:
            continue
        for served in sharing:
            others = [
                other
                for other in sharing
                if other.function.endpoint != served.function.endpoint
            ]
            named = ", ".join(
                f"{other.function.endpoint} ({other.function.qualified_name})"
                for other in others[:_MOST_RELATED]
            )
            yield problem_at(
                served,
                "deploy-name-conflict",
                Severity.WARNING,
                f"`{served.function.endpoint}` is deployed as service `{form}`, and "
                "so would be another function, which replaces it. Give one a "
                f"name of its own: {named}",
                tuple(
                    RelatedPlace(
                        file=other.function.file,
                        folder=other.function.folder,
                        span=other.function.name_span,
                        message=f"Deployed as `{form}` too: {other.function.endpoint}",
                    )
                    for other in others[:_MOST_RELATED]
                ),
            )


def deployed_form(endpoint: str) -> str:
    """Return the name of the service that Cloud Run makes of an endpoint."""
    return endpoint.lower().replace("_", "-").strip("-")
