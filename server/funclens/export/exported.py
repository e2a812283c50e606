"""What an export consists of: functions in, files and losses out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.triggers.attached import service_name
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.export.function_wiring import Wiring
    from funclens.model import Function, Trigger

__all__ = ["DEFAULT_RUNTIME", "Exported", "Loss", "Output", "Request"]

_REGION = re.compile(r"[a-z][a-z0-9-]{1,40}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
DEFAULT_RUNTIME = "python313"
"""Runtime of functions for which no deploy file names one."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something known about a function that a target can't express."""

    function: str
    """Id of the function."""
    fact: str
    """Field of the function that it is about: `triggers`, `endpoint`, `memory` …."""
    reason: str
    """What is lost and why, without a period: `queue 'x' is not created: …`."""


@dataclass(frozen=True, slots=True)
class Output:
    """The files of an export, and what they don't say."""

    files: Mapping[str, str]
    """Texts by file name; the order is that of reading."""
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """One function, as all targets need it."""

    function: Function
    folder: str
    """Folder of the source, relative to where the files are, with forward slashes."""
    main: str
    """Name of the source in that folder."""
    generation: int
    """2 for a service, whatever the function is deployed as today."""
    wiring: Wiring

    @property
    def name(self) -> str:
        return self.function.endpoint

    @property
    def runtime(self) -> str:
        return self.function.runtime or DEFAULT_RUNTIME

    @property
    def python(self) -> str:
        """The Python version of the runtime: `3.12`."""
        match = re.search(r"python(\d)\.?(\d+)", self.runtime)
        return f"{match[1]}.{match[2]}" if match else "3.13"

    @property
    def is_http(self) -> bool:
        kind = self.function.signature_type
        return kind in {SignatureType.HTTP, SignatureType.TYPED}

    @property
    def concurrency(self) -> int | None:
        """Requests that an instance of a service serves at a time.

        Cloud Functions serve one unless told otherwise; services, many.
        """
        options = self.function.options
        is_function = self.function.generation == 1 or options.is_cloud_function
        return options.concurrency or (1 if is_function else None)

    @property
    def other_main(self) -> str | None:
        """Name of the source if it isn't main.py."""
        return None if self.main == "main.py" else self.main

    @property
    def region(self) -> str:
        """The first region, or "" if none is known."""
        found = (r for r in self.function.options.regions if _REGION.fullmatch(r))
        return next(found, "")

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the environment variables without secrets."""
        given = self.function.options.variables
        return tuple(name for name in given if _VARIABLE.fullmatch(name))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the environment variables that hold secrets."""
        return tuple(
            name for name in self.function.options.secrets if _VARIABLE.fullmatch(name)
        )

    def framework_variables(self) -> dict[str, str]:
        """Return what tells functions-framework what to serve."""
        found = {"FUNCTION_TARGET": self.function.name}
        if self.other_main:
            found["FUNCTION_SOURCE"] = self.other_main
        found["FUNCTION_SIGNATURE_TYPE"] = self.function.signature_type.value
        return found


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported, and where to."""

    functions: tuple[Exported, ...]
    to_folder: bool = False
    """Whether the files are written to a folder, so that paths are relative to it."""
    registry: str = ""
    """Prefix of image names, such as `europe-docker.pkg.dev/project/images`."""
    losses: list[Loss] = field(default_factory=list)

    def lose_channel(self, item: Exported, trigger: Trigger) -> None:
        """Record that a target has no word for the channel of custom events."""
        if channel := trigger.get("channel"):
            self.lose(
                item, "triggers", f"the Eventarc channel {channel} is not written"
            )

    def lose_name(self, item: Exported, tool: str) -> None:
        """Record that a service has another name than the function."""
        if service_name(item.name) != item.name:
            reason = f"{tool} spells names in lower case with hyphens"
            self.lose(item, "endpoint", reason)

    def lose_unknown_trigger(self, item: Exported) -> None:
        """Record that nothing calls a service, if no other loss says why."""
        wiring = item.wiring
        if wiring.primary is None and not wiring.losses:
            reason = "the trigger is not known; set it in `[tool.funclens.triggers]`"
            self.lose(item, "triggers", reason)

    def lose_retries(self, item: Exported, trigger: Trigger) -> None:
        """Record that Eventarc retries, which released tools can't turn off."""
        if trigger.retry is False:
            reason = f"Eventarc retries its {trigger.kind} events for up to 24 hours"
            self.lose(item, "retry", reason)

    def lose(self, item: Exported, fact: str, reason: str) -> None:
        """Record that a target can't express something about a function."""
        self.losses.append(Loss(item.function.id, fact, reason))


def is_path(secret: str) -> bool:
    """Return whether a secret is mounted as a file instead of set as a variable."""
    return "/" in secret
