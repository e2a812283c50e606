"""Builds the manifest of a unit's worker. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens_worker.contract import Manifest, ManifestFunction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Catalog, Function, Unit
    from funclens.runner.units.limits import FunctionLimits

__all__ = ["Served", "build_manifest", "service_variables"]


@dataclass(frozen=True, slots=True)
class Served:
    """What the next worker of a supervisor serves."""

    unit: Unit
    manifest: Manifest
    extra: Mapping[str, str]
    """Additional environment variables, which Cloud Run sets for a service."""
    limits: FunctionLimits | None = None
    """Limits to enforce, unless the worker is debugged."""

    def has(self, function: str) -> bool:
        """Return whether a function, given by its id, is served."""
        return any(function == item.id for item in self.manifest.functions)


def build_manifest(
    catalog: Catalog,
    unit: Unit,
    *,
    threads: int,
    body_limit: int = 0,
    captures: int = 0,
    first: str | None = None,
    only: str | None = None,
) -> Manifest:
    """Return the manifest of a unit of the catalog.

    `threads` is the number of concurrent requests, `body_limit` is in bytes, `first`
    is the id of the function for FUNCTION_TARGET, and `only` that of the only one to
    serve.
    """
    by_id = {function.id: function for function in catalog.functions}
    ids = sorted(unit.functions, key=lambda id_: id_ != (only or first))
    return Manifest(
        unit=unit.id,
        root=unit.root,
        source=unit.source,
        functions=tuple(
            ManifestFunction(
                id=function.id,
                name=function.name,
                signature_type=function.signature_type.value,
            )
            for function in (by_id[id_] for id_ in ids if only in (None, id_))
        ),
        threads=threads,
        body_limit=body_limit,
        captures=captures,
    )


def service_variables(function: Function) -> dict[str, str]:
    """Return the variables that Cloud Run sets for a function's service and revision.

    Names of services have no capitals and no underscores; in the 1st generation, the
    variables have the name of the function.
    """
    name = function.endpoint
    if function.generation != 1:
        name = name.lower().replace("_", "-")
    return {
        "K_SERVICE": name,
        "K_REVISION": f"{name}-00001-loc",
        "K_CONFIGURATION": name,
    }
