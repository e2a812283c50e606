"""Decide whether two functions are deployed to one place under the same name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Served
    from funclens.discovery.deploy import Deployment

__all__ = ["are_deployed_together", "deployments_as"]

_PROSE = (".md", ".markdown", ".rst", ".mdx", ".adoc", ".txt")
"""Documentation may show a command that nobody runs, so it doesn't count."""

_STAGES = frozenset(
    {"dev", "develop", "development", "test", "testing", "qa", "uat", "staging"}
    | {"stage", "stg", "preprod", "prod", "production", "prd", "live", "main", "master"}
    | {"preview", "sandbox", "demo", "alpha", "beta", "canary", "release", "local"}
    | {"old", "new", "legacy", "backup", "copy", "v1", "v2", "v3", "gen1", "gen2"}
)
"""Words that distinguish variants of one deployment, such as `staging`."""


def deployments_as(served: Served, name: str) -> Iterator[Deployment]:
    """Yield the deployments of a function under a name, except those in prose."""
    for deployment in served.found.deployments:
        if deployment.name == name and not deployment.file.endswith(_PROSE):
            yield deployment


def are_deployed_together(one: Served, other: Served, name: str, again: str) -> bool:
    """Return whether a function under `name` collides with another under `again`.

    A name from the settings applies to any deployment. The functions of a Firebase
    source are always deployed together.
    """
    mine, yours = one.function, other.function
    if mine.provider == yours.provider == "firebase" and mine.unit == yours.unit:
        return True
    ours = list(deployments_as(one, name))
    theirs = list(deployments_as(other, again))
    if not ours or not theirs:
        return _is_set(one, name) and _is_set(other, again)
    return any(_meet(mine, yours) for mine in ours for yours in theirs)


def _is_set(served: Served, name: str) -> bool:
    settings = served.source.folder.settings
    return settings.endpoints.get(served.function.qualified_name) == name


def _meet(one: Deployment, other: Deployment) -> bool:
    """Return whether two deployments certainly target the same project and region."""
    for mine, yours in ((one.project, other.project), (one.region, other.region)):
        if mine and yours and mine != yours:
            return False
    if one.file == other.file:
        return True
    if _stages(one.file) != _stages(other.file):
        return False
    if one.project and one.project == other.project:
        return True
    return os.path.dirname(one.file) == os.path.dirname(other.file)


def _stages(path: str) -> frozenset[str]:
    return _STAGES.intersection(re.split(r"[^a-z0-9]+", path.lower()))
