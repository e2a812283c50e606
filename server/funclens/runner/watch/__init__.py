"""Reports saved files: inotify on Linux, watchfiles elsewhere, or polling."""

from __future__ import annotations

from funclens.runner.watch.problem import WatchProblem
from funclens.runner.watch.watcher import watched_files

__all__ = ["WatchProblem", "watched_files"]
