"""One function as production describes it, and plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from funclens.model import Trigger

__all__ = [
    "DeployedFunction",
    "is_added",
    "mapping",
    "sequence",
    "text",
    "variable_names",
]

_SYSTEM_PREFIXES = ("FUNCTION_", "GOOGLE_", "K_", "GCF_", "X_GOOGLE_", "FIREBASE_")
_SYSTEM = frozenset(
    {"PORT", "LOG_EXECUTION_ID", "GCLOUD_PROJECT", "EVENTARC_CLOUD_EVENT_SOURCE"}
    | {"GCP_PROJECT", "ENTRY_POINT"}
)
"""Variables that Google's tools add."""


@dataclass(frozen=True, slots=True)
class DeployedFunction:
    """What production says about one function; None or empty if it doesn't."""

    name: str
    region: str = ""
    project: str = ""
    entry_point: str = ""
    runtime: str = ""
    generation: int | None = None
    memory_mib: int | None = None
    timeout_seconds: int | None = None
    concurrency: int | None = None
    trigger: Trigger | None = None
    variables: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    state: str = ""
    """`ACTIVE`, `FAILED`, `OFFLINE` …; empty for a service that has no state."""

    @property
    def is_python(self) -> bool:
        """False if its runtime is that of another language."""
        return not self.runtime or "python" in self.runtime


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a string or number as text; empty for anything else."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else ""


def number(value: Any) -> int | None:
    found = text(value)
    return int(found) if found.isdecimal() and len(found) < 10 else None


def variable_names(names: Any) -> tuple[str, ...]:
    """Return names of environment variables, sorted."""
    return tuple(sorted(filter(None, map(text, names))))


def is_added(name: str) -> bool:
    """Return whether Google's tools add a variable, unless a user sets it."""
    return name in _SYSTEM or name.startswith(_SYSTEM_PREFIXES)
