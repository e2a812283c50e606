"""Options of workers, from settings and the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.settings import Settings

__all__ = ["FolderOptions", "WorkerOptions"]


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """Options from the settings of one workspace folder."""

    python: str = ""
    """Interpreter from the setting; empty to search for one."""
    env_file: tuple[str, ...] = ()
    """Env files, relative to the unit's folder or the workspace folder."""
    isolate_functions: bool = False
    """Whether each function gets its own worker."""
    limits: bool = False
    """Whether the limits that functions are deployed with are enforced."""
    reload: bool = field(default=True, compare=False)
    """Whether a save replaces workers; says nothing about how they start."""

    @classmethod
    def of(cls, settings: Settings) -> FolderOptions:
        """Return the options for the settings of a folder."""
        return cls(
            settings.python,
            settings.env_file,
            settings.isolation == "function" or settings.limits,
            settings.limits,
            settings.reload,
        )

    @classmethod
    def of_all(cls, settings: Mapping[str, Settings]) -> dict[str, FolderOptions]:
        """Return what the settings of several folders say, by folder."""
        return {folder: cls.of(item) for folder, item in settings.items()}


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """Options of all workers. Times are in seconds."""

    folders: Mapping[str, FolderOptions] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """Environment that the runner was started with."""
    debug: bool = False
    """Whether every worker starts under debugpy."""
    target: str | None = None
    """Id of the function for FUNCTION_TARGET in its unit."""
    threads: int = (os.cpu_count() or 1) * 4
    """Number of concurrent requests per worker; the framework's default."""
    body_limit: int = 0
    """Maximum body size in bytes, also for chunked bodies; 0 for no limit."""
    captures: int = 0
    """Number of requests in the history; 0 if workers report nothing for it."""
    drain_seconds: float = 10.0
    """Maximum time for a replaced worker to finish its requests."""

    def folder(self, folder: str) -> FolderOptions:
        """Return the options of a workspace folder."""
        return self.folders.get(folder, FolderOptions())
