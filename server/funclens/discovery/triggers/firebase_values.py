"""Values of Firebase options: enumerations, parameters, and what they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.triggers.literals import Called, Symbol
from funclens.discovery.triggers.units import mebibytes
from funclens.model import DeployOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "is_true",
    "number_of",
    "numbers_in",
    "options_in",
    "text_of",
]

_MEMORY = re.compile(r"([MG])B_(\d{1,6})")
_ZONES = frozenset({"ZoneInfo", "Timezone"})


def text_of(value: Any) -> str:
    """Return a value as text; empty unless it is a string known before deployment."""
    if isinstance(value, str):
        return value
    if isinstance(value, Symbol):
        group, _, member = value.name.rpartition(".")
        return _member(group.rpartition(".")[2], member)
    if isinstance(value, Called):
        name = value.name.rpartition(".")[2]
        if name in _ZONES or name == "SecretParam":
            return text_of(next(iter(value.positional), ""))
        return text_of(value.keywords.get("default")) if name == "StringParam" else ""
    return ""


def _member(group: str, member: str) -> str:
    """Return the value of a member of the SDK's enumerations."""
    if group == "SupportedRegion":
        return member.lower().replace("_", "-")
    if group == "AlertType":
        words = member.replace("APP_DISTRIBUTION", "APPDISTRIBUTION").lower().split("_")
        product = words[0].replace("appdistribution", "appDistribution")
        rest = "".join([*words[1:2], *map(str.capitalize, words[2:])])
        return f"{product}.{rest}"
    return ""


def number_of(value: Any) -> int | None:
    """Return an integer, or None if the value isn't one."""
    if isinstance(value, Called):
        name = value.name.rpartition(".")[2]
        return number_of(value.keywords.get("default")) if name == "IntParam" else None
    if isinstance(value, Symbol):
        match = _MEMORY.fullmatch(value.name.rpartition(".")[2])
        return mebibytes(f"{match[2]}{match[1]}i") if match else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if abs(value) < 10**9 else None


def is_true(value: Any) -> bool:
    """Return whether a flag is certainly set."""
    return value is True


def numbers_in(value: Any) -> tuple[tuple[str, int], ...]:
    """Return the known numbers of `RetryConfig(…)`, `RateLimits(…)` or a mapping."""
    given = value.keywords if isinstance(value, Called) else value
    if not isinstance(given, dict):
        return ()
    known = ((name, number_of(item)) for name, item in given.items())
    return tuple((name, number) for name, number in known if number is not None)


def options_in(given: Mapping[str, Any]) -> DeployOptions:
    """Return the options among the arguments of a decorator."""
    return DeployOptions(
        regions=_texts(given.get("region")),
        memory_mib=number_of(given.get("memory")),
        timeout_seconds=number_of(given.get("timeout_sec")),
        concurrency=number_of(given.get("concurrency")),
        secrets=_texts(given.get("secrets")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := text_of(item)))
