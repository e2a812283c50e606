"""What a running runner makes of its settings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.runner.front_door import FrontDoorOptions
from funclens.runner.processes.options import FolderOptions, WorkerOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.settings import Settings

__all__ = ["front_door_options", "postponed", "window_settings", "worker_options"]

_OF_THE_START = ("host", "port", "emulators", "traces", "history_file")
"""Settings that apply when the runner starts: its address, and what it starts."""


def window_settings(settings: Mapping[str, Settings]) -> Settings:
    """Return the settings that can't differ between folders: the first folder's."""
    return next(iter(settings.values()))


def _body_limit(settings: Settings) -> int:
    """Return the maximum size of a request body in bytes; 0 for no limit."""
    return settings.body_limit * 1024 * 1024


def worker_options(settings: Mapping[str, Settings]) -> WorkerOptions:
    """Return the options of workers that settings decide."""
    window = window_settings(settings)
    return WorkerOptions(
        folders=FolderOptions.of_all(settings),
        body_limit=_body_limit(window),
        captures=window.history,
    )


def front_door_options(settings: Settings, target: str | None) -> FrontDoorOptions:
    """Return the options of the front door; `target` is a function id."""
    return FrontDoorOptions(
        settings.allow_host,
        settings.allow_origin,
        target,
        _body_limit(settings),
        traces=settings.traces,
    )


def postponed(before: Settings, now: Settings) -> Iterator[str]:
    """Yield a sentence for each changed setting that can't apply yet."""
    for name in _OF_THE_START:
        value = getattr(now, name)
        if value != getattr(before, name):
            yield f"setting `{name}` is now {value!r}; it applies after a restart"
