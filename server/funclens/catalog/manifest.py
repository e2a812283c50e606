"""What a worker is told of its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.errors import UnknownFunctionError

if TYPE_CHECKING:
    from funclens.model import Catalog
    from funclens_worker.contract import Manifest

__all__ = ["build_manifest"]


def build_manifest(catalog: Catalog, unit_id: str, threads: int) -> Manifest:
    """Return the manifest of a unit; `threads` is how many requests run at once.

    Raises UnknownFunctionError when the catalog has no such unit.
    """
    # Not needed to list or check, where every import is waited for.
    from funclens_worker.contract import Manifest, ManifestFunction  # noqa: PLC0415

    unit = next((unit for unit in catalog.units if unit.id == unit_id), None)
    if unit is None:
        raise UnknownFunctionError(f"no unit named '{unit_id}' in the workspace")
    by_id = {function.id: function for function in catalog.functions}
    return Manifest(
        unit=unit.id,
        root=unit.root,
        source=unit.source,
        functions=tuple(
            ManifestFunction(
                id=function.id,
                name=function.name,
                signature_type=function.signature_type.value,
                is_async=function.is_async,
            )
            for function in (by_id[name] for name in unit.functions)
        ),
        threads=threads,
    )
