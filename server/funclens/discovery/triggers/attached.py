"""Triggers that deploy files connect to functions deployed elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.discovery.deploy import Deployment
    from funclens.model import Trigger

__all__ = ["Attached", "attached_in", "service_name"]


@dataclass(frozen=True, slots=True)
class Attached:
    """Triggers by what they call, from all deploy files of a folder."""

    names: Mapping[str, tuple[Trigger, ...]] = field(default_factory=dict)
    """By name of the service, in lower case with hyphens."""
    topics: Mapping[str, tuple[Trigger, ...]] = field(default_factory=dict)
    """By topic to which a schedule publishes."""

    deployed: frozenset[str] = frozenset()
    """Names of the services whose source is known."""

    def to(self, name: str, deployed: Iterable[str]) -> list[Trigger]:
        """Return the triggers of a function, by its deployed names.

        Without one, its own name counts, unless another function is deployed as that.
        """
        if not self.names:
            return []
        found = dict.fromkeys(service_name(item) for item in deployed)
        if not found and service_name(name) not in self.deployed:
            found = {service_name(name): None}
        return [trigger for item in found for trigger in self.names.get(item, ())]


def service_name(name: str) -> str:
    """Return the name of the Cloud Run service of a function, as production makes it.

    https://cloud.google.com/functions/docs/deploy: underscores become hyphens, capital
    letters small ones.
    """
    return name.lower().replace("_", "-")


def attached_in(deployments: Iterable[Deployment]) -> Attached:
    """Return the triggers of deployments that don't name an entry point."""
    names: dict[str, tuple[Trigger, ...]] = {}
    topics: dict[str, tuple[Trigger, ...]] = {}
    deployed: set[str] = set()
    for item in deployments:
        if item.entry_point and item.name:
            deployed.add(service_name(item.name))
        if item.entry_point or not item.triggers:
            continue
        if item.name:
            name = service_name(item.name)
            names[name] = tuple(dict.fromkeys((*names.get(name, ()), *item.triggers)))
        if item.topic:
            topics[item.topic] = tuple(
                dict.fromkeys((*topics.get(item.topic, ()), *item.triggers))
            )
    return Attached(names, topics, frozenset(deployed) if names else frozenset())
