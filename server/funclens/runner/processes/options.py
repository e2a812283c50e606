"""What settings and flags say about workers."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.settings import Settings

__all__ = ["FolderOptions", "WorkerOptions"]


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """What the settings of one workspace folder say about its workers."""

    python: str = ""
    """The interpreter that the setting names; empty to look for one."""
    env_file: tuple[str, ...] = ()
    """Env files, from the unit's folder or the workspace folder."""
    isolate_functions: bool = False
    """Whether each function gets a worker to itself."""

    @classmethod
    def of(cls, settings: Settings) -> FolderOptions:
        """Return what the settings of a folder say."""
        return cls(settings.python, settings.env_file, settings.isolation == "function")


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a runner's user says about all workers. Times are in seconds."""

    folders: Mapping[str, FolderOptions] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """The environment that the runner was started with."""
    debug: bool = False
    """Whether every worker starts under debugpy."""
    target: str | None = None
    """Id of the function that FUNCTION_TARGET names in its unit."""
    threads: int = (os.cpu_count() or 1) * 4
    """Requests that one worker runs at once; the framework's default."""
    body_limit: int = 0
    """Bytes of a body that are taken, also of one that comes in chunks; 0: all."""
    drain_seconds: float = 10.0
    """How long a replaced worker may go on with what it has."""

    def folder(self, folder: str) -> FolderOptions:
        """Return the options of a workspace folder."""
        return self.folders.get(folder, FolderOptions())
