"""What the command line says about a runner, beside its settings."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RunnerOptions"]


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """Command line options of a runner other than its settings."""

    target: str | None = None
    """Name of the function that gets requests without a matching name."""
    debug: bool = False
    """Whether every unit starts under debugpy."""
    watches: bool = True
    """Whether to watch for saved files; an editor reports them itself."""
    patience_seconds: float = 1.0
    """Maximum seconds for reading the workspace before serving what is known."""
