"""What the command line says about a runner, beside its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UnknownFunctionError, UsageError
from funclens.requests.lookup import find_by_route

if TYPE_CHECKING:
    from funclens.model import Catalog

__all__ = ["RunnerOptions", "target_of"]


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """Command line options of a runner other than its settings."""

    target: str | None = None
    """Name of the function that gets requests without a matching name."""
    debug: bool = False
    """Whether every unit starts under debugpy."""
    emulators: bool = False
    """Whether events of Google's emulators reach the functions."""
    watches: bool = True
    """Whether to watch for saved files; an editor reports them itself."""
    history_file: str | None = None
    """Path of the file that keeps requests across restarts."""
    patience_seconds: float = 1.0
    """Maximum seconds for reading the workspace before serving what is known."""


def target_of(catalog: Catalog, name: str | None) -> str | None:
    """Return the id of the function named by `--target`. Raises UsageError."""
    try:
        return None if name is None else find_by_route(catalog.routes, name)
    except UnknownFunctionError as error:
        raise UsageError(f"--target: {error}", hint=error.hint) from error
