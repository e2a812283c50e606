"""Shell commands in scripts, Makefiles, pipelines and prose."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.deploy.place import Place, place_in
from funclens.discovery.deploy.shell.script import Script
from funclens.discovery.deploy.shell.state import State, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.script_budget import ScriptBudget

__all__ = ["deployments_in_shell", "folders_above", "follow"]


def deployments_in_shell(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a script deploys or serves."""
    yield from follow(path, text, nearby, folders_above(path, nearby))


def follow(
    path: str,
    text: str,
    nearby: NearbyFiles,
    folders: tuple[str, ...],
    variables: Mapping[str, str] | None = None,
    *,
    place: Callable[[str, int, int], Place] | None = None,
    budget: ScriptBudget | None = None,
) -> list[Deployment]:
    """Return what commands deploy when run in one of several folders."""
    script = Script(path, text, nearby, place or place_in(path), budget)
    given: dict[str, Value] = dict(variables or {})
    script.follow(State(folders, given, exported=frozenset(given)))
    return script.found


def folders_above(path: str, nearby: NearbyFiles) -> tuple[str, ...]:
    """Return folders that a script may run in: its own and those above."""
    folder = os.path.dirname(path)
    found = [folder]
    while folder != nearby.top and folder.startswith(nearby.top + os.sep):
        folder = os.path.dirname(folder)
        found.append(folder)
    return tuple(found)
